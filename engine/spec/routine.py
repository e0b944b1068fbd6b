"""What a routine is: long work that is no training, such as a probe, a back-test or a recalibration."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from engine.spec import Job

if TYPE_CHECKING:
    from engine.recorder import Recorder


@dataclass(frozen=True, slots=True)
class RoutineContext:
    """Everything that a routine may use. It owns nothing that outlives the run folder."""

    job: Job
    config: Any
    """An instance of the routine's `config` type."""
    inputs: Path
    """Folder with the files that were given when the run was queued; never written to."""
    output: Path
    """Empty folder for what it finds; it appears as `output` in the run folder, whole or not at all."""
    kept: Path
    """Folder kept between attempts: a routine that was interrupted finds here what it had finished."""
    recorder: "Recorder"


@dataclass(frozen=True, slots=True)
class Routine:
    """A kind of long work. It runs as a run does: queued, metered, stoppable, resumed after a kill."""

    name: str
    title: str
    summary: str
    """One or two plain sentences: what it does and what it is good for."""
    config: type
    run: Callable[[RoutineContext], None]
    """Does the work; calls `engine.training.stop.obey_stop(context.recorder)` about every second."""
    page: str
    """Address of the page that shows what it found."""
    gpus: Literal["none", "one", "several"] = "none"
