"""Why a figure is not there: a question to the database like any other, so that it is never out of date."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from db.evidence import Current
from db.models import Product
from db.products import written
from db.segments import read_series
from db.shapes import Reason
from engine.errors import N_
from engine.evidence import MEASURES

COST, PRICE = "cost.per_1k_requests_usd", "economics.price_per_1k_usd"
MARGIN, GROSS = "economics.margin_per_1k_usd", "economics.gross_margin"
BREAK_EVEN = "economics.break_even_requests_per_month"
RATE_RPS = "serving.rate_rps"


def lowest_p95(session: Session, run_ids: Sequence[str]) -> dict[str, float]:
    """The lowest p95 on each run's serving curve, in ms; a handful of points each, read by primary key."""
    found = read_series(session, run_ids, ["serving.p95_ms"])
    return {run_id: min(p95 for p95, _at in p["serving.p95_ms"].values()) for run_id, p in found.items() if p}


def reasons(product: Product, current: Current, p95: Mapping[str, float]) -> dict[str, Reason]:
    """Why figures that the pages have a place for are missing, by measure."""
    found: dict[str, Reason] = {}
    serving = _serving(product, current, p95)
    money = _money(current)
    for key in (product.bar_measure, "latency.p95_ms"):
        if current.get(key) is None:
            found[key] = _unmeasured(product, current)
    for key in (COST, RATE_RPS):
        if current.get(key) is None:
            found[key] = serving
    for key in (MARGIN, GROSS, BREAK_EVEN):
        if key in money:
            found[key] = money[key]
        elif current.get(key) is None:
            found[key] = _economics(current, serving)
    return found


def without_absent(current: Current, absent: Mapping[str, Reason]) -> Current:
    """Current figures without those that have a reason not to be there."""
    figures = {key: figure for key, figure in current.figures.items() if key not in absent}
    return Current(current.lead, figures, {key: current.rows[key] for key in figures})


def _unmeasured(product: Product, current: Current) -> Reason:
    if product.missing:
        return Reason(N_("Not measured: {missing}"), {"missing": written(product, product.missing)})
    if current.lead is None:
        return Reason(N_("No run has finished yet."))
    return Reason(N_("Run {run} did not measure it."), {"run": current.lead.run_id})


def _serving(product: Product, current: Current, p95: Mapping[str, float]) -> Reason:
    if current.lead is None:
        return _unmeasured(product, current)
    run = current.lead.run_id
    if run not in p95:
        return Reason(N_("Run {run} has no serving curve."), {"run": run})
    if p95[run] > product.latency_limit_ms:
        return Reason(
            N_("Run {run} is too slow: at every measured rate p95 is above {limit} ms; the lowest is {lowest} ms."),
            {"run": run, "limit": f"{product.latency_limit_ms:g}", "lowest": f"{p95[run]:.3g}"},
        )
    return Reason(N_("It has not been computed yet."))


def _money(current: Current) -> dict[str, Reason]:
    """Reasons that hold whatever was computed before: a price of nothing, or below what serving costs."""
    price, cost = current.get(PRICE), current.get(COST)
    if price is None or cost is None:
        return {}
    found = {}
    if (price.value if price.low is None else price.low) == 0:
        found[GROSS] = Reason(N_("The price may be 0, and of that there is no share."))
    if price.value <= cost.value:
        found[BREAK_EVEN] = Reason(
            N_("Never: 1,000 requests bring {price} USD and cost {cost} USD."),
            {"price": f"{price.value:.4g}", "cost": f"{cost.value:.4g}"},
        )
    return found


def _economics(current: Current, serving: Reason) -> Reason:
    if current.get(PRICE) is None:
        return Reason(N_("No price is assumed yet."))
    return serving if current.get(COST) is None else Reason(N_("It has not been computed yet."))


assert {COST, PRICE, MARGIN, GROSS, BREAK_EVEN, RATE_RPS} <= MEASURES.keys()
