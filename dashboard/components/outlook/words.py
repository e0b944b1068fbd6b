"""What is said of a series, its forecast and its record."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.kpis import Kpi
from dashboard.components.live import said
from dashboard.components.text import plain, sentences
from dashboard.i18n import _, translate
from engine import catalog
from engine.data.pins import SOURCES
from engine.errors import N_
from engine.market.calendar import NAMES, kind_of

if TYPE_CHECKING:
    from dashboard.store.forecasts import ForecastRow, MarketRow, SeriesSheet

BASELINE = "seasonal_naive"
LIKE_NAIVE = 0.02
"""Less of a difference to seasonal naive is called none."""


def method_name(name: str) -> str:
    """A method's title; its name where it is no longer here."""
    known = catalog.forecasters().get(name)
    return _(known.title) if known else name


def base_of(sheet: "SeriesSheet") -> "ForecastRow | None":
    """The newest forecast that assumes nothing."""
    return next((row for row in sheet.forecasts if not row.scenario), None)


def scenario_of(sheet: "SeriesSheet", base: "ForecastRow") -> "ForecastRow | None":
    """The newest scenario that was issued beside this base."""
    return next((row for row in sheet.forecasts if row.base_id == base.id), None)


def figure(value: float, low: float | None = None, high: float | None = None) -> str:
    """A number of the series with as many decimals as its interval deserves."""
    return formats.number(value, formats.decimals_for(value, low, high))


def moment(ds: str) -> str:
    """2026-03 for the first or last of a month of monthly points is not known here: the date as it is stored."""
    return ds.removesuffix("T00:00")


def answer_words(sheet: "SeriesSheet") -> str:
    """One sentence on where it goes and one on how far that is to be trusted. Markdown."""
    base = base_of(sheet)
    if base is None:
        last = translate("Last seen: {value} on {when}.", value=figure(sheet.y[-1]), when=moment(sheet.ds[-1]))
        return sentences(f"**{plain(_('Not forecast yet.'))}**", plain(last))
    end = translate(
        "{way}: {value} by {when}, between {low} and {high} in nine cases of ten.",
        way=_way(sheet, base),
        value=figure(base.y_hat[-1], base.lo_90[-1], base.hi_90[-1]),
        when=moment(base.ds[-1]),
        low=figure(base.lo_90[-1], base.lo_90[-1], base.hi_90[-1]),
        high=figure(base.hi_90[-1], base.lo_90[-1], base.hi_90[-1]),
    )
    return sentences(f"**{plain(end)}**", plain(trust_words(base)))


def _way(sheet: "SeriesSheet", base: "ForecastRow") -> str:
    """Up or down only where the interval of the last step excludes what stood there one season before."""
    back = min(sheet.season_length, len(sheet.y))
    steps = (len(base.ds) - 1) % back
    before = sheet.y[len(sheet.y) - back + steps]
    if base.lo_90[-1] > before:
        return _("Up")
    return _("Down") if base.hi_90[-1] < before else _("No clear direction")


def trust_words(base: "ForecastRow") -> str:
    """How the method did on the window that decided nothing, against seasonal naive."""
    ratio = against_naive(base.backtest, base.method)
    name = method_name(base.method)
    if base.note:
        return said(base.note)
    if ratio is None:
        return translate("{method}, without a back-test.", method=name)
    if base.method == BASELINE or abs(ratio - 1) < LIKE_NAIVE:
        return translate("{method}: no better than the last season again.", method=name)
    share = formats.percent(abs(1 - ratio))
    words = (
        N_("{method}: its error on the last tested window was {share} below that of the last season again.")
        if ratio < 1
        else N_("{method}: chosen before, yet on the last tested window {share} worse than the last season again.")
    )
    return translate(words, method=name, share=share)


def against_naive(backtest: Any, method: str) -> float | None:
    """MAE over seasonal naive's on the last window; None without a back-test."""
    rows = backtest.get("methods", {})
    own, naive = rows.get(method), rows.get(BASELINE)
    if not own or not naive or not naive["mae"]:
        return None
    return float(own["mae"] / naive["mae"])


def key_figures(sheet: "SeriesSheet", base: "ForecastRow") -> list[Kpi]:
    """The end of the forecast, the back-test and the record so far."""
    low, high = base.lo_90[-1], base.hi_90[-1]
    ratio = against_naive(base.backtest, base.method)
    own = base.backtest.get("methods", {}).get(base.method, {})
    grades = [row.grade for row in sheet.forecasts if row.grade]
    ends = formats.between(figure(low, low, high), figure(high, low, high))
    return [
        Kpi(moment(base.ds[-1]), figure(base.y_hat[-1], low, high), "modelled", ends, _("90% interval")),
        Kpi(_("Error to naive"), _not_tested() if ratio is None else formats.percent(ratio),
            help=_("Mean absolute error over seasonal naive's, on the last tested window. Below 100% is better.")),
        Kpi(_("Band held"), formats.percent(own["coverage_90"]) if own else _not_tested(),
            help=_("Share of the last tested window inside the 90% interval. Few points: it jumps.")),
        Kpi(_("Graded so far"), formats.number(len(grades)),
            help=_("A stored forecast is graded when the points it spoke of arrive in a later import.")),
    ]  # fmt: skip


def _not_tested() -> str:
    return _("not tested")


def report_lines(report: Sequence[Any]) -> list[str]:
    """What was done to the points that were brought."""
    return [said(note) for note in report]


def about_lines(sheet: "SeriesSheet", market: "MarketRow") -> list[str]:
    """Where the series comes from, what was done to it, and whom it is for."""
    kind = NAMES.get(kind_of(sheet.row.freq), sheet.row.freq)
    points = translate(
        "{count} points, {frequency}, {first} to {last}",
        count=formats.number(len(sheet.y)),
        frequency=_(kind),
        first=moment(sheet.ds[0]),
        last=moment(sheet.ds[-1]),
    )
    ideas = ", ".join(name for _slug, name in market.products)
    source = _(sheet.source) if market.sample else sheet.source
    lines = [points, translate("Source: {source}", source=source)] if source else [points]
    lines += report_lines(sheet.report)
    lines.append(translate("Market: {market}", market=market_name(market)))
    if ideas:
        lines.append(translate("Meant for: {ideas}", ideas=ideas))
    if sheet.row.is_demand:
        lines.append(_("Its growth speaks for the market."))
    return lines


def market_name(market: "MarketRow") -> str:
    """As it was written down; that of the samples in the reader's language."""
    return _(market.name) if market.sample else market.name


def speak_help() -> str:
    """What the button does."""
    return _("Growth by its newest forecast becomes evidence of every idea that is meant for this market.")


def samples_missing() -> str:
    """How the real series are had."""
    return translate("Real series to try come with: {command}", command=SOURCES["competitions"].command)
