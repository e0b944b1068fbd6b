"""What pages ask about signals: who reads which language, and which runs could."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Dataset, Experiment, Run, SignalCorrection, SignalRow
from db.signals import classifiers, signals

MOST_RUNS = 20


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the dimension of new documents of a language."""

    kind: str
    run_id: str | None
    author: str
    since: datetime


@dataclass(frozen=True, slots=True)
class RunChoice:
    """A finished run that answers with the dimensions."""

    id: str
    recipe: str
    dataset_id: int
    dataset: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All about who reads."""

    readers: Mapping[str, Reader]
    """By language; one without an entry is read as usual."""
    runs: tuple[RunChoice, ...]
    said: int
    """Signals whose dimension a person gave or confirmed."""


@dataclass(frozen=True, slots=True)
class Linked:
    """Signals of one idea, by dimension and by direction."""

    technology: int
    market: int
    policy: int
    opportunities: int
    threats: int

    @property
    def all(self) -> int:
        """Of the three dimensions."""
        return self.technology + self.market + self.policy


def reading(session: Session, dimensions: tuple[str, ...]) -> Reading:
    """Who reads now, and complete runs whose classes are dimensions, newest first."""
    query = (
        select(Run.id, Run.recipe, Dataset.id, Dataset.name, Dataset.labels)
        .join(Experiment, Experiment.id == Run.experiment_id)
        .join(Dataset, Dataset.id == Experiment.dataset_id)
        .where(Run.state == "complete")
        .order_by(Run.finished_at.desc())
    )
    found = [RunChoice(*row[:4]) for row in session.execute(query) if row[4] and set(row[4]) <= set(dimensions)]
    query_said = select(func.count(func.distinct(SignalCorrection.signal_id))).where(
        SignalCorrection.field == "dimension"
    )
    readers = {
        language: Reader(row.kind, row.run_id, row.author, row.created_at)
        for language, row in classifiers(session).items()
    }
    return Reading(readers, tuple(found[:MOST_RUNS]), session.scalar(query_said) or 0)


def linked(session: Session, slug: str) -> Linked:
    """How many signals concern an idea."""
    if session.scalar(select(SignalRow.id).limit(1)) is None:
        return Linked(0, 0, 0, 0, 0)
    found = [one for one in signals(session) if any(link.slug == slug for link in one.links)]
    told = [one for one in found if one.value("dimension") != "none"]
    by = {name: sum(one.value("dimension") == name for one in told) for name in ("technology", "market", "policy")}
    up = sum(one.value("direction") == "opportunity" for one in told)
    return Linked(**by, opportunities=up, threats=len(told) - up)
