"""What the product page says of an idea: its verdict, its key figures, its sheet and its gate."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_mark, grade_name, stage_name
from dashboard.components.decision import Decided
from dashboard.components.gate import Check
from dashboard.components.kpis import Kpi
from dashboard.components.portfolio_board import missing_words
from dashboard.components.sheet import Figure
from dashboard.components.text import ended, plain, sentences, url
from dashboard.i18n import _, _n, translate
from engine.errors import N_
from engine.evidence import measure
from engine.spec import STAGES
from engine.wording.names import source_name
from engine.wording.notes import reason_words

if TYPE_CHECKING:
    from dashboard import store

COST, MARGIN = "cost.per_1k_requests_usd", "economics.margin_per_1k_usd"
GROSS, BREAK_EVEN = "economics.gross_margin", "economics.break_even_requests_per_month"
QUESTIONS = (
    N_("Is {name} good enough to try?"),
    N_("Is {name} good enough to build?"),
    N_("Is {name} ready to go live?"),
    N_("Does {name} keep its promise?"),
    N_("Should {name} stay stopped?"),
)
"""In the order of `engine.spec.STAGES`."""
SURE, LIKELY = 0.975, 0.8


def question(row: "store.ProductRow") -> str:
    """The page's title, by stage."""
    return translate(QUESTIONS[STAGES.index(row.stage)], name=row.name)


def verdict(sheet: "store.ProductSheet") -> str:
    """The page's answer: quality against the bar, then what the money rests on."""
    return sentences(_quality(sheet.row), _money(sheet))


def _quality(row: "store.ProductRow") -> str:
    figure = row.quality
    if figure is None or row.p_bar_met is None:
        return sentences(f"**{_('Not known yet.')}**", plain(reason(row, row.bar.measure)))
    said = translate(
        "{measure} is {value} ({interval}), the bar is {bar}.",
        measure=_(measure(figure.measure).title),
        value=formats.value(figure.measure, figure.value, figure.low, figure.high),
        interval=formats.interval(figure.measure, figure.low, figure.high),
        bar=formats.typed_percent(row.bar.minimum),
    )
    if row.p_bar_met >= SURE:
        lead = _("Good enough.")
    elif row.p_bar_met <= 1 - SURE:
        lead = _("Not yet.")
    else:
        lead = translate(_likely(row.p_bar_met), chance=formats.chance(row.p_bar_met))
    return sentences(f"**{plain(lead)}**", plain(said))


def _likely(chance: float) -> str:
    if chance >= LIKELY:
        return N_("Probably: chance {chance} that it meets its bar.")
    if chance <= 1 - LIKELY:
        return N_("Probably not yet: chance {chance} that it meets its bar.")
    return N_("Open: chance {chance} that it meets its bar.")


def _money(sheet: "store.ProductSheet") -> str:
    margin = sheet.row.margin_per_1k
    if margin is None:
        return ""
    if margin.weakest_input is None:
        return ""
    name = _(measure(margin.weakest_input).title)
    return plain(translate("Its margin rests on “{input}”, {grade}.", input=name, grade=grade_name(margin.grade)))


def reason(row: "store.ProductRow", key: str) -> str:
    """Why a figure is not there, in the reader's language; empty when nothing is known about it."""
    absent = row.absent.get(key)
    return reason_words(absent.template, absent.values) if absent else ""


def key_figures(row: "store.ProductRow") -> list[Kpi]:
    """Quality, cost, margin, break-even."""
    return [
        _kpi(row, row.quality, row.bar.measure, _(measure(row.bar.measure).title)),
        _kpi(row, row.cost_per_1k, COST, _("Cost per 1,000")),
        _kpi(row, row.margin_per_1k, MARGIN, _("Margin per 1,000")),
        _kpi(row, row.break_even, BREAK_EVEN, _("Break-even")),
    ]


def _kpi(row: "store.ProductRow", figure: "store.Figure | None", key: str, label: str) -> Kpi:
    if figure is None:
        return Kpi(label, "–", interval=missing_words(row, key), help=plain(reason(row, key)))
    written = formats.value(key, figure.value, figure.low, figure.high)
    interval = formats.interval(key, figure.low, figure.high)
    parts = [
        _(measure(key).help),
        ended(source_words(figure)),
        ended(_(figure.method)),
    ]
    if figure.weakest_input:
        parts.append(translate("Weakest input: {input}.", input=_(measure(figure.weakest_input).title)))
    return Kpi(label, written, figure.grade, interval, plain(sentences(*parts)))


def money_note(row: "store.ProductRow") -> str:
    """Margin and break-even in one line, each with its weakest input; empty when there is neither."""
    parts = []
    for figure, template in (
        (row.gross_margin, N_("Gross margin {value} ({interval}), weakest input {input} {mark}.")),
        (row.break_even, N_("Break-even at {value} requests a month ({interval}), weakest input {input} {mark}.")),
    ):
        if figure is not None:
            parts.append(_with_weakest(figure, template))
    gone = reason(row, BREAK_EVEN) if row.break_even is None and row.margin_per_1k is not None else ""
    return sentences(*parts, gone)


def _with_weakest(figure: "store.Figure", template: str) -> str:
    return translate(
        template,
        value=formats.value(figure.measure, figure.value, figure.low, figure.high),
        interval=formats.interval(figure.measure, figure.low, figure.high),
        input=f"“{_(measure(figure.weakest_input).title)}”" if figure.weakest_input else _("none"),
        mark=grade_mark(figure.grade),
    )


def sheet_figures(sheet: "store.ProductSheet") -> list[Figure]:
    """The current evidence as the sheet draws it; the tick is the bar for the deciding measure, else the baseline."""
    bar = sheet.row.bar
    labels = {run.id: run.label for run in sheet.candidates}
    return [
        Figure(
            measure=f.measure,
            value=f.value,
            low=f.low,
            high=f.high,
            grade=f.grade,
            source=source_words(f, labels),
            at=f.created_at,
            href=url("runs", run=f.run_id) if f.run_id else "",
            stale=f.stale,
            tick=bar.minimum if f.measure == bar.measure else f.baseline,
        )
        for f in sorted(sheet.figures, key=lambda f: f.measure != bar.measure)  # stable: the deciding one first
    ]


def plain_figures(figures: "Iterable[store.Figure]") -> list[Figure]:
    """Figures as the sheet draws them, without an idea's bar."""
    return [
        Figure(f.measure, f.value, f.low, f.high, f.grade, source_words(f), f.created_at, stale=f.stale)
        for f in figures
    ]


def source_words(figure: "store.Figure", labels: Mapping[str, str] | None = None) -> str:
    """Where a figure comes from, in plain words."""
    return source_name(figure.source_kind, figure.source, labels)


def checks(sheet: "store.ProductSheet") -> list[Check]:
    """The gate's conditions in the reader's language."""
    return [Check(translate(gate.template, **gate.values), gate.met) for gate in sheet.gates]


def next_stage(row: "store.ProductRow") -> str:
    """The word of the stage behind the gate."""
    return stage_name("build")


def _rested_on(count: int, measured: int) -> str:
    words = _n("{n} figure, {measured} of them measured", "{n} figures, {measured} of them measured", count)
    return words.format(n=count, measured=measured)


def decisions(rows: "Sequence[store.DecisionRow]") -> list[Decided]:
    """The decision log as the card draws it, newest first."""
    return [
        Decided(
            verdict=row.verdict,
            reason=row.reason,
            author=row.author,
            at=row.created_at,
            review=row.review_on,
            rested_on=_rested_on(row.figures, row.measured),
        )
        for row in rows
    ]
