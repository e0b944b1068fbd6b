"""The main path through a real browser: an idea, its data, three runs, a comparison, a choice, a try, the evidence.

Everything is real: `python -m dashboard` with its worker and model server on free ports, a database of its own, the
bundled model. Nonsense is typed on the way, a page is reloaded, and the browser goes back.
"""

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.capture import CHROMIUM_ARGS, chromium
from tests.reviews import write_reviews

pytestmark = pytest.mark.browser
START_SECONDS, RUN_SECONDS, STEP_MS = 120, 480, 60_000
ROOT = Path(__file__).parents[2]
IDEA = "Parcel insight"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def prospectus(database: str, tmp_path: Path) -> Iterator[str]:
    """The whole program, with one idea of somebody else's (so that no sample runs are queued); its address."""
    from engine.entrypoints import actions

    actions.add_idea("Somebody else’s idea", "Mei", "", "", "", "quality.f1_macro", 0.8, 100.0)
    ports = {"PROSPECTUS_PORT": str(free_port()), "PROSPECTUS_SERVER_PORT": str(free_port()), "PROSPECTUS_THREADS": "1"}
    with (tmp_path / "prospectus.log").open("wb") as log:
        program = subprocess.Popen(
            [sys.executable, "-m", "dashboard"], cwd=ROOT, env={**os.environ, **ports}, stdout=log, stderr=log
        )
        address = f"http://127.0.0.1:{ports['PROSPECTUS_PORT']}"
        try:
            _wait_for(address)
            yield address
        finally:
            program.terminate()
            assert program.wait(40) == 0
    assert b"Traceback" not in (tmp_path / "prospectus.log").read_bytes()


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
            return
        time.sleep(0.2)
    raise TimeoutError(f"nothing answers at {address}")


@pytest.fixture
def reader(prospectus: str, tmp_path: Path) -> Iterator["Reader"]:
    """Somebody with a browser, at the start page."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGS)
        page = browser.new_context(viewport={"width": 1440, "height": 1200}).new_page()
        page.set_default_timeout(STEP_MS)
        reader = Reader(page, prospectus)
        reader.open("/?lang=en")
        yield reader
        page.screenshot(path=tmp_path / "last.png", full_page=True)
        browser.close()
    assert not reader.complaints


class Reader:
    """What somebody does and sees. Every act waits until the page rests."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector("h1")
        self.rest()

    def rest(self) -> None:
        """Wait until nothing is being drawn."""
        self.page.wait_for_timeout(400)
        self.page.wait_for_function(
            """() => !document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]')
                  && document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning" """
        )
        assert self.page.locator('[data-testid="stException"]').count() == 0

    def goes_to(self, name: str) -> None:
        """Use the menu."""
        self.page.locator('[data-testid="stSidebarNav"]').get_by_role("link", name=name, exact=True).click()
        self.rest()

    def presses(self, name: str | re.Pattern[str]) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name).first.click()
        self.rest()

    def follows(self, name: str | re.Pattern[str]) -> None:
        """Follow a link, which must stay in the tab."""
        self.page.locator('[data-testid="stMain"]').get_by_role("link", name=name).first.click()
        self.rest()
        assert len(self.page.context.pages) == 1

    def types(self, label: str, text: str) -> None:
        """Fill in a field and leave it."""
        field = self.field(label)
        field.fill(text)
        field.press("Tab")
        self.rest()

    def field(self, label: str) -> Any:
        """The field itself, not the help beside it."""
        return self.page.get_by_label(label, exact=False).and_(self.page.locator("input, textarea")).first

    def chooses(self, label: str, option: str) -> None:
        """Choose from a list."""
        self.field(label).click()
        self.page.get_by_role("option", name=option).first.click()
        self.rest()

    def sees(self, text: str | re.Pattern[str], seconds: float = 30) -> str:
        """Wait for a text; the whole page's text then."""
        self.page.get_by_text(text).first.wait_for(timeout=1000 * seconds)
        return str(self.page.locator('[data-testid="stMain"]').inner_text())

    def title(self) -> str:
        """The question of the page."""
        return str(self.page.locator("h1").inner_text())

    def selects_rows(self, rows: int) -> None:
        """Tick the first rows of the table, which is drawn on a canvas."""
        for row in range(rows):
            table = self.page.locator('[data-testid="stDataFrame"] canvas').first
            table.scroll_into_view_if_needed()
            box = table.bounding_box()
            self.page.mouse.click(box["x"] + 16, box["y"] + 56 + 40 * row)
            self.rest()


def test_from_an_idea_to_evidence(reader: Reader, tmp_path: Path) -> None:
    add_an_idea(reader)
    bring_data(reader, tmp_path)
    queue_runs(reader)
    watch_it_learn(reader)
    compare(reader)
    adopt(reader)
    run = try_it(reader)
    read_the_evidence(reader, run)


def add_an_idea(reader: Reader) -> None:
    """A form without its name is refused with what is lacking, and keeps what was typed."""
    reader.presses("Add an idea")
    reader.types("Your name", "Lin")
    reader.types("For whom?", "Shops <b>*&")
    reader.presses("Add the idea")
    reader.sees(re.compile("needs a name"))
    assert reader.page.get_by_label("For whom?").input_value() == "Shops <b>*&"
    reader.types("What is it called?", IDEA)
    reader.types("Good enough from", "60")
    reader.presses("Add the idea")
    reader.sees(re.compile(f"{IDEA}.*\\?"))


def bring_data(reader: Reader, folder: Path) -> None:
    """A broken file is refused in words; a good one is previewed, confirmed, profiled and recognised."""
    broken = folder / "broken.csv"
    broken.write_bytes(bytes(range(256)) * 40)
    reader.goes_to("Data")
    reader.presses("Add data")
    upload = reader.page.locator('input[type="file"]')
    upload.set_input_files(broken)
    reader.page.locator('[data-testid="stAlert"]').filter(has_text="broken.csv").wait_for()
    reviews = write_reviews(folder / "parcel_reviews.csv")
    _upload(reader, reviews)
    reader.types("Licence", "our own")
    reader.chooses("For the idea", IDEA)
    reader.presses("Add this data set")
    text = reader.sees(re.compile("was added"))
    assert "Parcel reviews" in text
    assert "rows in 3 classes" in text
    reader.presses("Add data")
    _upload(reader, reviews)
    reader.presses("Add this data set")
    reader.sees(re.compile("here already"))


def _upload(reader: Reader, path: Path) -> None:
    with contextlib.suppress(Exception):
        reader.page.get_by_role("button", name=re.compile("Remove|Delete|Clear")).first.click(timeout=1500)
    reader.page.locator('input[type="file"]').set_input_files(path)
    reader.sees(re.compile("240 rows, 2 columns"))
    reader.rest()


def queue_runs(reader: Reader) -> None:
    """No idea is chosen unasked; a setting out of range shuts the button; then baseline and fine-tuning are queued."""
    reader.follows("Teach a model on it")
    reader.chooses("For the idea", IDEA)
    reader.page.get_by_text("Fine-tuning: teach the model itself").click()
    reader.rest()
    reader.types("Base model", "no/such model")
    assert reader.page.get_by_role("button", name="Queue 2 runs").is_disabled()
    reader.types("Base model", "minilm")
    reader.types("Most steps", "24")
    reader.presses("Queue 2 runs")
    reader.sees("2 runs are queued.")
    reader.follows("Watch it learn")
    assert reader.title() == "Which run is best for its cost?"


def watch_it_learn(reader: Reader) -> None:
    """The card of the living run comes by itself; a reload and a detour change nothing."""
    reader.sees(re.compile("^lora-"), RUN_SECONDS)
    reader.page.locator('[data-testid="stProgress"]').first.wait_for(timeout=1000 * RUN_SECONDS)
    reader.page.reload()
    reader.page.wait_for_selector("h1")
    reader.goes_to("Portfolio")
    reader.page.go_back()
    reader.page.wait_for_function("document.querySelector('h1')?.innerText.startsWith('Which run')")
    reader.page.locator('[data-testid="stProgress"]').first.wait_for()
    reader.page.get_by_text("Curves").first.click()
    reader.page.wait_for_function(
        "[...document.querySelectorAll('.js-plotly-plot .scatterlayer path.js-line')].length > 0",
        timeout=1000 * RUN_SECONDS,
    )
    reader.sees(re.compile("2 finished runs"), RUN_SECONDS)
    reader.rest()


def compare(reader: Reader) -> None:
    """Two runs compared: a sentence with the paired interval, then figures by class at an address of their own."""
    reader.selects_rows(2)
    reader.follows("Compare 2 runs")
    text = reader.sees(re.compile("McNemar"))
    assert reader.title() == "How do these runs differ?"
    assert re.search(r"(is better than|is worse than|no difference)", text)
    reader.page.get_by_text("Classes", exact=True).first.click()
    reader.sees(re.compile("F1 of each class"))
    assert "view=classes" in reader.page.url
    assert reader.page.get_by_text("praise").count() > 0
    reader.follows("All runs")
    reader.page.wait_for_function("document.querySelector('h1')?.innerText.startsWith('Which run')")
    reader.rest()


def adopt(reader: Reader) -> None:
    """Adopting asks for a name, says that it shows the test figures, and shows them."""
    table = reader.page.locator('[data-testid="stDataFrame"] canvas').first
    box = table.bounding_box()
    reader.page.mouse.move(box["x"] + 80, box["y"] + 56)
    reader.page.wait_for_timeout(300)
    reader.page.mouse.click(box["x"] + 80, box["y"] + 56)
    reader.page.wait_for_function("document.querySelector('h1')?.innerText.startsWith('What did')")
    reader.rest()
    assert "Hidden, so that choices rest on validation" in reader.sees("Test split")
    reader.presses("Adopt")
    reader.page.get_by_role("dialog").get_by_label("Your name").fill("Lin")
    reader.presses("Adopt and show test figures")
    text = reader.sees(re.compile("Adopted\\."))
    assert "Hidden, so that" not in text


def try_it(reader: Reader) -> str:
    """Blank text is refused; an example from the test split is answered by both models over HTTP."""
    reader.follows("Try it")
    assert reader.title() == "Does it work on your own input?"
    reader.types("Text", "   ")
    reader.presses("Try it")
    reader.sees(re.compile("There is no text"))
    reader.page.get_by_text("complaint", exact=True).first.click()
    reader.rest()
    reader.presses("Try it")
    text = reader.sees(re.compile("They (dis)?agree"), 60)
    assert "in the model server" in text
    adopted = re.search(r"(baseline|lora)-[0-9a-f]{4}", text)
    assert adopted
    return adopted.group()


def read_the_evidence(reader: Reader, run: str) -> None:
    """The idea's sheet rests on the adopted run; an address that names nothing is said so."""
    reader.goes_to("Portfolio")
    reader.follows(IDEA)
    text = reader.sees("Evidence")
    assert run in text
    assert "measured" in text
    assert "Macro F1" in text
    reader.open("/runs?run=nonsense&lang=en")
    assert "There is no run called “nonsense”" in reader.sees(re.compile("There is no run"))
