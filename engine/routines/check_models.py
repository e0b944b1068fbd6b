"""Check models: every file of every stored model against the hash that its manifest states."""

import json
from dataclasses import dataclass
from pathlib import Path

from engine.errors import N_, ProspectusError
from engine.inference.files import write_whole
from engine.inference.manifest import read_manifest, verify
from engine.spec.config import setting
from engine.spec.routine import Routine, RoutineContext
from engine.training.stop import obey_stop

MODELS_FILE, REPORT_FILE = "models.json", "report.json"


@dataclass(frozen=True)
class Config:
    """Which files are read."""

    everything: bool = setting(
        True, N_("Every file"), N_("Also files that are kept for training on, and not only those that are served.")
    )


def run(context: RoutineContext) -> None:
    """Read the folders named in `models.json` ({run id: folder}) and write `report.json`: checked, damaged."""
    folders = json.loads((context.inputs / MODELS_FILE).read_text(encoding="utf-8"))
    damaged = []
    for place, (run_id, folder) in enumerate(folders.items()):
        obey_stop(context.recorder)
        context.recorder.progress(
            place / len(folders), N_("Model {place} of {count}"), place=place + 1, count=len(folders)
        )
        if fault := _fault(Path(folder), context.config.everything):
            damaged.append({"run": run_id, "fault": fault})
    report = {"checked": len(folders), "damaged": damaged}
    write_whole(context.output / REPORT_FILE, json.dumps(report, ensure_ascii=False).encode())
    words = N_("{count} models were checked, {damaged} are damaged.")
    context.recorder.note(words, count=len(folders), damaged=len(damaged))


def _fault(folder: Path, everything: bool) -> str:
    try:
        verify(folder, read_manifest(folder), everything=everything)
    except ProspectusError as error:
        return str(error)
    return ""


ROUTINE = Routine(
    name="check_models",
    title=N_("Check stored models"),
    summary=N_("Reads every file of every stored model and compares it with the hash that was noted when it was made."),
    config=Config,
    run=run,
    page="runs",
)
