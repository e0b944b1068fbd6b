"""Damaged models become a fact of the run that checked them."""

import json
from pathlib import Path

from sqlalchemy.orm import Session

from db.models import Run
from db.runs import add_note
from engine.entrypoints.harvest import Harvest
from engine.errors import N_
from engine.routines.check_models import REPORT_FILE


def take(session: Session, run: Run, output: Path) -> None:
    """Put the damaged models into the facts and the log of the run."""
    report = json.loads((output / REPORT_FILE).read_text(encoding="utf-8"))
    run.facts = run.facts | {"checked_models": report["checked"], "damaged_models": report["damaged"]}
    for damaged in report["damaged"]:
        add_note(session, run.id, N_("Run {damaged}: {fault}"), damaged=damaged["run"], fault=damaged["fault"])


HARVEST = Harvest("check_models", take)
