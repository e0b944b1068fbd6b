"""A cohort: what one customer has earned by month beside what winning it cost; and who stays, planned and seen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.components.charts.template import PAIR, axis, blank, ink
from dashboard.components.ink import Ink
from dashboard.i18n import _

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from engine.evaluation.proportions import Share


def worth_by_month(earned: Sequence[float], cac: float | None, *, theme: Ink | None = None) -> "go.Figure":
    """Gross profit so far in blue, what winning a customer cost dashed."""
    paint = theme or ink()
    x = axis(paint, _("Months since joining"), grid=False, dtick=6, range=[0, len(earned) + 0.5])
    y = axis(paint, _("US$ of one customer"), nticks=5, rangemode="tozero")
    figure = blank(paint, PAIR, x, y, legend=True)
    figure.add_scatter(
        x=list(range(1, len(earned) + 1)),
        y=list(earned),
        mode="lines",
        line={"color": paint.blue, "width": 2.5},
        name=_("Earned so far"),
    )
    if cac is not None:
        figure.add_scatter(
            x=[0, len(earned)],
            y=[cac, cac],
            mode="lines",
            line={"color": paint.series[1], "width": 2, "dash": "dash"},
            name=_("Winning it"),
        )
    return figure


def who_stays(planned: Sequence[float], seen: "Sequence[Share]", *, theme: Ink | None = None) -> "go.Figure":
    """Share of a cohort still there: the plan as a line, what was seen as points with their 95 % interval."""
    paint = theme or ink()
    x = axis(paint, _("Months since joining"), grid=False, dtick=6, range=[-0.5, len(planned)])
    y = axis(paint, _("Still customers"), tickformat=".0%", range=[0, 1.05], nticks=5)
    figure = blank(paint, PAIR, x, y, legend=True)
    figure.add_scatter(
        x=list(range(len(planned))),
        y=list(planned),
        mode="lines",
        line={"color": paint.blue, "width": 2.5},
        name=_("Plan"),
    )
    if seen:
        figure.add_scatter(
            x=list(range(len(seen))),
            y=[share.value for share in seen],
            mode="markers",
            marker={"size": 7, "color": paint.slate},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [share.high - share.value for share in seen],
                "arrayminus": [share.value - share.low for share in seen],
                "width": 0,
                "thickness": 1.5,
                "color": paint.slate,
            },
            name=_("Seen"),
        )
    return figure
