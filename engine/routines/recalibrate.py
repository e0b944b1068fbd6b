"""Recalibrate: what the finished runs of a device teach about estimates, and how wrong those would have been."""

import json
from dataclasses import dataclass

import numpy as np

from engine.costs.before.estimate import Finished, calibrate, probed
from engine.errors import N_
from engine.inference.files import write_whole
from engine.spec.config import setting
from engine.spec.routine import Routine, RoutineContext
from engine.spec.work import Work
from engine.training.stop import obey_stop

TAUGHT_FILE, LEARNED_FILE = "taught.json", "learned.json"


@dataclass(frozen=True)
class Config:
    """Whose runs are learned from."""

    device: str = setting("local_cpu", N_("Device"), N_("Whose finished runs are learned from."))


def run(context: RoutineContext) -> None:
    """Read `taught.json` (finished runs with their counted work) and write `learned.json`."""
    told = json.loads((context.inputs / TAUGHT_FILE).read_text(encoding="utf-8"))
    runs = [
        Finished(one["run_id"], one["threads"], Work.from_dict(one["work"]), one["phases"], one["peak_memory_mb"])
        for one in told["runs"]
    ]
    obey_stop(context.recorder)
    context.recorder.progress(0.1, N_("Learning from {count} finished runs"), count=len(runs))
    found = calibrate(runs, probed(told["probe"]))
    learned = {"device": context.config.device, **found.as_dict(), "probe": told["probe"]}
    write_whole(context.output / LEARNED_FILE, json.dumps(learned).encode())
    off = float(np.median(np.abs(np.expm1([one.error for one in found.seconds_unseen]))))
    words = N_("Of {count} runs, each estimated without itself, the median was {percent}% off in time.")
    context.recorder.note(words, count=len(runs), percent=round(100 * off))


ROUTINE = Routine(
    name="recalibrate",
    title=N_("Recalibrate estimates"),
    summary=N_(
        "Learns from the finished runs of this machine what a unit of work takes here, and how far estimates are off."
    ),
    config=Config,
    run=run,
    page="estimate",
)
