"""What stands in a run folder in place of a model that was removed to keep within the size bound."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.errors import N_, StateError
from engine.inference.files import write_whole

ARTIFACT_FOLDER = "artifact"
REMOVED_FOLDER = "artifact.removed"
"""The folder's name while its files are being deleted: a model is there whole or not at all."""
NOTE_FILE = "removed.json"


@dataclass(frozen=True, slots=True)
class Removal:
    """When a model was removed, and the bound that asked for it."""

    run: str
    at: datetime
    limit_mb: int

    def error(self) -> StateError:
        """What somebody is told who asks for the model."""
        return StateError(
            N_("The model of run {run} was removed on {day} to keep within {limit} MB."),
            run=self.run,
            day=self.at.date().isoformat(),
            limit=self.limit_mb,
            kept=N_("Its figures, predictions and costs are kept."),
            remedy=N_("Train it again with the same settings."),
        )


def remove(folder: Path, removal: Removal) -> None:
    """Delete the model in a run folder and leave the note. May be called again after a kill at any moment.

    Raises OSError.
    """
    body = {"run": removal.run, "at": removal.at.isoformat(), "limit_mb": removal.limit_mb}
    artifact, leaving = folder / ARTIFACT_FOLDER, folder / REMOVED_FOLDER
    if artifact.exists():
        write_whole(folder / NOTE_FILE, json.dumps(body).encode())
        if leaving.exists():
            shutil.rmtree(leaving)
        artifact.rename(leaving)
    if leaving.exists():
        shutil.rmtree(leaving)


def removal_of(folder: Path) -> Removal | None:
    """The note in a run folder whose model is gone; None while the model is there, or was never."""
    try:
        body = json.loads((folder / NOTE_FILE).read_bytes())
        found = Removal(str(body["run"]), datetime.fromisoformat(body["at"]), int(body["limit_mb"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None if (folder / ARTIFACT_FOLDER).exists() else found
