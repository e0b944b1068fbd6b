"""The queue in front of a predictor."""

import itertools
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, wait

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.errors import StateError
from engine.inference.batching import Answer, Batch, Batcher


class Lengths:
    """Answers each text with its length; waits at the gate, so that a test decides when a batch is computed."""

    labels = ("length",)
    bytes = 0

    def __init__(self, *, open_gate: bool = True) -> None:
        self.gate = threading.Event()
        self.batches: list[int] = []
        if open_gate:
            self.gate.set()

    def predict(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.gate.wait(60)
        self.batches.append(len(texts))
        if "bad" in texts:
            raise ValueError("a bad text")
        return np.array([[len(text)] for text in texts], dtype=np.float32).reshape(len(texts), 1)


def _queue_behind_one(batcher: Batcher, model: Lengths, requests: list[list[str]]) -> list["Future[Answer]"]:
    """Submit one request, wait until it is being computed, then queue the others."""
    futures = [batcher.submit(["first"])]
    while not futures[0].running():
        time.sleep(0.001)
    futures += [batcher.submit(texts) for texts in requests]
    model.gate.set()
    wait(futures, timeout=60)
    return futures


def test_each_request_gets_its_own_rows() -> None:
    model = Lengths(open_gate=False)
    with Batcher(model) as batcher:
        futures = _queue_behind_one(batcher, model, [["a", "bb"], ["ccc"], []])
    assert [f.result().probabilities[:, 0].tolist() for f in futures] == [[5], [1, 2], [3], []]
    assert model.batches == [1, 3]


def test_what_waits_is_served_together_up_to_the_limit() -> None:
    model = Lengths(open_gate=False)
    with Batcher(model, max_batch=4) as batcher:
        futures = _queue_behind_one(batcher, model, [["x"] * n for n in (1, 2, 3, 1, 9, 1)])
    assert model.batches == [1, 3, 4, 9, 1]
    assert [f.result().batch.texts for f in futures] == [1, 3, 3, 4, 4, 9, 1]


def test_an_idle_batcher_does_not_wait_for_more() -> None:
    with Batcher(Lengths()) as batcher:
        begun = time.perf_counter()
        for _ in range(1000):
            assert batcher.submit(["a"]).result(60).batch.texts == 1
    assert time.perf_counter() - begun < 10.0, "each waited for a hundredth of a second or more"


def test_the_parts_of_a_batch_add_up_to_it() -> None:
    model = Lengths(open_gate=False)
    metered: list[Batch] = []
    with Batcher(model, on_batch=metered.append) as batcher:
        futures = _queue_behind_one(batcher, model, [["a", "b"], ["c"]])
    parts = sum(f.result().compute_seconds for f in futures)
    assert parts == pytest.approx(sum(b.compute_seconds for b in metered))
    assert [b.texts for b in metered] == [1, 3]
    assert all(b.end == pytest.approx(b.start + b.compute_seconds) for b in metered)


def test_an_error_reaches_its_batch_and_the_next_is_served() -> None:
    with Batcher(Lengths()) as batcher:
        with pytest.raises(ValueError, match="a bad text"):
            batcher.submit(["bad"]).result(60)
        assert batcher.submit(["good"]).result(60).probabilities[0, 0] == 4


def test_closing_answers_what_is_queued_and_takes_no_more() -> None:
    model = Lengths(open_gate=False)
    batcher = Batcher(model, max_batch=2)
    futures = [batcher.submit(["a"]) for _ in range(7)]
    closer = threading.Thread(target=batcher.close)
    closer.start()
    model.gate.set()
    closer.join(10)
    assert [f.result(0).probabilities[0, 0] for f in futures] == [1] * 7
    with pytest.raises(StateError, match="being closed"):
        batcher.submit(["a"])
    batcher.close()


def test_a_cancelled_request_is_not_computed() -> None:
    model = Lengths(open_gate=False)
    with Batcher(model) as batcher:
        first = batcher.submit(["a"])
        while not first.running():
            time.sleep(0.001)
        assert batcher.submit(["b"]).cancel()
        model.gate.set()
    assert model.batches == [1]


def test_batchers_that_share_a_turn_never_compute_at_once() -> None:
    turn, spans = threading.Lock(), list[Batch]()

    class Slow(Lengths):
        def predict(self, texts: Sequence[str]) -> NDArray[np.float32]:
            time.sleep(0.01)
            return super().predict(texts)

    with (
        Batcher(Slow(), turn=turn, on_batch=spans.append) as one,
        Batcher(Slow(), turn=turn, on_batch=spans.append) as two,
    ):
        wait([batcher.submit(["a"]) for _ in range(10) for batcher in (one, two)])
    ordered = sorted(spans, key=lambda span: span.start)
    assert all(a.end <= b.start + 1e-3 for a, b in itertools.pairwise(ordered))
    assert sum(span.texts for span in spans) == 20
