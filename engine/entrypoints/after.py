"""What follows when a run is complete: what a routine found is taken in, evidence and estimates learn from it."""

import logging
from collections.abc import Sequence
from functools import partial

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from db.models import EvidenceRow, Experiment, Product, Run
from db.routines import waiting_for_harvest
from db.session import in_transaction
from engine.entrypoints import harvest
from engine.errors import ProspectusError

log = logging.getLogger("prospectus.worker")


def completed(run_id: str) -> None:
    """Take in what a routine found; compute the evidence of the idea that the run was for, if it was for one."""
    harvest.take(run_id)
    for slug in in_transaction(partial(_ideas, run_id=run_id)):
        _recompute(slug)
    _learn(run_id)


def catch_up() -> None:
    """The same for complete runs without evidence: their worker died between the two."""
    for run_id in in_transaction(waiting_for_harvest):
        harvest.take(run_id)
    for slug in in_transaction(_ideas):
        _recompute(slug)


def _learn(run_id: str) -> None:
    """Let the next estimates for this device rest on what the run took."""
    from engine.entrypoints.actions.estimates import learn

    learn(in_transaction(lambda session: session.get_one(Run, run_id).device))


def _ideas(session: Session, run_id: str | None = None) -> Sequence[str]:
    complete = (
        select(Product.slug)
        .join(Experiment, Experiment.product_id == Product.id)
        .join(Run, Run.experiment_id == Experiment.id)
        .where(Run.state == "complete")
        .distinct()
    )
    if run_id is not None:
        return session.scalars(complete.where(Run.id == run_id)).all()
    return session.scalars(complete.where(Run.kind == "recipe", ~exists().where(EvidenceRow.run_id == Run.id))).all()


def _recompute(slug: str) -> None:
    """A figure that cannot be computed is logged and shown as missing; it is no reason to stop working."""
    from engine.entrypoints.actions import recompute

    try:
        recompute(slug)
    except ProspectusError as error:
        log.warning("the evidence of %s could not be computed: %s", slug, error)
