"""The answer in words: which way is cheaper, from which volume on, and how surely."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_badge, grade_mark
from dashboard.components.kpis import Kpi
from dashboard.components.text import plain
from dashboard.i18n import _, translate
from engine.costs.reserving import buy_month_usd
from engine.wording.names import rate_source

if TYPE_CHECKING:
    from dashboard.store.serving import Answer
    from engine.evidence import Grade
    from engine.interval import Interval

COST = "cost.per_1k_requests_usd"


def verdict(found: "Answer") -> str:
    """Which way is cheaper and from where on. Markdown."""
    meeting = found.break_even
    if meeting.value is None:
        own, buy = found.own.usd_per_1k(), found.buy.usd_per_1k
        words = translate(
            "1,000 requests on full devices cost {own}, the API asks {buy}.",
            own=formats.money(own.value),
            buy=formats.money(buy.value),
        )
        return f"**{plain(_('Buying stays cheaper at every volume.'))}** {plain(words)}"
    said = translate("Serving it ourselves pays from {volume} requests a month on.", volume=volume(meeting.value))
    return f"**{plain(said)}** {plain(_sure(found))}"


def _sure(found: "Answer") -> str:
    meeting = found.break_even
    low = "" if meeting.low is None else volume(meeting.low)
    if meeting.high is None:
        words = translate("At best from {low} on, at the worst ends never.", low=low)
    else:
        words = translate("Between {low} and {high}.", low=low, high=volume(meeting.high))
    return " ".join(filter(None, (words, at_expected(found))))


def at_expected(found: "Answer") -> str:
    """What both come to at the expected volume; empty where nobody expects one."""
    if found.volume is None:
        return ""
    own, buy = found.own.month_usd(found.volume), buy_month_usd(found.buy.usd_per_1k, found.volume)
    return translate(
        "At {volume} a month: {own} ourselves, {buy} bought.",
        volume=volume(found.volume),
        own=formats.money(own.value, own.low, own.high),
        buy=formats.money(buy.value, buy.low, buy.high),
    )


def volume(requests: float) -> str:
    """Requests, short: 2.1M."""
    return formats.in_unit("count_per_month", requests)


def key_figures(found: "Answer", carbon: Kpi | None) -> list[Kpi]:
    """The row of figures."""
    own, buy, meeting = found.own.usd_per_1k(), found.buy.usd_per_1k, found.break_even
    ends = () if meeting.low is None or meeting.high is None else (volume(meeting.low), volume(meeting.high))
    kpis = [
        Kpi(_("Ours, per 1,000"), *_money(own, found.own_grade), help=_device(found)),
        Kpi(_("API, per 1,000"), *_money(buy, found.buy.grade), help=plain(_priced(found))),
        Kpi(
            _("Break-even"),
            _("never") if meeting.value is None else volume(meeting.value),
            found.grade,
            formats.between(*ends) if len(ends) == 2 else "",
            _("Requests a month from which reserved devices cost less than the API's bill."),
        ),
    ]
    return [*kpis, *([carbon] if carbon else [])]


def _money(figure: "Interval", grade: "Grade") -> tuple[str, "Grade", str]:
    written = formats.money(figure.value, figure.low, figure.high)
    return written, grade, formats.interval(COST, figure.low, figure.high)


def _device(found: "Answer") -> str:
    return plain(f"{found.run.label}, {found.run.device}. {rate_source(found.run.source)}")


def _priced(found: "Answer") -> str:
    """Who says what the API costs, and as of when."""
    price = found.buy.price
    source = f"{price.source}: {price.provider} {price.model}"
    return translate("{source}, as of {day}", source=source, day=price.as_of.isoformat())


def sources(found: "Answer", typed: Sequence[str] = ()) -> str:
    """Where the figures come from, each with its grade. Markdown."""
    tokens = found.buy.tokens
    read = formats.number(tokens.read.value, 0)
    written = formats.number(tokens.written.value, 0)
    lines = [
        f"{grade_mark(tokens.grade)} "
        + plain(
            translate(
                "{read} tokens read and {written} written a request: {source}.",
                read=read,
                written=written,
                source=_(tokens.source),
            )
        ),
        f"{grade_mark('quoted')} " + plain(_priced(found)) + ".",
        f"{grade_mark(found.own_grade)} "
        + plain(
            translate(
                "{device}: {usd} an hour, {rate} requests a second at {n} at once.",
                device=found.run.device,
                usd=formats.money(found.own.usd_per_hour.value),
                rate=formats.number(found.own.requests_per_second.value, 0),
                n=found.point.concurrency,
            )
        ),
        *typed,
    ]
    return " ".join(lines)


def weakest(found: "Answer") -> str:
    """The badge of the break-even's grade."""
    return grade_badge(found.grade)
