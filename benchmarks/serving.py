"""How fast finished runs answer over HTTP, beside `transformers.pipeline` in its own process on the same texts.

    python benchmarks/serving.py [--threads 1] [--rows 2000] [--repeats 5] [--busy] [--home DIR]

Trains `lora` on 880 of the 2,982 different review sentences (Kotzias et al., 2015: Amazon, IMDb, Yelp), brings it to
int8 with `quantize`, and predicts 2,000 sentences that it has not seen: over HTTP with the model server, 256 texts a
request, and one by one; and with the peer on the same weights. One table for the idle machine and, with --busy, one
while a one-thread run trains. A ratio is that of one repeat, in which all cases follow one another; the table has the
median of the repeats. `--home` keeps the trained runs for the next time.
"""

import argparse
import contextlib
import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from engine.data.samples import write_sample  # noqa: E402
from engine.evaluation.compression import LEAST_ROWS, against_source, fitness  # noqa: E402
from engine.evaluation.stored import read_predictions  # noqa: E402
from engine.spec import Job  # noqa: E402
from engine.training.processor import flags  # noqa: E402

TRAINED, CHOSEN, LENGTH = 880, 100, 128
A_REQUEST = 256
SINGLES = 300
IDLE_SECONDS = 2.0
INT8_FLAGS = ("avx512_vnni", "amx_int8")
LABELS = ("negative", "positive")
GOALS = {"fp32, texts/s": 2.4, "int8, texts/s": 5.0}
P50_GOAL, MEMORY_GOAL_MB, READY_GOAL_SECONDS = 0.4, 200, 3.0


@dataclass
class Case:
    """One row of the table: values of the repeats, and how to take one."""

    name: str
    measure: Callable[[], float]
    peer: str = ""
    values: list[float] = field(default_factory=list)


# --- the two runs


def make_runs(home: Path, rows: int) -> list[str]:
    """Train and quantize where that is not done yet; returns the texts that were kept from training."""
    folder = home / "dataset"
    if not (folder / "rows.parquet").is_file():
        write_dataset(folder, rows)
    for run, recipe, config, source in (
        ("fp32", "lora", {"epochs": 4, "max_length": LENGTH}, ""),
        ("int8", "quantize", {}, "fp32"),
        ("busy", "lora", {"epochs": 100, "max_length": LENGTH}, ""),
    ):
        write_job(home, run, recipe, config, source)
        if run != "busy" and not (home / "runs" / run / "evaluation.json").is_file():
            print(f"making {run} ...", file=sys.stderr, flush=True)
            execute(home / "runs" / run).wait()
    import pyarrow.parquet as pq

    stored = pq.read_table(folder / "rows.parquet").to_pylist()
    return [row["text"] for row in stored if row["split"] == "test"]


def write_dataset(folder: Path, rows: int) -> None:
    """rows.parquet with a seeded order: 880 to train on, 100 to choose by, `rows` to predict."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True)
    with write_sample("review_sentences", folder).open(encoding="utf-8") as file:
        known = {record["text"]: record["label"] for record in map(json.loads, file)}  # each text once
    texts = list(known)
    order = np.random.default_rng(0).permutation(len(texts))[: TRAINED + CHOSEN + rows]
    splits = ["train"] * TRAINED + ["validation"] * CHOSEN + ["test"] * (len(order) - TRAINED - CHOSEN)
    table = {
        "row": [int(i) for i in order],
        "text": [texts[i] for i in order],
        "label": [known[texts[i]] for i in order],
        "split": splits,
    }
    pq.write_table(pa.table(table), folder / "rows.parquet")


def write_job(home: Path, run: str, recipe: str, config: Mapping[str, Any], source: str) -> None:
    """job.json of a run, as the worker writes it."""
    folder = home / "runs" / run
    folder.mkdir(parents=True, exist_ok=True)
    job = Job(
        run=run,
        task="text_classification",
        recipe=recipe,
        config=config,
        seed=0,
        dataset_folder=str(home / "dataset"),
        dataset_fingerprint="0" * 64,
        labels=LABELS,
        language="en",
        cache_folder=str(home / "cache"),
        threads=1,
        device="local_cpu",
        usd_per_hour=0.0,
        budget_usd=None,
        attempt=1,
        source_run=source,
        source_folder=str(home / "runs" / source) if source else "",
    )
    (folder / "job.json").write_text(json.dumps(asdict(job)))


def execute(folder: Path) -> "subprocess.Popen[bytes]":
    """Start the run in `folder` on one thread, as the worker does."""
    from engine.entrypoints.children import child_environment, run_command

    return subprocess.Popen(run_command(folder), cwd=ROOT, env=child_environment(1), stderr=subprocess.DEVNULL)


@contextlib.contextmanager
def training(home: Path) -> Iterator[None]:
    """A run that trains on one thread meanwhile; waits until it has begun to."""
    for name in ("events.jsonl", "checkpoints", "stop"):
        path = home / "runs" / "busy" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    child = execute(home / "runs" / "busy")
    try:
        events = home / "runs" / "busy" / "events.jsonl"
        while not (events.is_file() and "train.loss" in events.read_text()):
            time.sleep(0.2)
        yield
        if child.poll() is not None:
            raise SystemExit("the run that was to keep the machine busy ended too early")
    finally:
        child.kill()
        child.wait()


# --- the server


class Server:
    """The model server on a free port with one model asked; what starting took, and its memory."""

    def __init__(self, home: Path, run: str, threads: int, text: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        command = [sys.executable, "-m", "engine.entrypoints.api", "--home", str(home), "--port", str(self._port)]
        began = time.perf_counter()
        self._process = subprocess.Popen([*command, "--threads", str(threads)], cwd=ROOT)
        self._path = f"/v1/models/{run}/predict"
        self._asked = 0.0
        self.ask({"input": text})
        self.ready_seconds = time.perf_counter() - began

    def _connect(self) -> None:
        while True:
            with contextlib.suppress(OSError):
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port)
                self._connection.connect()
                break
            time.sleep(0.01)
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, body: Mapping[str, Any]) -> list[Any]:
        """The answers to one request."""
        if time.perf_counter() - self._asked > IDLE_SECONDS:
            self._connect()  # the server closes what is idle for five seconds
        self._asked = time.perf_counter()
        self._connection.request("POST", self._path, json.dumps(body), {"content-type": "application/json"})
        answer = json.loads(self._connection.getresponse().read())
        found: list[Any] = answer["results"]
        return found

    def all(self, texts: Sequence[str]) -> list[str]:
        """Labels of all texts, so many a request, one request after another."""
        parts = [texts[start : start + A_REQUEST] for start in range(0, len(texts), A_REQUEST)]
        return [found["label"] for part in parts for found in self.ask({"inputs": list(part)})]

    def memory_mb(self) -> float:
        """Resident memory in millions of bytes."""
        return float(psutil.Process(self._process.pid).memory_info().rss / 1e6)

    def close(self) -> None:
        """End it."""
        self._connection.close()
        self._process.terminate()
        self._process.wait(20)


# --- measuring


def rate(answer: Callable[[Sequence[str]], Any], texts: Sequence[str]) -> float:
    """Texts a second."""
    began = time.perf_counter()
    answer(texts)
    return len(texts) / (time.perf_counter() - began)


def p50(answer: Callable[[str], Any], texts: Sequence[str]) -> float:
    """Milliseconds of the median single request."""
    times = []
    for text in texts[:SINGLES]:
        began = time.perf_counter()
        answer(text)
        times.append(time.perf_counter() - began)
    return 1_000 * statistics.median(times)


def peer(artifact: Path, threads: int) -> Callable[[str], Any]:
    """transformers' pipeline over the same merged weights."""
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(threads)
    loaded = transformers.pipeline("text-classification", model=str(artifact / "merged"), device="cpu")
    return lambda text: loaded(text, truncation=True, max_length=LENGTH)


def cases(ask_peer: Callable[[str], Any], servers: Mapping[str, Server], texts: Sequence[str]) -> list[Case]:
    """The table's rows in the order in which a repeat takes them."""
    one_by_one = Case("pipeline(), texts/s", lambda: rate(lambda all_: [ask_peer(t) for t in all_], texts))
    found = [one_by_one, Case("pipeline(), p50 ms", lambda: p50(ask_peer, texts))]
    for name, server in servers.items():
        found.append(Case(f"{name}, texts/s", lambda s=server: rate(s.all, texts), one_by_one.name))
        found.append(Case(f"{name}, p50 ms", lambda s=server: p50(lambda t: s.ask({"input": t}), texts), found[1].name))
    return found


def table(title: str, rows: Sequence[Case], repeats: int) -> None:
    """Take the repeats and print medians, ratios and their spread."""
    for _ in range(repeats):
        for case in rows:
            case.values.append(case.measure())
    by_name = {case.name: case for case in rows}
    print(f"\n{title}, load {os.getloadavg()[0]:.1f}; medians of {repeats} repeats")
    print(f"{'':24}{'value':>10}{'min':>10}{'max':>10}{'ratio':>8}{'goal':>8}")
    for case in rows:
        line = f"{case.name:24}{statistics.median(case.values):10.2f}{min(case.values):10.2f}{max(case.values):10.2f}"
        if case.peer:
            ratio = statistics.median(a / b for a, b in zip(case.values, by_name[case.peer].values, strict=True))
            line += f"{ratio:8.2f}  {_goal(case.name, ratio)}"
        print(line, flush=True)


def _goal(name: str, ratio: float) -> str:
    if name.startswith("int8") and not set(INT8_FLAGS) & set(flags()):
        return f"not comparable: needs one of {', '.join(INT8_FLAGS)}"
    if name.endswith("p50 ms"):
        return f"<= {P50_GOAL} {'met' if ratio <= P50_GOAL else 'MISSED'}"
    return f">= {GOALS[name]} {'met' if ratio >= GOALS[name] else 'MISSED'}"


def http_part(home: Path, threads: int, server: Server, texts: Sequence[str]) -> None:
    """What HTTP adds to a request: the same model through its queue in this process."""
    from engine.inference.batching import Batcher
    from engine.inference.runtimes import load_predictor

    with Batcher(load_predictor(home / "runs" / "fp32" / "artifact", threads)) as batcher:
        for _ in range(3):
            batcher.submit(texts[:1]).result()
        inside = p50(lambda text: batcher.submit([text]).result(), texts)
        outside = p50(lambda text: server.ask({"input": text}), texts)
        many = rate(lambda all_: [batcher.submit(all_[i : i + A_REQUEST]).result() for i in _starts(all_)], texts)
        over = rate(server.all, texts)
    print(f"\nwhat HTTP adds (fp32): one request {inside:.2f} ms in the process, {outside:.2f} ms over HTTP;", end=" ")
    print(f"{A_REQUEST} texts a request {many:.0f} and {over:.0f} texts/s")


def _starts(texts: Sequence[str]) -> range:
    return range(0, len(texts), A_REQUEST)


def gate(home: Path, texts: int) -> None:
    """Whether int8 may be served, on the rows that were timed."""
    found = against_source(home / "runs" / "int8", home / "runs" / "fp32", "test")
    for run in ("fp32", "int8"):
        answered = read_predictions(home / "runs" / run, "test")
        print(f"{run} accuracy {(answered.probabilities.argmax(1) == answered.y).mean():.4f}", end=", ")
    ends = f"{100 * found.low:+.2f} to {100 * found.high:+.2f}"
    print(f"int8 minus fp32 {100 * found.difference:+.2f} points ({ends}) on {found.n} rows:", end=" ")
    print({"fit": "fit to serve", "loses": "LOSES too much", "unproved": f"needs {LEAST_ROWS} rows"}[
        fitness(found.difference, found.n)
    ])  # fmt: skip
    if texts != found.n:
        print(f"the table below is over {texts} of them")


def main() -> None:
    """Print processor, versions, accuracy and the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with contextlib.ExitStack() as stack:
        home = (given.home or Path(stack.enter_context(tempfile.TemporaryDirectory()))).resolve()
        texts = make_runs(home, given.rows)
        import onnxruntime
        import torch
        import transformers

        print(f"{os.cpu_count()} processors, {', '.join(flags()) or 'no known flags'}; {given.threads} thread(s) each")
        print(f"peer: transformers {transformers.__version__} on torch {torch.__version__}; onnxruntime", end=" ")
        print(f"{onnxruntime.__version__}; {len(texts)} texts of {np.mean([len(t.split()) for t in texts]):.1f} words")
        gate(home, len(texts))
        servers = {run: Server(home, run, given.threads, texts[0]) for run in ("fp32", "int8")}
        for server in servers.values():
            stack.callback(server.close)
        ask_peer = peer(home / "runs" / "fp32" / "artifact", given.threads)
        ask_peer(texts[0])
        table("idle", cases(ask_peer, servers, texts), given.repeats)
        http_part(home, given.threads, servers["fp32"], texts)
        for run, server in servers.items():
            time.sleep(3)  # freed memory goes back every two seconds
            print(f"server with {run}: ready and first answer {server.ready_seconds:.2f} s", end=" ")
            print(f"(goal {READY_GOAL_SECONDS:g}), {server.memory_mb():.0f} MB after it all (goal {MEMORY_GOAL_MB})")
        if given.busy:
            with training(home):
                table("while a one-thread run trains", cases(ask_peer, servers, texts), given.repeats)


if __name__ == "__main__":
    main()
