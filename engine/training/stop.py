"""How a fit ends before its end."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.recorder import Recorder


class StopRun(Exception):
    """Raised by a recipe that was asked to stop, after it has saved what it can."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        """ "person", "shutdown" or "budget"."""
        super().__init__(f"stopped: {reason}")


def obey_stop(recorder: "Recorder") -> None:
    """Raise StopRun when the run was asked to stop; for recipes that have nothing to save."""
    if reason := recorder.stop_requested():
        raise StopRun(reason)
