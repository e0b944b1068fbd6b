"""A child in miniature: obeys every rule of a run folder, computes nothing. `python -m tests.flow.standin FOLDER`.

Its config: `steps`, `pause` (seconds a step), `checkpoint_every`, `hang_at` (a step at which it stops listening),
`die_at` (a step, reached on every attempt, at which it ends itself), `exit_code` (what it then ends with),
`garbage_at` (a step at which it writes a damaged line).
"""

import fcntl
import json
import os
import sys
import time
from pathlib import Path

from engine.entrypoints.children import LOCKED_EXIT
from engine.recorder import EVENTS_FILE, Estimate, FileRecorder


def loss_of(step: int) -> float:
    """The value that step logs, whichever attempt it is."""
    return 1.0 / (step + 1)


def main(folder: Path) -> int:
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return LOCKED_EXIT
    os.ftruncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    job = json.loads((folder / "job.json").read_text())
    config = {"steps": 10, "pause": 0.02, "checkpoint_every": 5, "die_at": -1, "hang_at": -1, "garbage_at": -1}
    config |= job["config"]
    recorder = FileRecorder(folder, usd_per_hour=job["usd_per_hour"], budget_usd=job["budget_usd"])
    saved = folder / "checkpoints" / "step"
    saved.parent.mkdir(exist_ok=True)
    first = int(saved.read_text()) + 1 if saved.exists() else 0
    recorder.resume(first - 1)
    spent_until = time.time()
    for step in range(first, config["steps"]):
        if reason := recorder.stop_requested():
            recorder.end("stopped", reason=reason)
            return 0
        if step == config["die_at"]:
            os._exit(config["exit_code"])
        if step == config["hang_at"]:
            time.sleep(3600)
        if step == config["garbage_at"]:
            with (folder / EVENTS_FILE).open("ab") as file:
                file.write(b"this is no event\n")
        time.sleep(config["pause"])
        recorder.log(step, **{"train.loss": loss_of(step)})
        moment = time.time()
        recorder.spend("fit", spent_until, moment)
        spent_until = moment
        recorder.progress((step + 1) / config["steps"], "Step {step}", step=step)
        if (step + 1) % config["checkpoint_every"] == 0:
            partial = saved.with_suffix(".partial")
            partial.write_text(str(step))
            partial.replace(saved)
            recorder.checkpoint(step)
    recorder.summary("validation", "quality.accuracy", Estimate(0.8, 0.7, 0.9, 100), 0.5)
    recorder.end("complete")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
