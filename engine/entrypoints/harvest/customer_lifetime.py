"""A fitted lifetime becomes a row of the idea's actuals."""

import json
from pathlib import Path

from sqlalchemy.orm import Session

from db.models import Experiment, Run
from db.scenarios import add_actuals
from engine.entrypoints.harvest import Harvest
from engine.errors import N_, StateError
from engine.routines.customer_lifetime import FOUND_FILE

LIFETIME = "lifetime"


def take(session: Session, run: Run, output: Path) -> None:
    """Keep it with the idea that the purchases were brought for."""
    document = json.loads((output / FOUND_FILE).read_text(encoding="utf-8"))
    product_id = session.get_one(Experiment, run.experiment_id).product_id
    if product_id is None:
        raise StateError(N_("The purchases of run {run} belong to no idea."), run=run.id)
    add_actuals(
        session,
        product_id,
        kind=LIFETIME,
        name=run.id,
        fingerprint=run.id,
        document=document,
        author="customer_lifetime",
    )


HARVEST = Harvest("customer_lifetime", take)
