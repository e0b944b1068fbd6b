"""What each tenth of the customers brings and costs, lightest first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.components.charts.template import PAIR, axis, blank, ink
from dashboard.components.ink import Ink
from dashboard.i18n import _

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from engine.business.groups import Group


def tenths(groups: Sequence["Group"], *, height: int = PAIR, theme: Ink | None = None) -> "go.Figure":
    """Bars of revenue against cost, of one customer and month; what is left is written above."""
    paint = theme or ink()
    names = [group.name for group in groups]
    costs = [group.serving + group.other for group in groups]
    top = max([*(group.revenue for group in groups), *costs, 0.01])
    x = axis(paint, _("Tenth of the customers, the heaviest users last"), grid=False, type="category")
    y = axis(paint, _("US$ a customer and month"), range=[0, 1.2 * top], nticks=5)
    figure = blank(paint, height, x, y, legend=True)
    for values, name, colour in (
        ([group.revenue for group in groups], _("Brings"), paint.blue),
        (costs, _("Costs"), paint.series[1]),
    ):
        figure.add_bar(x=names, y=values, name=name, marker={"color": colour, "line": {"width": 0}})
    figure.update_layout(barmode="group", bargap=0.3, bargroupgap=0.06)
    for place, (group, cost) in enumerate(zip(groups, costs, strict=True)):
        if group.name in (names[0], names[-1]) or group.gross < 0:
            figure.add_annotation(
                x=place,  # a category by its name would be read as a number
                y=max(group.revenue, cost),
                text=_amount(group.gross),
                yanchor="bottom",
                showarrow=False,
                font={"size": 12.5, "color": paint.text},
            )
    return figure


def _amount(usd: float) -> str:
    text = f"{usd:+,.0f}" if abs(usd) >= 100 else f"{usd:+,.2f}" if abs(usd) < 10 else f"{usd:+,.1f}"
    return text.replace("-", "\u2212")
