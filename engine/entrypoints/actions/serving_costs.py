"""What a page or a command needs to compare serving an idea oneself with buying it: read once, computed without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.base import now
from db.costs import rate_in_force
from db.evidence import current
from db.models import Dataset, Experiment, Product, Run
from db.products import get_product
from db.views.rows import label_of
from engine.costs.buying import RequestTokens, Texts, counted_tokens, measured_tokens
from engine.costs.reserving import Own, within
from engine.costs.serving import CurvePoint
from engine.entrypoints.actions.money import rate_interval, serving_curve
from engine.errors import N_, StateError, UnknownName
from engine.evidence import Grade
from engine.inference.hosted.prompt import INSTRUCTION, fixed_messages
from engine.interval import Interval, interval

MOST_RUNS = 24


@dataclass(frozen=True, slots=True)
class Served:
    """A finished run with its measured curve, and what an hour of its device costs."""

    run_id: str
    label: str
    recipe: str
    device: str
    curve: tuple[CurvePoint, ...]
    usd_per_hour: Interval | None
    """None where no rate is in force."""
    grade: Grade | None
    source: str
    accuracy: float | None
    """Accuracy on validation."""
    leads: bool


@dataclass(frozen=True, slots=True)
class Volume:
    """Requests a month that the idea expects."""

    figure: Interval
    grade: Grade


@dataclass(frozen=True, slots=True)
class ServingCase:
    """One idea's side of the question."""

    slug: str
    name: str
    latency_limit_ms: float
    volume: Volume | None
    served: tuple[Served, ...]
    """Runs with a curve of their own device, the one that leads first."""
    texts: Texts | None
    """None without data."""
    measured: RequestTokens | None
    """Tokens that an API reported to a run of this idea."""

    def tokens(self) -> RequestTokens:
        """Measured, else counted from the texts. Raises StateError when there is neither."""
        if self.measured is not None:
            return self.measured
        if self.texts is None:
            raise StateError(N_("{idea} has no data: how long its texts are is unknown."), idea=self.name)
        return counted_tokens(self.texts)


def serving_case(session: Session, slug: str) -> ServingCase:
    """Everything about one idea. Raises UnknownName."""
    product = get_product(session, slug)
    found = current(session, product.id)
    lead = found.lead.run_id if found.lead else None
    wanted = found.rows.get("market.requests_per_month")
    return ServingCase(
        product.slug,
        product.name,
        product.latency_limit_ms,
        None if wanted is None else Volume(interval(wanted.value, wanted.low, wanted.high), cast(Grade, wanted.grade)),
        tuple(_served(session, product, lead)),
        _texts(session, product),
        _measured(session, product),
    )


def _complete(session: Session, product: Product) -> list[Run]:
    query = (
        select(Run)
        .join(Experiment, Experiment.id == Run.experiment_id)
        .where(Experiment.product_id == product.id, Run.state == "complete", Run.kind == "recipe")
        .order_by(Run.created_at.desc(), Run.id)
        .limit(MOST_RUNS)
    )
    return list(session.scalars(query))


def _served(session: Session, product: Product, lead: str | None) -> list[Served]:
    runs = [run for run in _complete(session, product) if not run.facts.get("api")]
    accuracy = _accuracy(session, [run.id for run in runs])
    found = []
    for run in sorted(runs, key=lambda run: run.id != lead):
        curve = serving_curve(session, run.id)
        if not curve:
            continue
        usd, grade, source = hour_of(session, run.device)
        label = label_of(run.recipe, run.id)
        found.append(
            Served(
                run.id, label, run.recipe, run.device, tuple(curve), usd, grade, source,
                accuracy.get(run.id), run.id == lead,
            )
        )  # fmt: skip
    return found


def hour_of(session: Session, device: str) -> tuple[Interval | None, Grade | None, str]:
    """What an hour of a device costs today, its grade and who says so."""
    try:
        rate = rate_in_force(session, device, now().date())
    except StateError:
        return None, None, ""
    return rate_interval(rate), cast(Grade, rate.grade), f"{rate.key}, {rate.valid_from.isoformat()}: {rate.source}"


def _accuracy(session: Session, run_ids: list[str]) -> Mapping[str, float]:
    from db.models import MetricSummary

    query = select(MetricSummary.run_id, MetricSummary.value).where(
        MetricSummary.run_id.in_(run_ids),
        MetricSummary.split == "validation",
        MetricSummary.name == "quality.accuracy",
    )
    return {row.run_id: row.value for row in session.execute(query)}


def _texts(session: Session, product: Product) -> Texts | None:
    data = session.get(Dataset, product.dataset_id) if product.dataset_id is not None else None
    lengths = (data.profile or {}).get("lengths") if data is not None else None
    if data is None or not lengths or not lengths.get("mean"):
        return None
    prompt = sum(len(m["content"]) for m in fixed_messages(INSTRUCTION, data.labels, {}, []))
    return Texts(data.language, float(lengths["mean"]), float(lengths.get("p50", lengths["mean"])), prompt)


def _measured(session: Session, product: Product) -> RequestTokens | None:
    for run in _complete(session, product):
        told = run.facts.get("api")
        if told and not told.get("unreported") and told["tokens"]["input"]:
            return measured_tokens(told["tokens"], label_of(run.recipe, run.id))
    return None


@dataclass(frozen=True, slots=True)
class Asked:
    """How the comparison is asked."""

    utilisation: float
    percentile: int = 95
    latency_ms: float | None = None
    """The idea's own limit where None."""
    usd_per_hour: Interval | None = None
    """Of the device; its dated rate where None."""
    speed: float = 1.0
    """Requests a second of that device, in parts of the measured one's."""


def own_of(case: ServingCase, run: Served, asked: Asked) -> tuple[Own, CurvePoint]:
    """A run's device as it would be reserved, and the point of the curve it stands at.

    Raises StateError when the run is too slow or its device has no rate, InputError for what cannot be.
    """
    limit = case.latency_limit_ms if asked.latency_ms is None else asked.latency_ms
    point = within(run.curve, limit, asked.percentile)
    if point is None:
        raise StateError(
            N_("Run {run} is too slow: at every measured rate p{percentile} is above {limit} ms."),
            run=run.label,
            percentile=asked.percentile,
            limit=f"{limit:g}",
        )
    usd = asked.usd_per_hour or run.usd_per_hour
    if usd is None:
        raise StateError(N_("No rate of {device} is in force: an hour of it has no price."), device=run.device)
    rate = Interval(*(asked.speed * end for end in point.rate))
    return Own(usd, rate, asked.utilisation), point


def chosen_run(case: ServingCase, name: str | None) -> Served:
    """The run of that id or label; the first without one. Raises StateError without runs, UnknownName."""
    if not case.served:
        raise StateError(N_("{idea} has no finished run that was measured while serving."), idea=case.name)
    if name is None:
        return case.served[0]
    for run in case.served:
        if name in (run.run_id, run.label):
            return run
    raise UnknownName(N_("measured run"), name, [run.label for run in case.served])
