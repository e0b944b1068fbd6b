"""Serve it ourselves or buy it: the answer to one question, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.business.margin import BreakEven
from engine.costs.buying import Bought, bought, on_the_day
from engine.costs.reserving import Own, break_even_with, buy_month_usd, checked_volume
from engine.costs.serving import CurvePoint
from engine.entrypoints.actions.serving_costs import Asked, Served, ServingCase, chosen_run, own_of
from engine.evidence import Grade, weakest
from engine.interval import Interval, interval


@dataclass(frozen=True, slots=True)
class Question:
    """How it is asked; None for what the idea itself says."""

    run: str | None
    model: str
    provider: str | None
    utilisation: float
    percentile: int = 95
    latency_ms: float | None = None
    volume: float | None = None
    usd_per_hour: float | None = None
    speed: float = 1.0
    """Of the priced device, in parts of the measured one's."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Both ways for one question."""

    run: Served
    own: Own
    point: CurvePoint
    """Of the measured curve, at which the device is run."""
    own_grade: Grade
    buy: Bought
    break_even: BreakEven
    grade: Grade
    """Of the break-even."""
    volume: float | None
    """Requests a month asked about; None where nobody said."""


def answer(case: ServingCase, asked: Question) -> Answer:
    """Raises InputError, UnknownName or StateError for what cannot be answered, saying why."""
    run = chosen_run(case, asked.run)
    hour = None if asked.usd_per_hour is None else interval(asked.usd_per_hour)
    own, point = own_of(case, run, Asked(asked.utilisation, asked.percentile, asked.latency_ms, hour, asked.speed))
    buy = bought(case.tokens(), asked.model, provider=asked.provider)
    volume = asked.volume if asked.volume is not None else case.volume.figure.value if case.volume else None
    if volume is not None:
        checked_volume(volume)
    own_grade = weakest(("measured", "assumed" if hour or asked.speed != 1 else run.grade or "assumed"))
    found = break_even_with(own, buy.usd_per_1k)
    return Answer(run, own, point, own_grade, buy, found, weakest((own_grade, buy.grade)), volume)


def break_even_document(case: ServingCase, asked: Question) -> dict[str, Any]:
    """The answer as plain values. Raises what `answer` does."""
    given = answer(case, asked)
    own, buy, found, volume = given.own, given.buy, given.break_even, given.volume
    return {
        "idea": case.slug,
        "run": given.run.run_id,
        "device": given.run.device,
        "utilisation": asked.utilisation,
        "percentile": asked.percentile,
        "latency_limit_ms": case.latency_limit_ms if asked.latency_ms is None else asked.latency_ms,
        "concurrency": given.point.concurrency,
        "own_usd_per_1k": {**_ends(own.usd_per_1k()), "grade": given.own_grade},
        "api_usd_per_1k": {**_ends(buy.usd_per_1k), "grade": buy.grade, "source": on_the_day(buy)},
        "tokens": {
            "read": _ends(buy.tokens.read),
            "written": _ends(buy.tokens.written),
            "grade": buy.tokens.grade,
            "source": buy.tokens.source,
        },
        "capacity_requests_per_month": _ends(own.capacity()),
        "break_even_requests_per_month": {
            "value": found.value, "low": found.low, "high": found.high, "grade": given.grade,
        },
        "at_volume": None if volume is None else _at(own.month_usd(volume), buy.usd_per_1k, volume),
    }  # fmt: skip


def _at(own: Interval, buy_usd_per_1k: Interval, volume: float) -> dict[str, Any]:
    buy = buy_month_usd(buy_usd_per_1k, volume)
    return {"requests_per_month": volume, "own_usd_per_month": _ends(own), "api_usd_per_month": _ends(buy)}


def _ends(figure: Interval) -> dict[str, float]:
    return {"value": figure.value, "low": figure.low, "high": figure.high}


def break_even_lines(document: Mapping[str, Any]) -> list[str]:
    """The same in words."""

    def said(figure: Mapping[str, Any], unit: str = "USD") -> str:
        return f"{figure['value']:,.4g} {unit} ({figure['low']:,.4g} to {figure['high']:,.4g})"

    own, buy, found = (document[k] for k in ("own_usd_per_1k", "api_usd_per_1k", "break_even_requests_per_month"))
    volume = "never" if found["value"] is None else f"{found['value']:,} requests a month"
    worst = "never" if found["high"] is None else f"{found['high']:,}"
    lines = [
        f"ourselves  {said(own)} per 1,000 on full devices, {own['grade']}: {document['run']} on {document['device']}",
        f"bought     {said(buy)} per 1,000, {buy['grade']}: {buy['source']}",
        f"break-even {volume}; at the worst ends {worst}",
    ]
    if at := document["at_volume"]:
        both = f"{said(at['own_usd_per_month'])} ourselves, {said(at['api_usd_per_month'])} bought"
        lines.append(f"at {at['requests_per_month']:,.0f} requests a month: {both}")
    return lines
