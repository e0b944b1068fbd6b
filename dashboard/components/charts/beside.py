"""Plan against actual: the plan's band and median, and what was seen, month by month."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.components.charts.template import PAIR, axis, blank, ink
from dashboard.components.ink import Ink, rgba
from dashboard.i18n import _

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from engine.business.against import Beside


def beside(rows: Sequence["Beside"], *, revenue: bool = False, theme: Ink | None = None) -> "go.Figure":
    """Customers, or revenue, by month: blue is the plan, slate what was seen."""
    paint = theme or ink()
    months = [row.month for row in rows]
    plan = [row.revenue_usd if revenue else row.customers for row in rows]
    seen = [float(row.seen_revenue_usd or 0.0) if revenue else float(row.seen_customers) for row in rows]
    top = max([*(ends[2] for ends in plan), *seen, 1.0])
    x = axis(paint, grid=False, type="category", nticks=4)
    y = axis(paint, _("Revenue, US$") if revenue else _("Customers"), range=[0, 1.1 * top], nticks=5)
    figure = blank(paint, PAIR, x, y, legend=True)
    figure.add_scatter(
        x=[*months, *reversed(months)],
        y=[*(ends[2] for ends in plan), *(ends[0] for ends in reversed(plan))],
        fill="toself",
        fillcolor=rgba(paint.blue, 0.18),
        mode="none",
        hoverinfo="skip",
        name=_("Plan, 90%"),
    )
    figure.add_scatter(
        x=months,
        y=[ends[1] for ends in plan],
        mode="lines",
        line={"color": paint.blue, "width": 2.5},
        name=_("Plan, median"),
    )
    figure.add_scatter(
        x=months,
        y=seen,
        mode="lines+markers",
        line={"color": paint.slate, "width": 2},
        marker={"size": 7, "color": paint.slate},
        name=_("Seen"),
    )
    return figure
