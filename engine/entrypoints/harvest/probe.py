"""What a probe found becomes a fact of its run, and estimates learn from it."""

import json
from pathlib import Path

from sqlalchemy.orm import Session

from db.models import Run
from engine.entrypoints.harvest import Harvest
from engine.routines.probe import FOUND_FILE


def take(session: Session, run: Run, output: Path) -> None:
    """Keep it; the calibration follows when the run is complete."""
    found = json.loads((output / FOUND_FILE).read_text(encoding="utf-8"))
    run.facts = run.facts | {"probe": {"threads": found["threads"], "observed": found["observed"]}}


HARVEST = Harvest("probe", take)
