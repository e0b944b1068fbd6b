"""How long from the start of `python -m dashboard` to its first page, and how much memory the dashboard then holds.

    python benchmarks/start.py [--runs 5] [--cached]

Uses the database that DATABASE_URL names, or an empty one. `served` is until the page's HTML came, `drawn` until its
title stood in a Chromium that was open before. Without --cached the browser knows nothing of Streamlit's scripts and
needs about a second for them; with it they are kept from the start that is not counted.
"""

import argparse
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start_once(context: Any, environment: dict[str, str]) -> tuple[float, float, float]:
    """Seconds until served and until drawn, and MiB of the dashboard's process."""
    address = f"http://127.0.0.1:{environment['PROSPECTUS_PORT']}/"
    page = context.new_page()
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=1):
                break
            time.sleep(0.005)
        served = time.monotonic() - began
        page.goto(address)
        page.wait_for_selector("h1")
        drawn = time.monotonic() - began
        web = next(c for c in psutil.Process(process.pid).children() if "dashboard.web" in " ".join(c.cmdline()))
        return served, drawn, web.memory_info().rss / 2**20
    finally:
        page.close()
        process.terminate()
        process.wait(60)


def main() -> None:
    """Print the table."""
    from playwright.sync_api import sync_playwright

    from tests.browser.capture import CHROMIUM_ARGS, chromium

    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cached", action="store_true", help="a browser that has kept the scripts of an earlier start")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        environment = {
            "DATABASE_URL": f"sqlite:///{folder}/start.db",
            "PROSPECTUS_HOME": f"{folder}/home",
            **os.environ,
            "PROSPECTUS_PORT": str(free_port()),
            "PROSPECTUS_SERVER_PORT": str(free_port()),
        }
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGS)
        kept = browser.new_context()
        contexts = [kept if given.cached else browser.new_context() for _ in range(given.runs + 1)]
        rows = [start_once(context, environment) for context in contexts][1:]
        browser.close()
    print(f"{given.runs} starts after one not counted, load {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors")
    print(f"{'':16}{'min':>8}{'median':>8}{'max':>8}")
    for name, column in zip(("served, s", "drawn, s", "memory, MiB"), zip(*rows, strict=True), strict=True):
        print(f"{name:16}{min(column):8.2f}{statistics.median(column):8.2f}{max(column):8.2f}")


if __name__ == "__main__":
    main()
