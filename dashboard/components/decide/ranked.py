"""Ideas under a founder's means: the sentence, the ranking, their values as a picture, and what cannot be ranked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_mark
from dashboard.components.bars import Scale, interval_bar, picture
from dashboard.components.business.words import figure_title
from dashboard.components.charts.dots import Dot, dot_plot
from dashboard.components.charts.template import show
from dashboard.components.errors import message
from dashboard.components.table import words_table
from dashboard.components.text import link, note, one_line, plain, sentences
from dashboard.i18n import _, _n, translate
from engine.errors import N_

if TYPE_CHECKING:
    from dashboard.store.plans import Founder, Ranked, Ranking

RANK_BAR = 64
UNBROKEN_MINUS = formats.MINUS + formats.NO_BREAK
SURE = 0.9
"""Chance from which the first idea is called clear."""
CLEAR = N_("is worth most in {count} of 100 futures, with {cash} in hand.")
OPEN = N_("leads, but is worth most in only {count} of 100 futures, with {cash} in hand.")


def leading(ranking: "Ranking", founder: "Founder") -> str:
    """The answer in one sentence. Markdown."""
    known = [idea for idea in ranking.ideas if idea.standing.p_best is not None]
    if not known:
        return f"**{_('No idea can be ranked yet:')}** " + plain(
            _("each needs a business that says who pays what. What is missing stands below.")
        )
    first = known[0]
    chance = first.standing.p_best
    assert chance is not None
    if chance.value == 0:
        return f"**{_('Doing nothing is worth more than any idea in every future.')}** " + _measure_first(ranking)
    verdict = CLEAR if chance.value >= SURE else OPEN
    said = translate(
        verdict,
        count=formats.number(100 * chance.value),
        cash=formats.money(founder.cash_usd),
    )
    return sentences(f"**{link(first.name, 'product', idea=first.slug)}** {plain(said)}", _measure_first(ranking))


def _measure_first(ranking: "Ranking") -> str:
    if not ranking.next:
        return ""
    first = ranking.next[0]
    title = figure_title(first.key)
    about = translate("“{what}” of {idea}", what=title, idea=first.idea) if first.idea else f"“{title}”"
    words = translate("Find out first: {what}, worth up to {usd}.", what=about, usd=formats.money(first.worth_usd))
    return plain(words)


def ranking_table(ideas: Sequence["Ranked"]) -> None:
    """The ideas that could be simulated, the likeliest to be best first."""

    known = [idea for idea in ideas if idea.standing.p_best is not None]
    scale = Scale(1, max(2, len(ideas)))
    words_table(
        {
            _("Idea"): [f"**{link(idea.name, 'product', idea=idea.slug)}**" for idea in known],
            _("Rank, {level}").format(level="90%"): [_rank(place, idea, scale) for place, idea in enumerate(known, 1)],
            one_line(_("Best in")): [_best(idea) for idea in known],
            one_line(_("Risk-adjusted")): [_adjusted(idea) for idea in known],
            one_line(_("Cash out")): [plain(formats.chance(idea.standing.p_cash_out or 0.0)) for idea in known],
        },
        _("Ideas by their chance to be worth most"),
        deciding=(0, 1, 2),
    )


def _rank(place: int, idea: "Ranked", scale: Scale) -> str:
    standing = idea.standing
    words = formats.ranks(standing.rank_low, standing.rank_high)
    middle = min(max(place, standing.rank_low), standing.rank_high)
    bar = interval_bar(middle, standing.rank_low, standing.rank_high, idea.grade or "assumed", scale, width=RANK_BAR)
    return f"{picture(bar, words)}{formats.NBSP}{words}"


def _best(idea: "Ranked") -> str:
    chance = idea.standing.p_best
    return "–" if chance is None else plain(formats.chance(chance.value))


def _adjusted(idea: "Ranked") -> str:
    usd = idea.standing.risk_adjusted_usd
    mark = grade_mark(idea.grade) if idea.grade else ""
    return (
        "–" if usd is None else one_line(f"{mark} {plain(formats.money(usd))}").replace(formats.MINUS, UNBROKEN_MINUS)
    )


def values_chart(ideas: Sequence["Ranked"]) -> None:
    """Net present value of each idea with the middle 90 % of its futures."""
    dots = []
    for idea in ideas:
        npv = idea.standing.npv_usd
        if npv is not None:
            text = formats.money(npv.value, npv.low, npv.high)
            dots.append(Dot(idea.name, npv.value, npv.low, npv.high, text))
    if dots:
        best = max(dots, key=lambda dot: dot.value)
        alt = translate(
            "Dot plot of present values; {idea} has the highest mean, {usd}.", idea=best.label, usd=best.text
        )
        title = _("Present value of 36 months, US$")
        figure = dot_plot(dots, title, baseline=0.0, baseline_name=_("nothing"), money=True)
        show(figure, alt, "plan_values")


def unknown_ideas(ideas: Sequence["Ranked"]) -> None:
    """Ideas that could not be simulated, each with the reason and the way to mend it."""
    import streamlit as st

    lacking = [idea for idea in ideas if idea.reason is not None]
    if not lacking:
        return
    words = _n("{n} idea cannot be ranked yet", "{n} ideas cannot be ranked yet", len(lacking)).format(n=len(lacking))
    st.markdown(note(plain(words)))
    for idea in lacking:
        assert idea.reason is not None
        mend = link(_("Describe its business"), "business", idea=idea.slug)
        named = link(idea.name, "product", idea=idea.slug)
        said = translate("{lead}: {rest}", lead=named, rest=plain(message(idea.reason)))
        st.markdown(f":small[{said} {mend}]")
