"""The plan within the means: what starts when, and what another budget would be worth."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.charts.template import PAIR, blank, ink, money_axis, show
from dashboard.components.charts.timeline import Stretch, timeline
from dashboard.components.errors import show_error
from dashboard.components.head import section_bar
from dashboard.components.text import note, plain
from dashboard.i18n import _, _n, translate
from engine.errors import ProspectusError

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from dashboard.store.plans import Allocation, Founder


def plan_part(found: "Allocation | ProspectusError", founder: "Founder", ask_terms: Callable[[], None]) -> None:
    """Timeline beside frontier; an error says why there is no plan and leaves the rest of the page alone."""
    import streamlit as st

    if isinstance(found, ProspectusError):
        section_bar(_("The plan"))
        show_error(found)
        _terms_button(ask_terms)
        return
    left, right = st.columns([0.56, 0.44], gap="medium")
    with left:
        section_bar(_("The plan"))
        st.markdown(note(plain(_said(found, founder))))
        if found.plan.start_month:
            _timeline(found, founder)
        _terms_button(ask_terms)
        if founder.terms is not None:
            st.markdown(note(plain(_("This what-if has its own people and order; others keep theirs."))))
    with right:
        section_bar(_("If there were more or less"))
        st.markdown(note(plain(_("Worth of the best plan at each budget. It rises where one more idea fits in."))))
        show(_frontier(found, founder), _frontier_alt(found, founder), "plan_frontier")


def _terms_button(ask_terms: Callable[[], None]) -> None:
    """Stand below the plan, so that the two headings line up."""
    import streamlit as st

    if st.button(_("People, order"), icon=":material/rule:", type="tertiary", key="plan_terms"):
        ask_terms()


def _said(found: "Allocation", founder: "Founder") -> str:
    plan = found.plan
    if not plan.start_month:
        return translate(
            "No idea fits into {cash} and {months} months, or none is worth it.",
            cash=formats.money(founder.cash_usd),
            months=founder.months,
        )
    proven = (
        _("no other plan is worth more")
        if plan.proven
        else translate("another plan could be worth {gap} more", gap=formats.percent(plan.gap))
    )
    count = len(plan.start_month)
    words = _n(
        "{n} idea for {spent}, worth {value} risk-adjusted; {proven}.",
        "{n} ideas for {spent}, worth {value} risk-adjusted; {proven}.",
        count,
    )
    spent, value = formats.money(plan.spent_usd), formats.money(plan.value_usd)
    return words.format(n=count, spent=spent, value=value, proven=proven)


def _timeline(found: "Allocation", founder: "Founder") -> None:
    stretches = [
        Stretch(found.names[slug], start, found.months_of[slug], _from(start))
        for slug, start in found.plan.start_month.items()
    ]
    alt = translate("Timeline of the plan: {ideas}.", ideas=", ".join(found.names[s] for s in found.plan.start_month))
    show(timeline(stretches, founder.months, _("Months from now")), alt, "plan_timeline")


def _from(start: int) -> str:
    return _("from now") if start == 0 else translate("from month {month}", month=start + 1)


def _frontier(found: "Allocation", founder: "Founder") -> "go.Figure":
    paint = ink()
    points = [(usd, value) for usd, value in found.frontier if value is not None]
    least, most = points[0][0], points[-1][0]
    worths = [0.0, *(value for _usd, value in points)]
    figure = blank(
        paint,
        PAIR,
        money_axis(paint, _("Budget, US$"), least, most, grid=False),
        money_axis(paint, _("Worth, US$"), min(worths), 1.08 * max(worths) or 1.0),
    )
    figure.add_scatter(
        x=[usd for usd, _value in points],
        y=[value for _usd, value in points],
        mode="lines",
        line={"color": paint.series_colour(0), "width": 2.5, "shape": "hv"},
        hoverinfo="skip",
    )
    figure.add_vline(x=founder.cash_usd, line={"color": paint.slate, "width": 1.5, "dash": "dot"})
    figure.add_annotation(
        x=founder.cash_usd,
        y=0,
        yref="paper",
        yanchor="bottom",
        xanchor="right",
        xshift=-5,
        yshift=4,
        text=_("yours"),
        showarrow=False,
        font={"size": 12.5, "color": paint.text},
    )
    return figure


def _frontier_alt(found: "Allocation", founder: "Founder") -> str:
    return translate(
        "Step line of worth by budget; at {cash} the best plan is worth {value}.",
        cash=formats.money(founder.cash_usd),
        value=formats.money(found.plan.value_usd),
    )
