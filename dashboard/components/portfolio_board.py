"""What the portfolio page shows of its ideas: the sentence, the ranking, the matrix and the figures behind them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_legend, grade_mark, stage_badge, stage_name, verdict_badge
from dashboard.components.bars import Scale, interval_bar, picture, scale_over
from dashboard.components.charts.matrix import Bubble, matrix
from dashboard.components.charts.template import show
from dashboard.components.coming import coming_badge
from dashboard.components.head import section_bar
from dashboard.components.ink import on_phone
from dashboard.components.ranking import Ranked, ranking_table, resampled
from dashboard.components.table import words_table
from dashboard.components.text import link, listed, note, one_line, plain, sentences
from dashboard.i18n import _, _n, translate
from engine.evidence import measure
from engine.wording.notes import ours, reason_words

if TYPE_CHECKING:
    from dashboard.store import Figure, ProductRow

SHARE_MARGIN, BREAK_EVEN = "economics.gross_margin", "economics.break_even_requests_per_month"
LONGEST_MISSING = 240


def leading_sentence(rows: Sequence["ProductRow"], workers_alive: int) -> str:
    """The answer: who leads, how surely, and what is still unknown."""
    known = [row for row in rows if row.bar_score is not None]
    if not known:
        return sentences(f"**{_('Nothing is measured yet.')}**", coming_badge(), _at_work(rows, workers_alive))
    first = known[0]
    chance = resampled(first.p_bar_met or 0.0)
    others = sum(row.rank_low == 1 for row in known[1:])
    if others:
        words = _n(
            "stands first, chance {chance} to meet its own bar; the data cannot tell it from {n} other idea.",
            "stands first, chance {chance} to meet its own bar; the data cannot tell it from {n} other ideas.",
            others,
        )
    elif len(known) == 1 < len(rows):
        words = _("is the only one measured so far: chance {chance} that it meets its own bar.")
    else:
        words = _("leads: chance {chance} that it meets its own bar.")
    said = f"**{link(first.name, 'product', idea=first.slug)}** {plain(words.format(chance=chance, n=others))}"
    missing = len(rows) - len(known)
    rest = _n("{n} idea is not measured yet.", "{n} ideas are not measured yet.", missing).format(n=missing)
    return sentences(said, plain(rest) if missing else "", coming_badge(), _at_work(rows, workers_alive))


def _at_work(rows: Sequence["ProductRow"], workers_alive: int) -> str:
    live = sum(row.runs_live for row in rows)
    if live and not workers_alive:
        waits = _n("{n} run waits: no worker is alive.", "{n} runs wait: no worker is alive.", live).format(n=live)
        return f":orange-badge[:material/engineering: {waits}]"
    words = _n("{n} run is at work or waiting.", "{n} runs are at work or waiting.", live).format(n=live)
    return f":blue-badge[:material/progress_activity: {words}]" if live else ""


def draw_ranking(rows: Sequence["ProductRow"]) -> None:
    """The ideas, likeliest to meet their own bar first."""
    ranking_table([_ranked(place, row) for place, row in enumerate(rows, start=1)], _("Bar met"))


def _ranked(place: int, row: "ProductRow") -> Ranked:
    if row.bar_score is None or row.quality is None:
        return Ranked(row.name, row.slug, None, None, None, None, "assumed")
    shown = min(max(place, row.rank_low), row.rank_high)
    return Ranked(row.name, row.slug, shown, row.rank_low, row.rank_high, row.p_bar_met, row.quality.grade)


def draw_matrix(rows: Sequence["ProductRow"]) -> None:
    """Way to the own bar against serving cost, and what has no place there."""
    import streamlit as st

    bubbles = [bubble for row in rows if (bubble := _bubble(row)) is not None]
    if bubbles:
        figure = matrix(
            bubbles, _("Cost per 1,000 requests (US$, log scale)"), _("Way to its own bar"), phone=on_phone()
        )
        show(figure, _alt(bubbles), "portfolio_matrix")
        st.markdown(note(_explained(rows)))
    else:
        st.markdown(note(_("The chart comes with the first idea that has a quality and a serving cost.")))


def unmeasured(rows: Sequence["ProductRow"]) -> None:
    """The ideas that have no place in ranking and chart yet, and what each lacks."""
    import streamlit as st

    lacking: dict[str, list[str]] = {}
    for row in rows:
        if row.bar_score is None and (why := lacks(row)):
            lacking.setdefault(why, []).append(link(row.name, "product", idea=row.slug))
    if lacking:
        section_bar(_("What is missing"))
        lines = [f"{listed(names)} {note(plain(why, LONGEST_MISSING))}" for why, names in lacking.items()]
        st.markdown("\n\n".join(lines))


def lacks(row: "ProductRow") -> str:
    """Why an idea has no figure of its deciding measure; empty where it has one."""
    absent = row.absent.get(row.bar.measure)
    if absent is None:
        return ""
    return ours(row.missing) or reason_words(absent.template, absent.values)


def _bubble(row: "ProductRow") -> Bubble | None:
    cost = row.cost_per_1k
    if row.bar_score is None or cost is None or cost.value <= 0 or row.quality is None:
        return None
    return Bubble(
        name=row.name,
        stage=row.stage,
        cost=cost.value,
        cost_low=cost.low,
        cost_high=cost.high,
        score=row.bar_score,
        score_low=row.bar_score_low,
        score_high=row.bar_score_high,
        area=monthly_margin_usd(row),
        measured=row.quality.grade == "measured",
    )


def monthly_margin_usd(row: "ProductRow") -> float | None:
    """Margin a month in US$: margin of 1,000 requests x requests a month / 1,000; None when one is missing."""
    if row.margin_per_1k is None or row.requests_per_month is None:
        return None
    return row.margin_per_1k.value * row.requests_per_month.value / 1000


def _explained(rows: Sequence["ProductRow"]) -> str:
    largest = max((money for row in rows if (money := monthly_margin_usd(row)) is not None), default=None)
    parts = [_("Up and left is better: 100% is the bar that the idea set itself, 0% the naive baseline.")]
    if largest is not None and largest > 0:
        words = translate("Area is margin a month as assumed, the largest {money}.", money=formats.money(largest))
        parts.append(words)
    parts.append(_("Colour is the stage. Filled: quality is measured. Lines are intervals."))
    return plain(sentences(*parts))


def _alt(bubbles: Sequence[Bubble]) -> str:
    best = max(bubbles, key=lambda bubble: bubble.score)
    return translate(
        "Bubble chart of {n} ideas: way to the own bar against cost. Farthest is {idea}, at {score} of the way.",
        n=len(bubbles),
        idea=best.name,
        score=formats.percent(best.score, best.score_low, best.score_high),
    )


def stage_filter(rows: Sequence["ProductRow"]) -> list["ProductRow"]:
    """Draw the stages there are as pills; returns the ideas of the chosen ones, all when none is chosen."""
    import streamlit as st

    stages = list(dict.fromkeys(row.stage for row in rows))
    if len(stages) < 2:
        return list(rows)
    chosen = st.pills(
        _("Stage"),
        stages,
        selection_mode="multi",
        default=stages,
        format_func=stage_name,
        key="portfolio_stages",
        label_visibility="collapsed",
    )
    return [row for row in rows if row.stage in chosen] or list(rows)


def evidence_note() -> str:
    """What the marks and bars of the table mean."""
    words = _("Ticks mark each idea's own bar; intervals are 95%, those of money worst with worst.")
    return f"{plain(words)} {grade_legend()}"


def draw_evidence(rows: Sequence["ProductRow"], words: str) -> None:
    """A note line, then one row an idea: stage, deciding figure with its interval, cost, margin, decision."""
    import streamlit as st

    st.markdown(note(words))
    scale = scale_over([x for row in rows if (q := row.quality) for x in (q.value, q.low, q.high, row.bar.minimum)])
    columns: dict[str, list[str]] = {
        _("Idea"): [one_line(link(row.name, "product", idea=row.slug)) for row in rows],
        _("Stage"): [stage_badge(row.stage) for row in rows],
        _("Quality"): [_quality(row) for row in rows],
        one_line(_("95% interval")): [_bar(row, scale) for row in rows],
        one_line(_("US$ per 1,000")): [_cell(row, row.cost_per_1k, "cost.per_1k_requests_usd") for row in rows],
        one_line(_("Gross margin")): [_cell(row, row.gross_margin, SHARE_MARGIN) for row in rows],
        one_line(_("Break-even a month")).replace("-", f"-{formats.NO_BREAK}"): [
            _cell(row, row.break_even, BREAK_EVEN) for row in rows
        ],
        _("Spent"): [one_line(plain(formats.money(float(row.spent_usd)))) for row in rows],
        _("Decision"): [verdict_badge(row.verdict) if row.verdict else "–" for row in rows],
    }
    words_table(columns, _("Figures of each idea"), deciding=(0, 2, 3))


def _quality(row: "ProductRow") -> str:
    if row.quality is None:
        return _cell(row, None, row.bar.measure)
    return f"{_cell(row, row.quality, row.bar.measure)} {note(one_line(_(measure(row.bar.measure).title)))}"


def _cell(row: "ProductRow", figure: "Figure | None", key: str) -> str:
    if figure is None:
        return note(one_line(missing_words(row, key)))
    written = formats.value(key, figure.value, figure.low, figure.high)
    return one_line(f"{grade_mark(figure.grade)} **{plain(written)}**")


def missing_words(row: "ProductRow", key: str) -> str:
    """What stands where a figure of an idea would: an idea that cannot break even is not one that lacks a price."""
    if row.cost_per_1k is None:
        return _("not measured")
    if key == BREAK_EVEN and row.margin_per_1k is not None:
        return _("never")
    return formats.missing(key)


def _bar(row: "ProductRow", scale: Scale) -> str:

    figure = row.quality
    if figure is None:
        return "–"
    words = formats.interval(figure.measure, figure.low, figure.high)
    uri = interval_bar(figure.value, figure.low, figure.high, figure.grade, scale, tick=row.bar.minimum)
    return f"{picture(uri, words)} {plain(words)}"
