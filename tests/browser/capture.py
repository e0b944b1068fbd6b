"""Captures every page in both themes, every language and two widths, and fails on what a reader would stumble over.

    python -m tests.browser.capture --out DIR [--url URL] [--pages portfolio,product?idea=review-insight]

Without --url it starts the dashboard on a free port, over the database that DATABASE_URL names. Writes one picture of
the first screenful and one of the whole page for each combination; prints one line for each, and the faults.
"""

import argparse
import contextlib
import itertools
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dashboard.i18n import LANGUAGES
from dashboard.page import pages, start_page
from tests.browser.audit import LOOK, faults

THEMES = ("light", "dark")
WIDTHS = {1440: 900, 390: 844}
PHONE = 600
PHONE_AGENT = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
LOCALES = {"en": "en-US", "zh_CN": "zh-CN"}
SETTLE_MS = 1300
SETTLED_MS = 60_000
TALLEST = 8000
BROWSERS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SETTLED = """() => document.querySelector("h1") && !document.querySelector('[data-testid="stSkeleton"]')
  && document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState !== "running"
  && ![...document.querySelectorAll('[data-stale="true"]')].length"""

WALK = """(address) => {
  history.pushState({}, "", address);
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
}"""
"""Go to an address as by the browser's own buttons."""
TITLE = """() => document.querySelector("h1")?.innerText"""


@dataclass(frozen=True)
class View:
    """One way of looking at one page."""

    address: str
    theme: str
    language: str
    width: int

    @property
    def name(self) -> str:
        """A file name."""
        return "-".join([re.sub(r"[^a-z0-9]+", "-", self.address.lower()).strip("-") or "start", self.theme,
                         self.language, str(self.width)])  # fmt: skip


def chromium() -> str:
    """Path of the browser; raises FileNotFoundError naming what to install."""
    for path in (os.environ.get("CHROMIUM", ""), *BROWSERS):
        if path and Path(path).exists():
            return path
    raise FileNotFoundError("no Chromium: install the Debian package `chromium-headless-shell`, or name it in CHROMIUM")


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The dashboard alone on a free port; yields its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(100):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=1)
                break
            time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(10)


class Eyes:
    """A browser that looks at views.

    What it has loaded for one theme, language and width it keeps for the next view of these, and with `walks` it opens
    that view as a reader does who goes on to another page: without loading everything anew. No two pages may then bear
    the same title. `theirs` are words of people's data, which no language changes.
    """

    def __init__(self, browser: Any, *, walks: bool = False, theirs: Collection[str] = ()) -> None:
        self._browser = browser
        self._theirs = theirs
        self._walks = walks
        self._contexts: dict[tuple[str, str, int], Any] = {}
        self._pages: dict[tuple[str, str, int], Any] = {}
        self._found: list[str] = []

    def look_at(self, url: str, view: View, out: Path | None = None, settle_ms: int = SETTLE_MS) -> list[str]:
        """Open and audit one view, and write its pictures into a folder where one is named; returns its faults."""
        found = self._found = []
        address = f"{url}/{view.address}{'&' if '?' in view.address else '?'}lang={view.language}"
        try:
            page = self._open(url, view, address)
            page.wait_for_timeout(settle_ms)
            if out:
                page.screenshot(path=out / f"{view.name}.png")
            tall = page.evaluate("document.querySelector('[data-testid=\"stMain\"]').scrollHeight")
            page.set_viewport_size({"width": view.width, "height": min(TALLEST, max(tall, WIDTHS[view.width]))})
            page.wait_for_timeout(settle_ms // 2)
            found += faults(page.evaluate(LOOK), view.language, self._theirs)
            if out:
                page.screenshot(path=out / f"{view.name}-whole.png")
        except Exception as error:  # noqa: BLE001  one broken view must not hide the others
            found.append(f"{type(error).__name__}: {error}")
        if found or not self._walks:
            self._leave(view)
        return found

    def _open(self, url: str, view: View, address: str) -> Any:
        """The page at an address, drawn."""
        key = (view.theme, view.language, view.width)
        here = self._pages.get(key)
        page = here or self._new_page(url, view)
        page.set_viewport_size({"width": view.width, "height": WIDTHS[view.width]})
        before = page.evaluate(TITLE) if here else None
        if here:
            page.evaluate(WALK, address)
        else:
            page.goto(address)
        page.wait_for_function(f"(before) => ({TITLE})() !== before && ({SETTLED})()", arg=before, timeout=SETTLED_MS)
        return page

    def _new_page(self, url: str, view: View) -> Any:
        page, host = self._context(view).new_page(), urlsplit(url).hostname
        page.on("console", lambda m: self._found.append(f"console: {m.text}") if _complains(m) else None)
        page.on("pageerror", lambda error: self._found.append(f"page error: {error}"))
        page.on("request", lambda r: self._found.append(f"left the host: {r.url}") if _leaves(r.url, host) else None)
        self._pages[view.theme, view.language, view.width] = page
        return page

    def _leave(self, view: View) -> None:
        page = self._pages.pop((view.theme, view.language, view.width), None)
        if page:
            page.close()

    def _context(self, view: View) -> Any:
        key, phone = (view.theme, view.language, view.width), view.width < PHONE
        if key not in self._contexts:
            self._contexts[key] = self._browser.new_context(
                viewport={"width": view.width, "height": WIDTHS[view.width]},
                color_scheme=view.theme,
                locale=LOCALES[view.language],
                device_scale_factor=2 if phone else 1,
                is_mobile=phone,
                has_touch=phone,
                user_agent=PHONE_AGENT if phone else None,
            )
        return self._contexts[key]


def every_view(address: str) -> list[View]:
    """An address in every theme, language and width."""
    return [View(address, *each) for each in itertools.product(THEMES, LANGUAGES, WIDTHS)]


def two_views(address: str, place: int) -> list[View]:
    """Two views of an address that differ in theme, language and width; pages take turns in which language is wide.

    Four of the eight kinds of view: each is loaded whole once, which costs ten times what going on to a page does.
    """
    languages, narrow, wide = list(LANGUAGES), min(WIDTHS), max(WIDTHS)
    one, other = languages if place % 2 else languages[::-1]
    light, dark = (narrow, wide) if place % 2 else (wide, narrow)
    return [View(address, "light", one, light), View(address, "dark", other, dark)]


def capture(url: str, views: list[View], out: Path, settle_ms: int = SETTLE_MS) -> dict[View, list[str]]:
    """Look at each view; returns the faults of each."""
    from playwright.sync_api import sync_playwright

    out.mkdir(parents=True, exist_ok=True)
    results: dict[View, list[str]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGS)
        eyes = Eyes(browser, theirs=class_names())
        for view in views:
            results[view] = eyes.look_at(url, view, out, settle_ms)
            print(f"{'FAULT' if results[view] else 'ok':6}{view.name}", flush=True)
            for fault in results[view]:
                print(f"        {fault[:300]}", flush=True)
        browser.close()
    return results


def class_names() -> frozenset[str]:
    """The classes of the data in the database that DATABASE_URL names."""
    from sqlalchemy import select

    from db.models import Dataset
    from db.session import session_scope

    with session_scope() as session:
        return frozenset(str(name) for names in session.scalars(select(Dataset.labels)) for name in names)


def every_address() -> list[str]:
    """The address of each page; the start page has none of its own."""
    return ["" if name == start_page() else name for name in pages()]


def _complains(message: Any) -> bool:
    # Under a page's own address Streamlit first asks for its endpoints beside the page, then at the root.
    return message.type == "error" and "/_stcore/" not in (message.location or {}).get("url", "")


def _leaves(address: str, host: str | None) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != host


def main() -> int:
    """Exit code 0 when every view is without fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--url", help="a running dashboard; without it one is started")
    parser.add_argument("--pages", help="addresses, separated by commas; without it every page")
    given = parser.parse_args()
    addresses = given.pages.split(",") if given.pages is not None else every_address()
    with contextlib.nullcontext(given.url) if given.url else served() as url:
        results = capture(url, [view for address in addresses for view in every_view(address)], given.out)
    wrong = sum(bool(found) for found in results.values())
    print(f"{len(results)} views of {len(addresses)} pages, {wrong} with faults")
    return 1 if wrong or not results else 0


if __name__ == "__main__":
    sys.exit(main())
