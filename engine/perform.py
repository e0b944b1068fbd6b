"""The work of a run that is no training: a routine, from its job to its output folder."""

import shutil
from pathlib import Path
from typing import Any

from engine import catalog
from engine.errors import N_
from engine.inference.files import flush
from engine.recorder import FileRecorder
from engine.spec import Job, build_config
from engine.spec.routine import RoutineContext
from engine.training.meter import Meter

INPUTS, OUTPUT, KEPT = "inputs", "output", "checkpoints"
"""Folders of a routine's run. What is kept between attempts is deleted like checkpoints are, once it is complete."""


def perform(folder: Path, job: Job, recorder: FileRecorder, meter: Meter, again: bool) -> None:
    """Do the routine's work, unless an earlier attempt has finished it. Raises StopRun and what the routine raises."""
    routine = catalog.routine(job.recipe)
    config: Any = build_config(routine.config, job.config)
    output = folder / OUTPUT
    if not output.is_dir():
        if again:
            recorder.resume(-1)
        meter.phase("work")
        partial = folder / f"{OUTPUT}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        (folder / KEPT).mkdir(exist_ok=True)
        (folder / INPUTS).mkdir(exist_ok=True)
        routine.run(RoutineContext(job, config, folder / INPUTS, partial, folder / KEPT, recorder))
        flush(partial)
        partial.rename(output)
        flush(output)
    recorder.artifact(OUTPUT, output)
    recorder.progress(1.0, N_("Done"))
