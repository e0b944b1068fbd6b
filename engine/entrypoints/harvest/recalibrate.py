"""What was learned becomes the calibration that counts from now on."""

import json
from pathlib import Path

from sqlalchemy.orm import Session

from db.models import Run
from db.run_estimates import add_calibration
from engine.entrypoints.harvest import Harvest
from engine.routines.recalibrate import LEARNED_FILE


def take(session: Session, run: Run, output: Path) -> None:
    """Append the calibration."""
    learned = json.loads((output / LEARNED_FILE).read_text(encoding="utf-8"))
    device = str(learned.pop("device"))
    add_calibration(session, device, len(learned["runs"]), learned)
    run.facts = run.facts | {"calibrated_device": device, "calibrated_runs": len(learned["runs"])}


HARVEST = Harvest("recalibrate", take)
