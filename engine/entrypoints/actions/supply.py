"""Queue the very run that would supply a missing or weak figure, and say which figures lack one."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.evidence import Current, current_of
from db.forecasts import forecasts_of
from db.markets import markets_of
from db.models import Dataset, Experiment, Product, Run
from db.products import get_product
from db.scenarios import actuals
from db.series import newest_versions, series_of
from db.session import in_transaction
from db.shapes import Figure
from engine import catalog
from engine.entrypoints.actions.actuals import CHURN, fit_lifetime, read_fit
from engine.entrypoints.actions.advice import advise_on
from engine.entrypoints.actions.runs import data_facts, queue_run
from engine.entrypoints.actions.series import queue_forecast
from engine.errors import N_, InputError, ProspectusError, StateError
from engine.evidence import measure
from engine.portfolio.ways import (
    FORECAST,
    GROWTH,
    LIFETIME,
    PURCHASES,
    SMALLER,
    TEACH,
    Facts,
    Way,
    run_supplies,
    ways_of,
)
from engine.spec import build_config

CAP_USD = 0.05
"""Of what one click may spend."""
QUANTIZE = "quantize"


@dataclass(frozen=True, slots=True)
class Queued:
    """What was put into the queue."""

    run_id: str
    recipe: str
    """Or routine."""
    model: str
    """Base model; "" where there is none."""
    about: str
    """The data set, the series, or the run that it starts from."""
    seconds: float | None = None
    usd: float | None = None
    """As expected, where it can be; the run stops at `cap_usd`."""
    cap_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A figure of an idea that nobody knows and that no simulated business uses, so that its worth is unknown."""

    slug: str
    idea: str
    key: str
    """A measure, or `purchases`."""
    title: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Supplies:
    """How the figures of ideas come in, and which lack one."""

    facts: Mapping[str, Facts]
    """By slug."""
    gaps: tuple[Gap, ...]


def supplies_in(session: Session, slugs: tuple[str, ...]) -> Supplies:
    """What decides how the figures of these ideas come in, and what nobody knows of them. Raises UnknownName."""
    products = [get_product(session, slug) for slug in slugs]
    current = current_of(session, products)
    facts = {product.slug: _facts(session, product, current[product.id]) for product in products}
    gaps = [gap for product in products for gap in _gaps(product, current[product.id], facts[product.slug])]
    return Supplies(facts, tuple(gaps))


def _gaps(product: Product, known: Current, facts: Facts) -> list[Gap]:
    lacking = [key for key in (product.bar_measure, GROWTH) if known.get(key) is None]
    lacking += [PURCHASES] if facts.to_fit is not None else []
    titles = {key: N_("How long customers stay") if key == PURCHASES else measure(key).title for key in lacking}
    return [Gap(product.slug, product.name, key, titles[key], ways_of(key, "", facts)) for key in lacking]


def _facts_of(session: Session, slug: str) -> Facts:
    product = get_product(session, slug)
    return _facts(session, product, current_of(session, [product])[product.id])


def growth_in(session: Session, slug: str) -> Figure | None:
    """How fast the market of an idea grows, by its stored forecast; None while nobody knows."""
    product = get_product(session, slug)
    return current_of(session, [product])[product.id].get(GROWTH)


def queue_supply(slug: str, key: str, way: str = TEACH) -> Queued:
    """Queue the run of an idea that measures a figure or tells of it, the way that `ways_of` offers.

    Raises UnknownName, InputError for a figure that no such run measures or an idea without what the run needs, and
    StateError while a run of the idea waits or is at work already.
    """
    if way == TEACH and not run_supplies(key):
        raise InputError(N_("No run measures “{measure}”."), measure=measure(key).title)
    facts = in_transaction(lambda session: _facts_of(session, slug))
    if facts.live_run:
        name = in_transaction(lambda session: get_product(session, slug).name)
        raise StateError(N_("Run {run} of “{idea}” waits or is at work: it will tell."), run=facts.live_run, idea=name)
    if way == FORECAST:
        return _forecast(slug, facts)
    if way == LIFETIME:
        return Queued(*fit_lifetime(slug, facts.to_fit))
    if way == SMALLER:
        return _smaller(slug, facts)
    return _teach(slug, key)


def _teach(slug: str, key: str) -> Queued:
    """The recipe that is advised first, on the idea's own data."""

    def read(session: Session) -> tuple[Dataset, str, float, int]:
        product = get_product(session, slug)
        if product.dataset_id is None:
            raise InputError(
                N_("“{idea}” has no data set, so no run can measure “{measure}”."),
                idea=product.name,
                measure=measure(key).title,
                remedy=N_("Bring examples first."),
            )
        dataset = session.get_one(Dataset, product.dataset_id)
        return dataset, product.task, product.latency_limit_ms, _count(session, product.id)

    dataset, task, limit, before = in_transaction(read)
    best = advise_on(dataset.id, task, latency_limit_ms=limit, budget_usd=CAP_USD)[0]
    config = {"model": best.way.model} if best.way.model else {}
    run_id = queue_run(slug, dataset.id, task, best.way.recipe, config, seed=before, budget_usd=CAP_USD)
    way = best.way
    return Queued(run_id, way.recipe, way.model, dataset.name, way.seconds.value, way.usd.value, CAP_USD)


def _smaller(slug: str, facts: Facts) -> Queued:
    """The finished run's model in 8 bits."""

    def read(session: Session) -> tuple[int | None, str]:
        product = get_product(session, slug)
        return product.dataset_id, product.task

    dataset_id, task = in_transaction(read)
    if dataset_id is None or not facts.source_run:
        raise InputError(N_("No finished run of the idea can be stored in 8 bits."))
    run_id = queue_run(slug, dataset_id, task, QUANTIZE, {}, budget_usd=CAP_USD, source_run=facts.source_run)
    return Queued(run_id, QUANTIZE, "", facts.source_run, cap_usd=CAP_USD)


def _forecast(slug: str, facts: Facts) -> Queued:
    """The series that speak for the idea's markets, continued."""
    if not facts.series:
        raise InputError(
            N_("No series speaks for a market of the idea."),
            remedy=N_("Bring one on Forecasts and let it speak for the market."),
        )

    def names(session: Session) -> str:
        product = get_product(session, slug)
        rows = [series for market in markets_of(session, product.id) for series in series_of(session, market.id)]
        return ", ".join(row.unique_id for row in rows if row.id in facts.series)

    run_id = queue_forecast(facts.series, product_slug=slug)
    return Queued(run_id, "forecast", "", in_transaction(names))


def _facts(session: Session, product: Product, current: Current) -> Facts:
    series = [
        each.id
        for market in markets_of(session, product.id)
        for each in series_of(session, market.id)
        if each.is_demand
    ]
    brought = actuals(session, product.id)
    tables = [row.document for row in brought if row.kind != "lifetime"]
    fit = read_fit(session, product.slug) if tables else None
    seen = current.get(CHURN)
    return Facts(
        has_data=product.dataset_id is not None,
        live_run=_live(session, product.id),
        source_run=_source(session, product, current),
        series=tuple(series),
        is_forecast=bool(series) and all(_continued(session, number) for number in series),
        tells_churn=any(table.get("churn") for table in tables) and (seen is None or seen.grade == "assumed"),
        tells_use=any(table.get("requests_per_customer") is not None for table in tables),
        to_fit=None if fit is None or fit.state == "failed" else fit.number,
    )


def _continued(session: Session, series_id: int) -> bool:
    """Whether the newest points of a series were forecast."""
    newest = newest_versions(session, [series_id])[series_id].id
    return any(row.version_id == newest and not row.scenario for row in forecasts_of(session, series_id))


def _source(session: Session, product: Product, current: Current) -> str:
    """The leading run, if its network can be stored in 8 bits and no run of that kind was started from it; else ""."""
    lead = current.lead
    if lead is None or product.dataset_id is None:
        return ""
    run = session.get_one(Run, lead.run_id)
    dataset = session.get_one(Dataset, product.dataset_id)
    known = session.scalars(select(Run.id).where(Run.source_run_id == run.id, Run.recipe == QUANTIZE)).first()
    if known is not None or run.state != "complete":
        return ""
    recipe = catalog.recipes()[QUANTIZE]
    try:
        recipe.check(build_config(recipe.config, {}), data_facts(dataset, product.task, run))
    except ProspectusError:  # such as a model that is no network, which is what was asked
        return ""
    return run.id


def _live(session: Session, product_id: int) -> str:
    """A run of the idea that waits or is at work; "" when none does."""
    query = select(Run.id).join(Experiment, Experiment.id == Run.experiment_id)
    mine = query.where(Experiment.product_id == product_id, Run.state.in_(("queued", "running")))
    return session.scalars(mine.order_by(Run.id)).first() or ""


def _count(session: Session, product_id: int) -> int:
    """Runs of the idea so far: the next seed, so that a second run says something new."""
    query = select(func.count()).select_from(Run).join(Experiment, Experiment.id == Run.experiment_id)
    return session.scalar(query.where(Experiment.product_id == product_id)) or 0


__all__ = [
    "Facts",
    "Gap",
    "Queued",
    "Supplies",
    "Way",
    "growth_in",
    "queue_supply",
    "run_supplies",
    "supplies_in",
    "ways_of",
]
