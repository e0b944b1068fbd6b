"""Finished runs that were made from other finished runs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Experiment, Run
from db.runs import get_run
from db.shapes import RunRow
from db.views.rows import read_rows, selected


def compressed_family(session: Session, run_id: str) -> list[RunRow]:
    """The run that everything began with, then all complete runs made of it, one another's included, oldest first.

    Raises UnknownName.
    """
    first = get_run(session, run_id)
    while first.source_run_id is not None:
        first = get_run(session, first.source_run_id)
    rows = read_rows(session, selected().where(Run.id == first.id))
    parents: Sequence[str] = [first.id]
    while parents:
        made = selected().where(Run.source_run_id.in_(parents), Run.state == "complete")
        found = read_rows(session, made.order_by(Run.created_at, Run.id))
        rows += found
        parents = [row.id for row in found]
    return rows


def compressed_sources(session: Session, product_id: int | None, dataset_id: int | None, limit: int = 3) -> list[str]:
    """Ids of the runs of an idea or a data set that smaller complete runs were made of, the newest made first."""
    query: Any = (
        select(Run.source_run_id, Run.created_at)
        .join(Experiment, Experiment.id == Run.experiment_id)
        .where(Run.source_run_id.is_not(None), Run.state == "complete")
        .order_by(Run.created_at.desc())
    )
    if product_id is not None:
        query = query.where(Experiment.product_id == product_id)
    if dataset_id is not None:
        query = query.where(Experiment.dataset_id == dataset_id)
    found: dict[str, None] = {}
    for source, _created in session.execute(query):
        first = get_run(session, source)
        while first.source_run_id is not None:
            first = get_run(session, first.source_run_id)
        found[first.id] = None
        if len(found) == limit:
            break
    return list(found)
