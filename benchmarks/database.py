"""How fast the database answers: a leaderboard over a million metric points, and logging beside MLflow.

    python benchmarks/database.py [--runs 10000] [--points 100] [--repeats 5] [--busy] [--peer-python PYTHON]

Makes a SQLite file and a PostgreSQL server of its own (durable settings; skipped where no server is installed), fills
both with `runs` finished runs of `points` loss points each, and reads the top 50 as the Runs page does, by
`db.views.leaderboard`, in one session each (`db.session.reading`). Then logs 200 runs x 50 points: every point goes
through the recorder into the run's event file, and the file by `engine.entrypoints.tail.read_batch` and
`db.events.write_events` into the database, one transaction a run, as the worker does. The peer gets the same points by
`MlflowClient.log_batch`, one call a run, into a SQLite file of its own, and into PostgreSQL where its Python has
psycopg2. It is installed for this alone, apart from the product:

    python3 -m venv /tmp/mlflow && /tmp/mlflow/bin/pip install mlflow psycopg2-binary
    python benchmarks/database.py --peer-python /tmp/mlflow/bin/python

Without it the line says "not comparable". A ratio is that of one repeat, in which both follow one another; the table
has the median of the repeats, and the lowest and highest of them as its own noise. With `--busy` all of it comes a
second time while a one-thread program computes.
"""

import argparse
import json
import multiprocessing
import os
import platform
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import Table, insert, select, text  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from db import views  # noqa: E402
from db.base import Base  # noqa: E402
from db.curves import encode  # noqa: E402
from db.events import write_events  # noqa: E402
from db.models import Run  # noqa: E402
from db.runs import claim_next, finish  # noqa: E402
from db.session import get_bind, in_transaction, reading, session_scope, upgrade  # noqa: E402
from engine.entrypoints.tail import read_batch  # noqa: E402
from engine.recorder import FileRecorder  # noqa: E402
from engine.training.processor import flags  # noqa: E402

MEASURE = "quality.f1_macro"
IDEAS = 10
TOP, READS, WARM = 50, 200, 20
LOGGED_RUNS, LOGGED_POINTS = 200, 50
P95_GOAL_MS, LOGGING_GOAL = 5.0, 50.0
CHUNK = 20_000
PEER = """
import sys, time, json, warnings
warnings.simplefilter("ignore")
from mlflow import MlflowClient, __version__
from mlflow.entities import Metric
url, runs, points, repeats = sys.argv[1], *map(int, sys.argv[2:5])
client = MlflowClient(tracking_uri=url)
experiment = client.create_experiment("bench", artifact_location="file:///tmp/none")
warm = client.create_run(experiment).info.run_id
client.log_batch(warm, metrics=[Metric("warm", 0.0, 0, 0)])
print(json.dumps({"version": __version__}), flush=True)
for line in sys.stdin:
    ids = [client.create_run(experiment).info.run_id for _ in range(runs)]
    batches = [[Metric("train.loss", 1.0 / (s + 1), 1_750_000_000_000 + s, s) for s in range(points)] for _ in ids]
    begun = time.perf_counter()
    for run_id, metrics in zip(ids, batches):
        client.log_batch(run_id, metrics=metrics)
    print(json.dumps({"seconds": time.perf_counter() - begun}), flush=True)
"""


def rows(runs: int, points: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(table, rows) in the order of references: ideas, data sets and runs with figures as real ones have."""
    chance = random.Random(0)
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    ideas = range(1, IDEAS + 1)
    usual = {"language": "en", "licence": "CC0", "source": "generated", "labels": ["no", "yes"], "profile": {}}
    split = {"rows_train": 1400, "rows_validation": 300, "rows_test": 300, "columns": [], "change": ""}
    names = {"text_column": "text", "label_column": "label", "input_kind": "text", "folder": "datasets/none"}
    yield (
        "datasets",
        [
            {"id": i, "name": f"Data {i}", "fingerprint": f"{i}", "file_sha256": f"{i}", "created_at": moment}
            | usual
            | split
            | names
            for i in ideas
        ],
    )
    bar = {"bar_measure": MEASURE, "bar_direction": "higher", "bar_minimum": 0.8, "latency_limit_ms": 100.0}
    said = {"stage": "idea", "owner": "Bench", "domain": "", "customer": "", "hypothesis": "", "missing": ""}
    yield (
        "products",
        [
            {"id": i, "slug": f"idea-{i}", "name": f"Idea {i}", "dataset_id": i, "sample": False, "created_at": moment}
            | {"task": "text_classification"}
            | bar
            | said
            for i in ideas
        ],
    )
    yield (
        "experiments",
        [
            {"id": i, "name": f"Idea {i}", "product_id": i, "dataset_id": i, "task": "text_classification"}
            | {"created_at": moment}
            for i in ideas
        ],
    )
    yield from _runs(runs, points, chance, moment)


def _runs(
    runs: int, points: int, chance: random.Random, moment: datetime
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    ids = [f"{number:012x}" for number in range(runs)]
    facts = {"artifact_bytes": 90_000_000, "processor": {"threads": 1, "name": "x" * 60}, "notes": "x" * 600}
    config = {"rank": 8, "epochs": 3, "learning_rate": 2e-4, "base_model": "all-MiniLM-L6-v2"}
    fixed: dict[str, Any] = {"recipe": "lora", "seed": 0, "device": "local_cpu", "rate_id": 1, "state": "complete"}
    fixed |= {"priority": 0, "attempt": 1, "event_offset": 0, "progress": 1.0, "facts": facts, "config": config}
    fixed |= {"progress_text": {"template": "Done", "values": {}}, "peak_memory_mb": 900.0}
    for start in range(0, runs, CHUNK // 10):
        chosen = {run_id: 1 + chance.randrange(IDEAS) for run_id in ids[start : start + CHUNK // 10]}
        yield (
            "runs",
            [
                fixed
                | {"id": run_id, "experiment_id": owner, "seconds": chance.uniform(20, 900)}
                | {"cost_nano": chance.randrange(10**8), "created_at": moment + timedelta(seconds=start + place)}
                | dict.fromkeys(("queued_at", "started_at", "finished_at"), moment)
                for place, (run_id, owner) in enumerate(chosen.items())
            ],
        )
        yield "metric_summaries", [row for of_run in chosen.items() for row in _summaries(*of_run, chance)]
    series = encode({step: (1.0 / (step + 1), 1.0) for step in range(points)})
    for start in range(0, runs, max(1, CHUNK // points)):
        yield (
            "metric_segments",
            [
                {"run_id": run_id, "name": "train.loss", "event_offset": 0, "points": series}
                for run_id in ids[start : start + max(1, CHUNK // points)]
            ],
        )


def _summaries(run_id: str, owner: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    kinds = [(s, n) for s in ("validation", "test") for n in (MEASURE, "quality.accuracy", "quality.recall_macro")]
    for split, name in [*kinds, ("serving", "latency.p50_ms"), ("serving", "latency.p95_ms")]:
        value = chance.uniform(0.5, 0.95)
        quantiles = [value + (i - 50) / 1000 for i in range(101)] if split != "serving" else []
        yield {"run_id": run_id, "experiment_id": owner, "split": split, "name": name, "value": value} | {
            "low": value - 0.04,
            "high": value + 0.04,
            "n": 300,
            "baseline": 0.33,
            "quantiles": quantiles,
        }


def fill(url: str, runs: int, points: int) -> None:
    """Make the tables and fill them; then let the database count them, as its own upkeep would soon do."""
    upgrade(url)
    tables = Base.metadata.tables
    with session_scope(url) as session:
        rate = {"id": 1, "key": "local_cpu", "unit": "hour", "usd_nano": 1, "low_nano": 1, "high_nano": 1}
        rate |= {"grade": "assumed", "source": "this benchmark", "note": "", "fingerprint": "f"}
        session.execute(insert(tables["rates"]), [rate | {"valid_from": datetime(2026, 1, 1, tzinfo=UTC).date()}])
        for name, found in rows(runs, points):
            _write(session, tables[name], found)
        if session.get_bind().dialect.name == "postgresql":
            for name in ("datasets", "products", "experiments", "rates"):
                session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), 1000)"))
        session.execute(text("ANALYZE"))


def _write(session: Session, table: Table, found: list[dict[str, Any]]) -> None:
    """Rows by the fastest way that the database has."""
    if table.name != "metric_summaries" or session.get_bind().dialect.name == "sqlite":
        session.execute(insert(table), found)
        return
    names = list(found[0])
    cursor: Any = session.connection().connection.cursor()
    with cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in found:
            copy.write_row([json.dumps(v) if isinstance(v, list) else v for v in row.values()])


def read_milliseconds(url: str, product_id: int | None) -> list[float]:
    """How long each of the reads took."""
    taken = []
    for number in range(WARM + READS):
        begun = time.perf_counter()
        with reading(url) as session:
            board = views.leaderboard(session, product_id=product_id, measure=MEASURE, limit=TOP)
        if number >= WARM:
            taken.append(1000 * (time.perf_counter() - begun))
        assert len(board) == TOP and board[0].validation[MEASURE].value >= board[-1].validation[MEASURE].value
    return taken


def logging_seconds(url: str, folder: Path) -> tuple[float, float]:
    """Seconds to write the event files, and to bring them into the database."""
    claimed = [_claimed(url, f"log_{number}") for number in range(LOGGED_RUNS)]
    begun = time.perf_counter()
    for run_id in claimed:
        place = folder / run_id
        place.mkdir(parents=True)
        recorder = FileRecorder(place)
        for step in range(LOGGED_POINTS):
            recorder.log(step, **{"train.loss": 1.0 / (step + 1)})
        recorder.close()
    written = time.perf_counter()
    for run_id in claimed:
        in_transaction(lambda s, r=run_id: write_events(s, r, read_batch(folder / r, 0)[0]), url)  # type: ignore[misc]
    committed = time.perf_counter()
    for run_id in claimed:
        in_transaction(lambda s, r=run_id: finish(s, r, "bench", "failed"), url)  # type: ignore[misc]
    return written - begun, committed - written


def _claimed(url: str, device: str) -> str:
    """A running run on a device of its own."""
    with session_scope(url) as session:
        run = session.scalars(select(Run).limit(1)).one()
        values = {c.name: getattr(run, c.name) for c in Run.__table__.columns}
        run_id = f"{random.getrandbits(44):x}"[:11]
        session.add(Run(**values | {"id": run_id, "device": device, "state": "queued", "cost_nano": 0, "seconds": 0.0}))
        session.flush()
        assert claim_next(session, "bench", device) is not None
        return run_id


class Peer:
    """MLflow in its own process."""

    def __init__(self, python: str, url: str) -> None:
        arguments = [python, "-c", PEER, url, str(LOGGED_RUNS), str(LOGGED_POINTS), "0"]
        quiet = {**os.environ, "MLFLOW_ENABLE_ASYNC_LOGGING": "false", "PYTHONWARNINGS": "ignore"}
        self._popen = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=quiet
        )
        self.version = self._line()["version"]

    def _line(self) -> Any:
        assert self._popen.stdout is not None
        line = self._popen.stdout.readline()
        if not line:
            raise RuntimeError("the peer ended")
        return json.loads(line)

    def seconds(self) -> float:
        """What it takes for the same points."""
        assert self._popen.stdin is not None
        self._popen.stdin.write("go\n")
        self._popen.stdin.flush()
        return float(self._line()["seconds"])

    def close(self) -> None:
        """End it."""
        assert self._popen.stdin is not None
        self._popen.stdin.close()
        self._popen.wait(30)


def peer_of(python: str | None, url: str) -> Peer | None:
    """The peer on a database, or None with the reason printed."""
    if python is None:
        print("MLflow: not comparable (no --peer-python given; see the head of this file)")
        return None
    try:
        return Peer(python, url)
    except (OSError, RuntimeError) as error:
        print(f"MLflow on {url.split(':', maxsplit=1)[0]}: not comparable ({error})")
        return None


def line(name: str, values: list[float], unit: str, goal: str = "") -> None:
    """One row of the table."""
    low, middle, high = min(values), statistics.median(values), max(values)
    print(f"{name:44}{middle:10.2f}{low:10.2f}{high:10.2f}  {unit:6}{goal}")


def compute(_number: int) -> None:
    """A one-thread program that never rests."""
    while True:
        sum(i * i for i in range(100_000))


def table(name: str, url: str, peer: Peer | None, folder: Path, repeats: int) -> None:
    """All cases of one database."""
    reads = {which: [read_milliseconds(url, which) for _ in range(repeats)] for which in (None, 1)}
    for which, taken in reads.items():
        title = f"{name}: top {TOP} of {'all runs' if which is None else 'one idea'}"
        line(f"{title}, p50", [statistics.median(r) for r in taken], "ms")
        worst = [statistics.quantiles(r, n=20)[-1] for r in taken]
        met = "met" if statistics.median(worst) < P95_GOAL_MS else "MISSED"
        line(f"{title}, p95", worst, "ms", f"goal < {P95_GOAL_MS:g}: {met}")
    ours: list[tuple[float, float]] = []
    theirs: list[float] = []
    for number in range(repeats):
        ours.append(logging_seconds(url, folder / f"{name}-{time.monotonic_ns()}-{number}"))
        if peer:
            theirs.append(peer.seconds())
    title = f"{name}: log {LOGGED_RUNS} x {LOGGED_POINTS}"
    line(f"{title}, into event files", [w for w, _ in ours], "s")
    line(f"{title}, into the database", [c for _, c in ours], "s")
    if peer:
        line(f"{title}, MLflow {peer.version}", theirs, "s")
        ratios = [p / c for p, (_, c) in zip(theirs, ours, strict=True)]
        met = "met" if statistics.median(ratios) >= LOGGING_GOAL else "MISSED"
        line(f"{title}, log_batch / database", ratios, "times", f"goal >= {LOGGING_GOAL:g}: {met}")
        line(
            f"{title}, log_batch / files and database",
            [p / (w + c) for p, (w, c) in zip(theirs, ours, strict=True)],
            "times",
        )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--points", type=int, default=100, help="metric points of each run")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--busy", action="store_true", help="again, while a one-thread program computes")
    parser.add_argument("--peer-python", help="a Python that has mlflow")
    given = parser.parse_args()
    if given.runs < 20 * IDEAS * TOP // 10:
        parser.error(f"--runs: at least {20 * IDEAS * TOP // 10}, so that one idea has {TOP} of them")
    print(
        f"{given.runs} runs, {given.runs * given.points} points; {platform.processor() or platform.machine()}, "
        f"{os.cpu_count()} processors, flags {' '.join(sorted(flags()))}, load {os.getloadavg()[0]:.1f}"
    )
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        places = _databases(folder, given.runs, given.points, given.peer_python)
        try:
            for busy in (False, True) if given.busy else (False,):
                _measure(places, folder, given.repeats, busy)
        finally:
            for _name, _url, peer, close in places:
                if peer:
                    peer.close()
                close()


Place = tuple[str, str, Peer | None, Callable[[], None]]


def _databases(folder: Path, runs: int, points: int, python: str | None) -> list[Place]:
    from tests.postgresql import Cluster, binaries

    url = f"sqlite:///{folder}/bench.db"
    fill(url, runs, points)
    places: list[Place] = [
        (f"SQLite {sqlite3.sqlite_version}", url, peer_of(python, f"sqlite:///{folder}/peer.db"), lambda: None)
    ]
    if binaries() is None:
        print("PostgreSQL: not measured (no server is installed)")
        return places
    server = Cluster(durable=True)
    url = server.empty()
    fill(url, runs, points)
    with get_bind(url).connect() as connection:
        version = connection.scalar(text("SHOW server_version")) or ""
    theirs = server.empty().replace("postgresql://", "postgresql+psycopg2://")
    return [*places, (f"PostgreSQL {version.split()[0]}", url, peer_of(python, theirs), server.close)]


def _measure(places: list[Place], folder: Path, repeats: int, busy: bool) -> None:
    print(
        f"\n{'while a one-thread program computes' if busy else 'nothing else of ours runs':44}"
        f"{'median':>10}{'lowest':>10}{'highest':>10}"
    )
    computing = multiprocessing.get_context("spawn").Process(target=compute, args=(0,), daemon=True)
    if busy:
        computing.start()
    for name, url, peer, _close in places:
        table(name, url, peer, folder, repeats)
    if busy:
        computing.kill()
        computing.join()


if __name__ == "__main__":
    main()
