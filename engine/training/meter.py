"""Accounts for every wall second of a run, and ends a process that nobody waits for."""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

from engine.errors import ProspectusError
from engine.recorder import Recorder
from engine.training.gauge import GpuGauge

TICK_SECONDS = 0.8
GPU_FACTS_SECONDS = 10.0
"""Between two statements of what the GPUs used, so that a kill loses at most this much of them."""
LONGEST_SPEND_SECONDS = 1.0
ABANDONED_SECONDS = 20.0
ABANDONED_EXIT = 12


class Meter:
    """A thread that tells the recorder, at least once a second, how much wall time went into which phase.

    Intervals follow each other without gap or overlap from `started` (seconds since the epoch) on. They are
    measured with the monotonic clock, so that a corrected system clock neither loses nor repeats a second.
    With `exits` the process ends with code 12 when it was told to shut down, or lost its parent, 20 s ago.
    With a gauge it also tells the fact `gpu`: memory, utilisation and energy of the run's GPUs. At its end it tells the
    fact `cpu_seconds`: the processor time of this attempt by phase, which a busy machine leaves as it is.
    """

    def __init__(
        self, recorder: Recorder, started: float, *, exits: bool = False, gauge: GpuGauge | None = None
    ) -> None:
        self._recorder = recorder
        self._exits = exits
        self._gauge = gauge
        self._gauge_told = time.monotonic()
        self._parent = os.getppid()
        self._offset = time.time() - time.monotonic()
        self._from = min(started, self._now())
        self._phase = "setup"
        self._abandoned_since: float | None = None
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="meter", daemon=True)
        self._peak_bytes = 0
        self._cpu: dict[str, float] = {}
        self._cpu_from = 0.0

    def __enter__(self) -> "Meter":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Account for what is left and end the thread; calling it again does nothing."""
        if not self._done.is_set():
            self._done.set()
            self._thread.join()
            self._account()
            self._recorder.facts(cpu_seconds={phase: round(seconds, 3) for phase, seconds in self._cpu.items()})
            if self._gauge is not None:
                self._gauge.look()
                self._recorder.facts(gpu=self._gauge.facts())

    def phase(self, name: str) -> None:
        """Enter a phase: "setup", "fit", "evaluate" or "serve"."""
        self._account(name)

    @property
    def peak_memory_mb(self) -> float:
        """Largest resident memory of this process so far, in millions of bytes."""
        self._look_at_memory()
        return self._peak_bytes / 1e6

    def _run(self) -> None:
        while not self._done.wait(TICK_SECONDS):
            self._account()
            self._look_at_memory()
            self._look_at_gpus()
            if self._exits and self._abandoned():
                os._exit(ABANDONED_EXIT)

    def _account(self, phase: str | None = None) -> None:
        """Write spend events up to now. What a full disk refuses is written by the next call that succeeds."""
        with self._lock:
            now = self._now()
            self._count_processor()
            try:
                while self._from < now:
                    until = min(now, self._from + LONGEST_SPEND_SECONDS)
                    self._recorder.spend(self._phase, self._from, until)
                    self._from = until
            except ProspectusError:
                if threading.current_thread() is not self._thread:
                    raise
            self._phase = phase or self._phase

    def _count_processor(self) -> None:
        """Give the processor time since the last look to the phase."""
        used = time.process_time()
        self._cpu[self._phase] = self._cpu.get(self._phase, 0.0) + used - self._cpu_from
        self._cpu_from = used

    def _now(self) -> float:
        return time.monotonic() + self._offset

    def _look_at_memory(self) -> None:
        self._peak_bytes = max(self._peak_bytes, resident_peak_bytes())

    def _look_at_gpus(self) -> None:
        if self._gauge is None:
            return
        self._gauge.look()
        if time.monotonic() - self._gauge_told >= GPU_FACTS_SECONDS:
            self._gauge_told = time.monotonic()
            with suppress(ProspectusError):  # a full disk, as above
                self._recorder.facts(gpu=self._gauge.facts())

    def _abandoned(self) -> bool:
        gone = os.getppid() != self._parent or self._recorder.stop_requested() == "shutdown"
        if not gone:
            self._abandoned_since = None
            return False
        self._abandoned_since = self._abandoned_since or time.monotonic()
        return time.monotonic() - self._abandoned_since > ABANDONED_SECONDS


def resident_peak_bytes() -> int:
    """Largest resident memory of this process: the kernel's own mark on Linux, the present size elsewhere."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import psutil

    return int(psutil.Process().memory_info().rss)
