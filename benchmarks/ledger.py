"""How soon the page Costs answers with a million entries in the ledger.

    python -m benchmarks.ledger [--entries 1000000] [--months 36] [--repeats 5] [--house FOLDER]

Fills a SQLite file and a PostgreSQL server of its own (skipped where none is installed): seven entries in ten are typed
or of invoices, three are metered seconds of 10,000 runs, evenly over the months, with the sums of each day beside them
as the verbs keep them. Then every query of the page is asked in a session of its own, on this month and where it is
hardest: the last page of the entries, and one category of one idea. At last the page itself is opened over the real
dashboard and clicked (`benchmarks/sessions.py`). With `--months 1` all of it lies in this month, which no ledger will
see: a bound. The table has the median, lowest and highest of the repeats, and what the processor
worked for it (of PostgreSQL only in this process); to reach: the page under 1 s.
"""

import argparse
import itertools
import os
import platform
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert, select, text  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from benchmarks import dashboard, database, generated, sessions  # noqa: E402
from db.base import Base  # noqa: E402
from db.ledger import add_budget  # noqa: E402
from db.models import Run  # noqa: E402
from db.session import session_scope  # noqa: E402
from db.views import money  # noqa: E402
from engine.costs.ledger import CATEGORIES  # noqa: E402
from engine.entrypoints.actions import budgets  # noqa: E402
from engine.training.processor import flags  # noqa: E402

RUNS, METERED_SHARE, CHUNK, PAGE_ROWS = 10_000, 0.3, 50_000, 100
PAGE_GOAL_S = 1.0
PHASES = ("setup", "fit", "evaluate", "serve", "explain")


class Taken(NamedTuple):
    """Seconds on the clock, and of the processor by this process alone; a busy machine moves only the first."""

    wall: float
    processor: float


DAYS = """
INSERT INTO day_totals (day, product_id, category, basis, grade, month, usd_nano, entries)
SELECT day, coalesce(product_id, 0), category, basis, grade, {month}, sum(usd_nano), count(*)
FROM ({entries}) AS each_one
GROUP BY day, coalesce(product_id, 0), category, basis, grade
"""
WRITTEN = "SELECT day, product_id, category, basis, grade, usd_nano FROM ledger_entries"
METERED = "SELECT {day} AS day, product_id, category, 'metered' AS basis, grade, usd_nano FROM cost_entries"


def fill(url: str, entries: int, first: date, today: date) -> None:
    """Ideas and runs, the entries of both tables, and the sums of their days."""
    database.fill(url, RUNS, 1)
    chance, span, metered = random.Random(0), (today - first).days + 1, int(METERED_SHARE * entries)
    with session_scope(url) as session:
        runs = list(session.scalars(select(Run.id)))
        for table, found in (
            ("ledger_entries", written(chance, first, span, entries - metered)),
            ("cost_entries", counted(chance, first, span, metered, runs)),
        ):
            while rows := list(itertools.islice(found, CHUNK)):
                session.execute(insert(Base.metadata.tables[table]), rows)
        sqlite = session.get_bind().dialect.name == "sqlite"
        month = "strftime('%Y-%m', day)" if sqlite else "to_char(day, 'YYYY-MM')"
        day = "date(ended_at)" if sqlite else "CAST(ended_at AS DATE)"
        for part in (WRITTEN, METERED.format(day=day)):
            session.execute(text(DAYS.format(month=month, entries=part)))
        for product_id, category in ((None, ""), (1, ""), (None, "training")):
            usd_nano, shares = 10**12, [0.5, 0.8, 1.0]
            add_budget(session, product_id=product_id, category=category, from_month=f"{first:%Y-%m}",
                       usd_nano=usd_nano, thresholds=shares, author="benchmark")  # fmt: skip
        session.execute(text("ANALYZE"))


def written(chance: random.Random, first: date, span: int, entries: int) -> Iterator[dict[str, Any]]:
    """Typed entries and lines of invoices."""
    for number in range(entries):
        invoice = number % 3 == 0
        yield {
            "day": first + timedelta(days=chance.randrange(span)),
            "product_id": chance.choice((None, *range(1, database.IDEAS + 1))),
            "category": chance.choice(CATEGORIES),
            "basis": "invoice" if invoice else "typed",
            "grade": "measured" if invoice else "assumed",
            "usd_nano": chance.randrange(10**9),
            "description": f"benchmark line {number}",
            "source": "this benchmark",
            "author": "benchmark",
        }


def counted(chance: random.Random, first: date, span: int, entries: int, runs: list[str]) -> Iterator[dict[str, Any]]:
    """Metered seconds: some phases of some attempts of every run."""
    begin = datetime.combine(first, datetime.min.time(), UTC)
    for number in range(entries):
        attempt, place = divmod(number // len(PHASES), len(runs))
        ended = begin + timedelta(seconds=chance.randrange(86_400 * span))
        yield {
            "product_id": chance.choice((None, *range(1, database.IDEAS + 1))),
            "run_id": runs[place],
            "category": "training",
            "period": f"attempt {attempt + 1}",
            "phase": PHASES[number % len(PHASES)],
            "rate_id": 1,
            "seconds": 1.0,
            "usd_nano": chance.randrange(10**7),
            "grade": "assumed",
            "started_at": ended,
            "ended_at": ended,
        }


def questions(first: date, today: date) -> dict[str, Callable[[Session], Any]]:
    """What the page asks, by what it is for."""
    this = f"{today:%Y-%m}"
    year = max(f"{first:%Y-%m}", f"{today - timedelta(days=334):%Y-%m}")

    def rows(session: Session, offset: int, **only: Any) -> Any:
        return money.ledger_rows(session, this, limit=PAGE_ROWS, offset=offset, **only)

    def last(session: Session) -> Any:
        count = sum(row.entries for row in money.money_by_month(session, this, this))
        return rows(session, (count - 1) // PAGE_ROWS * PAGE_ROWS)

    return {
        "twelve months by idea and category": lambda s: money.money_by_month(s, year, this),
        "budgets, spent and expected": lambda s: budgets.budget_states(s, today),
        "the month's end": lambda s: budgets.company_month(s, today),
        "the dearest runs": lambda s: money.dearest_runs(s, this),
        "entries, first page": lambda s: rows(s, 0),
        "entries, last page of the month": last,
        "entries of one idea and category": lambda s: rows(s, 0, product_id=1, category="storage"),
    }


def seconds_of(url: str, ask: Callable[[Session], Any]) -> Taken:
    """How long one question takes in a session of its own."""
    began, worked = time.perf_counter(), time.process_time()
    with session_scope(url) as session:
        ask(session)
    return Taken(time.perf_counter() - began, time.process_time() - worked)


def line(name: str, taken: Sequence[Taken], goal: float | None = None) -> None:
    """One row of the table, in milliseconds."""
    walls = [one.wall for one in taken]
    middle, low, high = (1000 * f(walls) for f in (statistics.median, min, max))
    worked = 1000 * statistics.median(one.processor for one in taken)
    said = "" if goal is None else f"  goal < {1000 * goal:.0f}: {'met' if middle < 1000 * goal else 'MISSED'}"
    print(f"{name:58}{middle:10.1f}{low:10.1f}{high:10.1f}{worked:11.1f}{said}", flush=True)


def measure_queries(name: str, url: str, first: date, today: date, repeats: int) -> None:
    """Each question, and all of them one after the other."""
    asked = questions(first, today)
    taken = {what: [seconds_of(url, ask) for _ in range(repeats)] for what, ask in asked.items()}
    for what, each in taken.items():
        line(f"{name}: {what}", each)
    together = [Taken(*map(sum, zip(*each, strict=True))) for each in zip(*taken.values(), strict=True)]
    line(f"{name}: all of them", together, PAGE_GOAL_S)


def measure_page(house: Path, repeats: int) -> None:
    """The page over the real dashboard: opened first, then by other people, then clicked."""
    with dashboard.served(house) as (port, process):

        def timed(ask: Callable[[], float]) -> Taken:
            before = process.cpu_times()
            wall, after = ask(), process.cpu_times()
            return Taken(wall, after.user + after.system - before.user - before.system)

        with sessions.Session(port) as one:
            one.show("rates")  # what every page loads is no part of this one
            line("page: opened for the first time after the start", [timed(lambda: one.show("costs"))], PAGE_GOAL_S)
        visits, clicks = [], []
        for _ in range(repeats):
            with sessions.Session(port) as other:
                visits.append(timed(lambda: other.show("costs")))
                clicks.append(timed(other.click))
        line("page: opened by another person", visits, PAGE_GOAL_S)
        line("page: a click on it", clicks, PAGE_GOAL_S)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--house", type=Path, help="where the filled SQLite file is kept, or was")
    given = parser.parse_args()
    today = datetime.now(UTC).date()
    first = today.replace(day=1)
    for _ in range(given.months - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    print(
        f"{given.entries} entries in {given.months} months; {os.cpu_count()} processors "
        f"({' '.join(sorted(flags()))}), load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )
    with tempfile.TemporaryDirectory() as temporary:
        house = (given.house or Path(temporary) / "house").resolve()
        url = generated.environment(house)["DATABASE_URL"]
        if not (house / "prospectus.db").exists():
            house.mkdir(parents=True)
            fill(url, given.entries, first, today)
        print(f"{'milliseconds':58}{'median':>10}{'lowest':>10}{'highest':>10}{'processor':>11}")
        measure_queries(f"SQLite {sqlite3.sqlite_version}", url, first, today, given.repeats)
        measure_page(house, given.repeats)
        measure_postgresql(given.entries, first, today, given.repeats)


def measure_postgresql(entries: int, first: date, today: date, repeats: int) -> None:
    """The same questions to a server of its own."""
    from tests.postgresql import Cluster, binaries

    if binaries() is None:
        print("PostgreSQL: not measured (no server is installed)")
        return
    server = Cluster(durable=True)
    try:
        url = server.empty()
        fill(url, entries, first, today)
        measure_queries("PostgreSQL", url, first, today, repeats)
    finally:
        server.close()


if __name__ == "__main__":
    main()
