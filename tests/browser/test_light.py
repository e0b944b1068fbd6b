"""The dashboard's process stays small and free of torch with every page opened. benchmarks/start.py times the start."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from dashboard.page import pages
from tests.browser.capture import CHROMIUM_ARGS, SETTLED, chromium
from tests.flow.program import free_port

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
MEMORY_MIB = 200

START_MS = 60_000


def test_every_page_opened_once(database: str, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    from engine.entrypoints import actions

    actions.add_idea("Somebody’s idea", "Mei", "", "", "", "quality.f1_macro", 0.8, 100.0)  # so that no samples load
    ports = {"PROSPECTUS_PORT": str(free_port()), "PROSPECTUS_SERVER_PORT": str(free_port()), "PROSPECTUS_THREADS": "1"}
    address = f"http://127.0.0.1:{ports['PROSPECTUS_PORT']}"
    with (tmp_path / "program.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard"], cwd=ROOT, env={**os.environ, **ports}, stdout=log, stderr=log
        )
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGS)
                page = browser.new_page()
                page.set_default_timeout(START_MS)
                _open_when_it_answers(page, address)
                for name in list(pages())[1:]:
                    page.goto(f"{address}/{name}")
                    page.wait_for_function(SETTLED)
                browser.close()
            web = next(c for c in psutil.Process(process.pid).children() if "dashboard.web" in " ".join(c.cmdline()))
            assert [m.path for m in web.memory_maps() if "libtorch" in m.path] == []
            assert web.memory_info().rss / 2**20 < MEMORY_MIB
        finally:
            process.terminate()
            assert process.wait(60) == 0


def _open_when_it_answers(page: object, address: str) -> None:
    import time

    from playwright.sync_api import Error

    deadline = time.monotonic() + START_MS / 1000
    while True:
        try:
            page.goto(address)  # type: ignore[attr-defined]
            break
        except Error:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    page.wait_for_selector("h1")  # type: ignore[attr-defined]
