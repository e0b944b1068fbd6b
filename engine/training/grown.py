"""The training rows of a run with the altered copies that its settings ask for."""

from typing import Any

from engine.errors import N_
from engine.evaluation.exported import EVALUATED, Rows
from engine.recorder import Recorder
from engine.spec import Job, Split


def grow_training(config: Any, splits: dict[Split, Rows], job: Job, recorder: Recorder) -> Rows:
    """The training rows and, where the config asks for them, altered copies; told in the log and the facts."""
    from engine.data.growing import grow

    rows = splits["train"]
    if getattr(config, "augment", "none") == "none" or not isinstance(
        rows.inputs[0], str
    ):  # of pictures there are no such copies
        return rows
    recorder.progress(0.0, N_("Making altered copies of the training texts"))
    judged = [text for split in EVALUATED for text in splits[split].inputs]
    inputs, targets = grow(rows.inputs, rows.targets, config, job.seed, avoid=judged, threads=job.threads)
    added = len(inputs) - len(rows.inputs)
    recorder.note(
        N_("{added} altered copies were added to {rows} training texts ({way})."),
        added=added,
        rows=len(rows.inputs),
        way=config.augment,
    )
    recorder.facts(augmented_rows=added)
    return Rows([*rows.row, *[-1] * added], inputs, targets)
