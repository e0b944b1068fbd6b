"""Other measured ways of doing the same: each finished run of an idea tested against the one that leads."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.evidence import leads
from db.models import Experiment, Rate, Run
from db.money import price_seconds, to_usd
from db.products import get_product
from db.session import in_transaction
from db.views.rows import label_of
from engine.costs.ownership.levers import Measured
from engine.costs.reserving import within
from engine.entrypoints.actions.compare import MOST, compare_runs
from engine.entrypoints.actions.money import serving_curve
from engine.errors import ProspectusError
from engine.interval import Interval


@dataclass(frozen=True, slots=True)
class Tested:
    """Runs beside the one that leads, by the idea's own measure."""

    leads: str
    """Label of the run that leads; "" without one."""
    measure: str
    others: tuple[Measured, ...]


def measured_levers(slug: str) -> Tested:
    """The newest run of each recipe, compared by a paired test on validation. Raises UnknownName."""
    lead, measure, runs = in_transaction(lambda session: _runs(session, slug))
    if lead is None or not runs:
        return Tested("" if lead is None else lead[1], measure, ())
    try:
        compared = compare_runs([lead[0], *(run.run for run in runs)], "validation", measure)
    except ProspectusError:
        return Tested(lead[1], measure, ())  # predictions of one are gone: nothing is suggested without a test
    found = []
    for one, run in zip(compared.runs[1:], runs, strict=True):
        paired = one.against_first
        if paired is not None:
            found.append(_with(run, paired.difference, (paired.low, paired.high), paired.verdict, paired.n))
    return Tested(lead[1], measure, tuple(found))


def _with(run: Measured, difference: float, ends: tuple[float, float], verdict: str, rows: int) -> Measured:
    from dataclasses import replace

    return replace(run, difference=difference, low=ends[0], high=ends[1], verdict=verdict, rows=rows)


def _runs(session: Session, slug: str) -> tuple[tuple[str, str] | None, str, list[Measured]]:
    product = get_product(session, slug)
    lead = leads(session, [product.id]).get(product.id)
    if lead is None:
        return None, product.bar_measure, []
    first = session.get_one(Run, lead.run_id)
    query = (
        select(Run, Rate)
        .join(Experiment, Experiment.id == Run.experiment_id)
        .join(Rate, Rate.id == Run.rate_id)
        .where(
            Experiment.product_id == product.id,
            Experiment.dataset_id == session.get_one(Experiment, first.experiment_id).dataset_id,
            Run.state == "complete",
            Run.id != first.id,
        )
        .order_by(Run.created_at.desc(), Run.id)
    )
    newest: dict[str, Measured] = {}
    for run, rate in session.execute(query):
        newest.setdefault(run.recipe, _measured(session, run, rate, product.latency_limit_ms))
    return (first.id, label_of(first.recipe, first.id)), product.bar_measure, list(newest.values())[: MOST - 1]


def _measured(session: Session, run: Run, rate: Rate, limit_ms: float) -> Measured:
    api = run.facts.get("api")
    point = None if api else within(serving_curve(session, run.id), limit_ms, 95)
    seconds = Interval(*(float(to_usd(price_seconds(run.seconds, nano))) for nano in _nanos(rate)))
    charged = float(to_usd(run.cost_nano)) - seconds.value
    bought = (api or {}).get("usd_per_1k")
    return Measured(
        run.id,
        label_of(run.recipe, run.id),
        run.recipe,
        Interval(*(max(0.0, charged) + end for end in seconds)),
        None if point is None else point.rate,
        None if not bought else Interval(bought["value"], bought["low"], bought["high"]),
        0.0,
        0.0,
        0.0,
        "",
        0,
    )


def _nanos(rate: Rate) -> tuple[int, int, int]:
    return rate.usd_nano, rate.low_nano, rate.high_nano
