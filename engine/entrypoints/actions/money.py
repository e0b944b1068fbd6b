"""What serving costs and what a price leaves, as evidence computed from evidence; inside the caller's transaction."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy.orm import Session

from db.base import now
from db.costs import rate_in_force
from db.evidence import append, current
from db.models import EvidenceRow, Product, Rate, Run
from db.money import to_usd
from db.segments import read_series
from engine.business.margin import break_even, gross_margin, margin_per_1k_usd
from engine.costs.serving import UTILISATION, CurvePoint, best_point, cost_per_1k_usd
from engine.errors import N_
from engine.evidence import Evidence, Grade, weakest
from engine.interval import Interval, interval
from engine.wording.notes import APART, AT_LOAD, AT_LOAD_HIGH, TOKENS

LISTED = N_("dated rate in force")
CURVE = N_("highest measured rate with p95 within the latency limit")
WORST = N_("computed from its inputs; the ends combine worst with worst, so the interval is wider than 95 %")
CHARGED = N_("tokens as the API reported them x the price list; mean of the requests, 95 % percentile bootstrap")
CURVE_SERIES = (
    "serving.rate_rps",
    "serving.rate_low",
    "serving.rate_high",
    "serving.p95_ms",
    "serving.p95_high",
    "serving.p50_ms",
)
PRICE, COST = "economics.price_per_1k_usd", "cost.per_1k_requests_usd"
API_COST = "cost.api_per_1k_requests_usd"
DEVICE, RATE = "cost.device_usd_per_hour", "serving.rate_rps"
SOURCE_LENGTH = 200


def serving_curve(session: Session, run_id: str) -> list[CurvePoint]:
    """The measured serving curve of a run, by concurrency."""
    points: dict[int, dict[str, float]] = {}
    for name, series in read_series(session, [run_id], CURVE_SERIES)[run_id].items():
        for step, (value, _at) in series.items():
            points.setdefault(step, {})[name] = value
    return [
        CurvePoint(
            step,
            interval(p["serving.rate_rps"], p.get("serving.rate_low"), p.get("serving.rate_high")),
            p["serving.p95_ms"],
            p.get("serving.p95_high"),
            p.get("serving.p50_ms"),
        )
        for step, p in sorted(points.items())
        if "serving.rate_rps" in p and "serving.p95_ms" in p
    ]


def rate_interval(rate: Rate) -> Interval:
    """A rate in USD with its ends."""
    return Interval(*(float(to_usd(nano)) for nano in (rate.usd_nano, rate.low_nano, rate.high_nano)))


def serving_figures(session: Session, product: Product, run: Run) -> None:
    """Rate within the latency limit, and cost per 1,000 at it; nothing when no point of the curve qualifies.

    Of a run that asks a hosted API: what the API charges.
    """
    if run.facts.get("api"):
        api_figures(session, product, run)
        return
    device = _device(session, product, run.device)
    point = best_point(serving_curve(session, run.id), product.latency_limit_ms)
    if point is None:
        return
    context = {"run": run.id, "device": run.device, "latency_limit_ms": product.latency_limit_ms}
    rate = Evidence(
        RATE,
        point.rate.value,
        "measured",
        "run",
        run.id,
        context,
        point.rate.low,
        point.rate.high,
        note=_where(point),
        method=CURVE,
    )
    rate_row = append(session, product.id, rate, run_id=run.id)
    cost = cost_per_1k_usd(_interval(device), point.rate)
    if math.isfinite(cost.high):
        ledger = _Computed(session, product.id, run.id, context | {"utilisation": UTILISATION}, "engine.costs.serving")
        ledger.append(COST, cost, (rate_row, device), note=_where(point))


def api_figures(session: Session, product: Product, run: Run) -> None:
    """What the API charges for 1,000 requests: its tokens, as it reported them, at the listed or typed price."""
    told = run.facts["api"]
    cost = told["usd_per_1k"]
    if cost is None:
        return
    context = {"run": run.id, "model": told["model"], "price": told["price"], "split": "validation and test"}
    evidence = Evidence(
        API_COST,
        cost["value"],
        weakest(("measured", cast(Grade, told["grade"]))),
        "run",
        run.id,
        context,
        cost["low"],
        cost["high"],
        note=APART.join((_tokens(told["tokens"]), told["price"])),
        method=CHARGED,
    )
    row = append(session, product.id, evidence, run_id=run.id)
    ledger = _Computed(session, product.id, run.id, {"run": run.id, "model": told["model"]}, "engine.inference.hosted")
    ledger.append(COST, _interval(row), (row,), note=N_("A request to the API; no device of one's own."))


def economic_figures(session: Session, product: Product) -> None:
    """Margin, gross margin and break-even from the current price and the current cost, when there are both."""
    rows = current(session, product.id).rows
    if any(key not in rows for key in (PRICE, COST)):
        return
    price, cost = _interval(rows[PRICE]), _interval(rows[COST])
    ledger = _Computed(session, product.id, rows[COST].run_id, rows[COST].context, "engine.business.margin")
    both = (rows[PRICE], rows[COST])
    ledger.append("economics.margin_per_1k_usd", margin_per_1k_usd(price, cost), both)
    share = gross_margin(price, cost)
    if share is not None:
        ledger.append("economics.gross_margin", share, both)
    if DEVICE not in rows or RATE not in rows:
        return  # nothing is reserved: an API is paid by the request
    found = break_even(price, _interval(rows[DEVICE]), _interval(rows[RATE]), rows[COST].context["utilisation"])
    if found.value is not None:
        ledger.append(
            "economics.break_even_requests_per_month",
            (found.value, found.low, found.high),
            (rows[PRICE], rows[DEVICE], rows[RATE]),
            note=N_("At the worst ends it never breaks even.") if found.high is None else "",
        )


@dataclass(frozen=True, slots=True)
class _Computed:
    """Appends figures that were computed for one run in one context."""

    session: Session
    product_id: int
    run_id: str | None
    context: Mapping[str, Any]
    model: str

    def append(
        self,
        measure: str,
        figure: tuple[float, float | None, float | None],
        inputs: Sequence[EvidenceRow],
        *,
        note: str = "",
    ) -> None:
        """The grade is that of the weakest input."""
        value, low, high = figure
        evidence = Evidence(
            measure,
            value,
            weakest(cast(Grade, row.grade) for row in inputs),
            "model",
            self.model,
            self.context,
            low,
            high,
            note=note,
            inputs=tuple(row.id for row in inputs),
            method=WORST,
        )
        append(self.session, self.product_id, evidence, run_id=self.run_id)


def _device(session: Session, product: Product, device: str) -> EvidenceRow:
    """What an hour of the device costs today. Raises StateError when no rate is in force."""
    rate = rate_in_force(session, device, now().date())
    usd = rate_interval(rate)
    evidence = Evidence(
        DEVICE,
        usd.value,
        cast(Grade, rate.grade),
        "rate",
        f"{rate.key}, {rate.valid_from.isoformat()}: {rate.source}"[:SOURCE_LENGTH],
        {"device": device},
        usd.low,
        usd.high,
        note=rate.note,
        method=LISTED,
    )
    return append(session, product.id, evidence)


def _where(point: CurvePoint) -> str:
    load = {"requests": point.concurrency, "ms": f"{point.p95_ms:.3g}"}
    if point.p95_high_ms is None:
        return AT_LOAD.format(**load)
    return AT_LOAD_HIGH.format(**load, high_ms=f"{point.p95_high_ms:.3g}")


def _tokens(of_a_request: Mapping[str, float]) -> str:
    return TOKENS.format(input_tokens=f"{of_a_request['input']:.0f}", output_tokens=f"{of_a_request['output']:.0f}")


def _interval(row: EvidenceRow) -> Interval:
    return interval(row.value, row.low, row.high)
