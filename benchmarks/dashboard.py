"""How quick the dashboard is: clicks on plain pages, the Runs page with 10,000 runs, 50 sessions at once.

    python benchmarks/dashboard.py [clicks] [runs] [sessions] [--house FOLDER] [--runs 10000] [--clicks 40] [--busy]

Serves the real dashboard (`python -m dashboard.web`, nothing beside it) over a generated house
(benchmarks/generated.py) and speaks to it over its WebSocket as a browser does (benchmarks/sessions.py). A click is
timed from the request to the message that the script has finished, so the server's work is in it and the browser's
drawing is not. With --busy a thread of another process computes all the while.
"""

import argparse
import contextlib
import math
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import generated  # noqa: E402
from benchmarks.sessions import Session  # noqa: E402

PLAIN = {"portfolio": "", "product": "", "data": "", "tune": "", "demos": ""}
"""Pages that show a few rows, with what stands after the ? of their address."""
CLICK_MS, RUNS_S, SESSIONS_MB, SESSIONS_S = 60.0, 2.0, 300.0, 8.0
SESSIONS = 50
NOISE_ROUNDS = 5
BURN = "while True: sum(i * i for i in range(10_000))"


@contextlib.contextmanager
def served(house: Path) -> Iterator[tuple[int, psutil.Process]]:
    """The dashboard over a house: its port and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {**os.environ, **generated.environment(house), "PROSPECTUS_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard.web"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health"):
                break
            time.sleep(0.05)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


@contextlib.contextmanager
def busy(wanted: bool) -> Iterator[None]:
    """A thread of another process that computes all the while, when it is wanted."""
    burner = subprocess.Popen([sys.executable, "-c", BURN]) if wanted else None
    try:
        yield
    finally:
        if burner is not None:
            burner.kill()
            burner.wait()


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def verdict(value: float, limit: float) -> str:
    """Whether a figure keeps its limit."""
    return "yes" if value <= limit else "NO"


def measure_clicks(port: int, clicks: int) -> None:
    """A table of reruns by page, and the noise of one page in five rounds."""
    print(f"\nA click (rerun of the shown page), ms, {clicks} each; limit p95 {CLICK_MS:.0f}")
    print(f"{'page':12}{'first':>9}{'median':>9}{'p95':>9}{'kB':>8}  kept")
    everything: list[float] = []
    with Session(port) as session:
        for name, query in PLAIN.items():
            session.show(name, query)  # loads what the page needs
        for name, query in PLAIN.items():
            first = session.show(name, query)
            before = session.bytes
            taken = [1000 * session.click(query) for _ in range(clicks)]
            everything += taken
            size = (session.bytes - before) / clicks / 1000
            p95 = quantile(taken, 0.95)
            middle = statistics.median(taken)
            print(f"{name:12}{1000 * first:9.1f}{middle:9.1f}{p95:9.1f}{size:8.1f}  {verdict(p95, CLICK_MS)}")
        p95 = quantile(everything, 0.95)
        print(f"{'all':12}{'':9}{statistics.median(everything):9.1f}{p95:9.1f}{'':8}  {verdict(p95, CLICK_MS)}")
        session.show("portfolio")
        rounds = [statistics.median(1000 * session.click() for _ in range(clicks)) for _ in range(NOISE_ROUNDS)]
    print(f"noise: the median of portfolio in {NOISE_ROUNDS} rounds: {', '.join(f'{r:.1f}' for r in rounds)} ms")


def measure_runs(port: int, runs: int) -> None:
    """The Runs page of a house of many runs: cold, warm by a click, warm by a second visitor."""
    print(f"\nThe Runs page of {runs} runs, s; limit warm {RUNS_S:.0f}")
    with Session(port) as session:
        print(f"{'first visit after the start':40}{session.show('runs'):8.2f}")
        clicks = [session.click() for _ in range(NOISE_ROUNDS)]
    with Session(port) as other:
        visit = other.show("runs")
    for name, value in (
        (f"click, worst of {NOISE_ROUNDS}", max(clicks)),
        (f"click, median of {NOISE_ROUNDS}", statistics.median(clicks)),
        ("visit of a second person", visit),
    ):
        print(f"{name:40}{value:8.2f}  {verdict(value, RUNS_S)}")


def measure_sessions(port: int, process: psutil.Process) -> None:
    """Fifty people who open the portfolio in the same moment."""
    with Session(port) as first:
        first.show("portfolio")
    alone = process.memory_info().rss / 2**20
    with contextlib.ExitStack() as stack:
        sessions = [stack.enter_context(Session(port)) for _ in range(SESSIONS)]
        began = time.perf_counter()
        for session in sessions:
            session.ask("portfolio")
        for session in sessions:
            session.wait()
        seconds = time.perf_counter() - began
        memory = process.memory_info().rss / 2**20
        click = [1000 * session.click() for session in sessions]
    print(f"\n{SESSIONS} sessions that open the portfolio at once; limits {SESSIONS_MB:.0f} MB, {SESSIONS_S:.0f} s")
    print(f"{'memory of the process with one, MiB':40}{alone:8.0f}")
    print(f"{'memory with all, MiB':40}{memory:8.0f}  {verdict(memory, SESSIONS_MB)}")
    print(f"{'until all are drawn, s':40}{seconds:8.2f}  {verdict(seconds, SESSIONS_S)}")
    print(f"{'a click of one among them, median ms':40}{statistics.median(click):8.1f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help="clicks, runs, sessions; all when none is named")
    parser.add_argument("--house", type=Path, help="a generated house to use; made and kept when it is not there")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--clicks", type=int, default=40)
    parser.add_argument("--busy", action="store_true", help="while a thread of another process computes")
    chosen = parser.parse_args()
    parts = chosen.parts or ["clicks", "runs", "sessions"]
    if wrong := set(parts) - {"clicks", "runs", "sessions"}:
        parser.error(f"no part is called {', '.join(wrong)}")
    with tempfile.TemporaryDirectory() as temporary, busy(chosen.busy):
        house = (chosen.house or Path(temporary) / "house").resolve()
        if not (house / "prospectus.db").exists():
            print(f"generating {chosen.runs} runs ...", flush=True)
            generated.generate(house, chosen.runs)
        print(machine(chosen.busy))
        for part in parts:  # a process of its own for each, so that no part warms another
            with served(house) as (port, process):
                if part == "clicks":
                    measure_clicks(port, chosen.clicks)
                elif part == "runs":
                    measure_runs(port, chosen.runs)
                else:
                    measure_sessions(port, process)


def machine(is_busy: bool) -> str:
    """What the figures were measured on."""
    import streamlit

    from engine.training.processor import flags

    state = "busy" if is_busy else "not made busy"
    known = ", ".join(flags()) or "flags unknown"
    return (
        f"{os.cpu_count()} processors ({known}), load {os.getloadavg()[0]:.1f}, {state}, "
        f"Python {sys.version.split()[0]}, Streamlit {streamlit.__version__}"
    )


if __name__ == "__main__":
    main()
