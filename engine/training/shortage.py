"""When the memory does not hold a batch: once more at half the batch and twice the accumulation, and for good.

What was learned about the memory lies beside the checkpoints, so that a run that is resumed, or several processes of
which one ran short, go on with the smaller batch.
"""

import gc
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from engine.errors import N_, ProspectusError
from engine.inference.files import write_whole
from engine.recorder import Recorder
from engine.training import checkpoints, several
from engine.training.plan import Plan

BATCH_FILE = "batch.json"
ALLOCATOR = "DefaultCPUAllocator"
"""Begins what torch says in a plain RuntimeError when the system gives a processor no memory."""


T = TypeVar("T")


def retried(attempt: Callable[[Plan], T], plan: Plan, folder: Path, recorder: Recorder) -> T:
    """What an attempt returns; when the memory does not hold its batches, a second one with each in parts.

    The attempt is to go on from the newest checkpoint in `folder`. Of several processes all are ended by the first that
    runs short, and the run is taken up again with the smaller batches. Raises OutOfRoom.
    """
    plan = plan.cut_into(known_accumulation(folder))
    try:
        return attempt(plan)
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
    # Out of the except clause nothing refers to the failed attempt's tensors any more.
    smaller = cut_batches(folder, plan)
    recorder.note(
        N_("The memory did not hold {rows} rows at once: going on with {less} at once, {parts} times for each step."),
        rows=plan.rows_at_once,
        less=smaller.rows_at_once,
        parts=smaller.accumulation,
    )
    if several.size() > 1:
        os._exit(several.LOST_EXIT)
    _give_back()
    newest = checkpoints.latest(folder)
    recorder.resume(newest.step if newest else -1)
    try:
        return attempt(smaller)
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise OutOfRoom(smaller) from error
        raise


def is_out_of_memory(error: BaseException) -> bool:
    """Whether torch could not get memory, on a GPU or on the processor."""
    import torch

    return isinstance(error, torch.OutOfMemoryError) or (isinstance(error, RuntimeError) and ALLOCATOR in str(error))


def known_accumulation(folder: Path) -> int:
    """Into how many parts an earlier attempt had to cut each batch; 1 when it did not."""
    path = folder / BATCH_FILE
    return int(json.loads(path.read_text())["accumulation"]) if path.is_file() else 1


def cut_batches(folder: Path, plan: Plan) -> Plan:
    """The plan with each batch computed in two parts (in more, where it has no half), kept for later attempts.

    Raises OutOfRoom when batches were cut before, or hold a single row each.
    """
    rows = plan.batch_size // plan.devices
    if plan.accumulation > 1 or rows < 2:
        raise OutOfRoom(plan)
    accumulation = next(parts for parts in range(2, rows + 1) if rows % parts == 0)
    write_whole(folder / BATCH_FILE, json.dumps({"accumulation": accumulation}).encode())
    return plan.cut_into(accumulation)


def _give_back() -> None:
    """Return what a failed attempt still holds."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


class OutOfRoom(ProspectusError):
    """A training that does not fit, with its batches cut as small as is tried."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(
            N_("The memory does not hold {rows} rows at once, and a batch was cut once already or cannot be cut."),
            rows=plan.rows_at_once,
            kept=N_("Everything up to the last checkpoint is kept."),
            remedy=N_("Choose a smaller batch, shorter inputs or a smaller model, then start it again."),
        )
