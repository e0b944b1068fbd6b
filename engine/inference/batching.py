"""The queue in front of a predictor: one thread that serves together what is waiting, and never waits for more."""

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, StateError
from engine.inference.runtimes import Predictor

MAX_BATCH = 32


@dataclass(frozen=True, slots=True)
class Batch:
    """One computation: how many texts were served together, and when."""

    texts: int
    start: float
    """Seconds since the epoch."""
    end: float
    compute_seconds: float
    """By the monotonic clock; `end` is `start` plus this."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request gets."""

    probabilities: NDArray[np.float32]
    """(texts of the request, labels)."""
    batch: Batch
    """The computation that served it, shared with other requests."""

    @property
    def compute_seconds(self) -> float:
        """This request's part of the batch, by its number of texts: parts of one batch add up to the batch."""
        return self.batch.compute_seconds * len(self.probabilities) / max(1, self.batch.texts)


@dataclass(slots=True)
class _Request:
    texts: Sequence[str]
    answer: "Future[Answer]"


class Batcher:
    """Owns one thread that calls `predictor`; close it with `close` or as a context manager.

    `submit` may be called from any thread. A batch is whatever is queued when the thread is free, oldest first, up to
    `max_batch` texts; a single request with more is served whole. Batchers that are given one `turn` compute one
    after another, so that the seconds of their batches never overlap and each second of the device is counted once.
    """

    def __init__(
        self,
        predictor: Predictor,
        *,
        max_batch: int = MAX_BATCH,
        on_batch: Callable[[Batch], None] | None = None,
        turn: "contextlib.AbstractContextManager[object] | None" = None,
    ) -> None:
        self._predictor = predictor
        self._max_batch = max_batch
        self._on_batch = on_batch or (lambda batch: None)
        self._turn = turn or contextlib.nullcontext()
        self._queue: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._held: _Request | None = None
        self._thread = threading.Thread(target=self._serve, name="batcher", daemon=True)
        self._thread.start()

    def submit(self, texts: Sequence[str]) -> "Future[Answer]":
        """Queue one request of one or more texts. Raises StateError once closed.

        The future raises what the predictor raised, for every request of that batch.
        """
        request = _Request(texts, Future())
        with self._gate:
            if self._closed:
                raise StateError(N_("This model is being closed and takes no more requests."))
            self._queue.put(request)
        return request.answer

    def close(self) -> None:
        """Take no more requests, answer those that are queued, and end the thread."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def __enter__(self) -> "Batcher":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _serve(self) -> None:
        while True:
            first = self._held or self._queue.get()
            self._held = None
            if first is None:
                return
            with self._turn:
                self._answer(self._gather(first))

    def _gather(self, first: _Request) -> list[_Request]:
        """What waits now, without waiting. Called after the turn has come, so that it takes all that came meanwhile."""
        batch, texts = [first], len(first.texts)
        while texts < self._max_batch:
            try:
                request = self._queue.get_nowait()
            except queue.Empty:
                break
            if request is None:
                self._queue.put(None)  # the end stays last: nothing is queued after it
                break
            if texts + len(request.texts) > self._max_batch:
                self._held = request
                break
            batch.append(request)
            texts += len(request.texts)
        return batch

    def _answer(self, requests: list[_Request]) -> None:
        requests = [r for r in requests if r.answer.set_running_or_notify_cancel()]
        if not requests:
            return
        start, begun = time.time(), time.perf_counter()
        try:
            probabilities = self._predictor.predict([text for r in requests for text in r.texts])
            seconds = time.perf_counter() - begun
            batch = Batch(len(probabilities), start, start + seconds, seconds)
            self._on_batch(batch)
        except BaseException as error:  # noqa: BLE001 - the callers get it; the thread must go on
            for request in requests:
                request.answer.set_exception(error)
            return
        row = 0
        for request in requests:
            request.answer.set_result(Answer(probabilities[row : row + len(request.texts)], batch))
            row += len(request.texts)
