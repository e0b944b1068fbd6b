"""A program that has to live: started again when it dies, given up when it keeps dying, ended without leftovers."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

DEATHS_TO_GIVE_UP = 5
WITHIN_SECONDS = 60.0


@dataclass
class Part:
    """One of the programs behind the dashboard, in a session of its own: a Ctrl-C reaches the supervisor alone.

    Not safe for use from several threads.
    """

    name: str
    command: Sequence[str]
    patience_seconds: float
    """Time to end in good order, after which it is killed."""
    greeting: bytes | None = None
    """Written to its input at every start. The input stays open for as long as the supervisor lives."""
    quiet: bool = False
    """Whether what it prints is dropped; its log goes to standard error either way."""
    deaths: list[float] = field(default_factory=list)
    _popen: "subprocess.Popen[bytes] | None" = None
    _start_at: float = 0.0

    def start(self) -> None:
        """Start it now."""
        self._popen = subprocess.Popen(
            list(self.command),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL if self.quiet else None,
            start_new_session=True,
        )
        if self.greeting is not None:
            self.tell(self.greeting)

    def tell(self, text: bytes) -> None:
        """Write to its input; what is dead already is not told."""
        if self._popen is not None and self._popen.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._popen.stdin.write(text)
                self._popen.stdin.flush()

    @property
    def pid(self) -> int | None:
        """Its process id while it lives."""
        return self._popen.pid if self._popen is not None and self._popen.poll() is None else None

    @property
    def gave_up(self) -> bool:
        """Whether it died too often in too short a time."""
        recent = [moment for moment in self.deaths if moment > time.monotonic() - WITHIN_SECONDS]
        return len(recent) >= DEATHS_TO_GIVE_UP

    def look(self) -> str | None:
        """Start it again when it is dead and its pause is over; what there is to tell a person, if anything."""
        if self._popen is None:
            if self._start_at and time.monotonic() >= self._start_at:
                self.start()
            return None
        code = self._popen.poll()
        if code is None:
            return None
        self._forget()
        self.deaths.append(time.monotonic())
        pause = min(0.25 * 2 ** len(self.deaths), 8.0)
        self._start_at = time.monotonic() + pause
        return f"The {self.name} ended ({_how(code)}); it starts again in {pause:g} s."

    def ask_to_end(self) -> None:
        """Ask it to end in good order."""
        self._start_at = 0.0
        if self.pid is not None:
            os.kill(self.pid, signal.SIGTERM)

    def wait_until_ended(self, until: float) -> None:
        """Wait until it has ended; after `until` (monotonic seconds) it is killed with all it started itself."""
        if self._popen is None:
            return
        try:
            self._popen.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._popen.pid, signal.SIGKILL)
            self._popen.wait()
        self._forget()

    def _forget(self) -> None:
        if self._popen is not None and self._popen.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._popen.stdin.close()
        self._popen = None


def _how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
