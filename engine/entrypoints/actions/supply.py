"""Queue the very run that would supply a missing or weak figure."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Dataset, Experiment, Run
from db.products import get_product
from db.session import in_transaction
from engine.entrypoints.actions.advice import advise_on
from engine.entrypoints.actions.runs import queue_run
from engine.errors import N_, InputError, StateError
from engine.evidence import measure

BY_RUN = ("quality", "latency", "size", "serving")
"""Subjects that every run of an idea measures."""
ALSO_BY_RUN = ("cost.per_1k_requests_usd", "cost.training_usd")
CAP_USD = 0.05
"""Of what one click may spend."""


@dataclass(frozen=True, slots=True)
class Queued:
    """What was put into the queue."""

    run_id: str
    recipe: str
    model: str
    """Base model; "" where there is none."""
    dataset: str
    seconds: float
    usd: float
    """As expected; the run stops at `cap_usd`."""
    cap_usd: float


def run_supplies(key: str) -> bool:
    """Whether a run of the idea measures this."""
    return bool(key) and (measure(key).group in BY_RUN or key in ALSO_BY_RUN)


def queue_supply(slug: str, key: str) -> Queued:
    """Queue the best advised run of an idea on its own data, which measures the figure.

    Raises UnknownName, InputError for a figure that no run measures or an idea without data, and StateError while a run
    of the idea waits or is at work already.
    """
    if not run_supplies(key):
        raise InputError(N_("No run measures “{measure}”."), measure=measure(key).title)

    def read(session: Session) -> tuple[Dataset, str, float, int]:
        product = get_product(session, slug)
        if product.dataset_id is None:
            raise InputError(
                N_("“{idea}” has no data set, so no run can measure “{measure}”."),
                idea=product.name,
                measure=measure(key).title,
                remedy=N_("Bring examples first."),
            )
        live = session.scalars(
            select(Run.id)
            .join(Experiment, Experiment.id == Run.experiment_id)
            .where(Experiment.product_id == product.id, Run.state.in_(("queued", "running")))
        ).first()
        if live is not None:
            raise StateError(
                N_("Run {run} of “{idea}” waits or is at work: it will tell."), run=live, idea=product.name
            )
        dataset = session.get_one(Dataset, product.dataset_id)
        return dataset, product.task, product.latency_limit_ms, _count(session, product.id)

    dataset, task, limit, before = in_transaction(read)
    best = advise_on(dataset.id, task, latency_limit_ms=limit, budget_usd=CAP_USD)[0]
    config = {"model": best.way.model} if best.way.model else {}
    run_id = queue_run(slug, dataset.id, task, best.way.recipe, config, seed=before, budget_usd=CAP_USD)
    way = best.way
    return Queued(run_id, way.recipe, way.model, dataset.name, way.seconds.value, way.usd.value, CAP_USD)


def _count(session: Session, product_id: int) -> int:
    """Runs of the idea so far: the next seed, so that a second run says something new."""
    query = select(func.count()).select_from(Run).join(Experiment, Experiment.id == Run.experiment_id)
    return session.scalar(query.where(Experiment.product_id == product_id)) or 0
