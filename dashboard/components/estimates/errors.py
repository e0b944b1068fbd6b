"""How wrong estimates were: actual over estimated of each run, and the errors by device and recipe."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.charts.template import PAIR, axis, blank, named_rows, safe, show
from dashboard.components.ink import Ink, ink, recipe_place
from dashboard.components.recipes import recipe_name
from dashboard.components.table import words_table
from dashboard.components.text import plain, unbroken
from dashboard.i18n import _, _n, translate
from dashboard.store.estimates import Graded
from engine.costs.before.graded import Error

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW = 34
FRAME = 70
FEW = 5
ON_PHONE = (0, 3, 4)
"""Columns of the table that a phone has room for."""
DEVICES = {"local_cpu": "CPU", "local_gpu": "GPU"}


def graded_sentence(graded: Sequence[Graded]) -> str:
    """The page's answer: how far an estimate of this installation is off. Markdown."""
    if not graded:
        return (
            f"**{_('No estimate has been put to the test yet.')}** {_('The first finished run grades the first one.')}"
        )
    whole = graded[0].seconds
    if whole.runs < FEW:
        runs = _n("{n} finished run is", "{n} finished runs are", whole.runs).format(n=whole.runs)
        first = translate("{runs} too few to say how wrong estimates are.", runs=runs)
        rest = translate("So far they were {off} off in time.", off=_percent(whole.median))
        return f"**{plain(first)}** {plain(rest)}"
    runs = _n("{n} finished run", "{n} finished runs", whole.runs).format(n=whole.runs)
    first = translate("Half of the estimates were off by less than {off}.", off=_percent(whole.median))
    rest = translate(
        "Over {runs}, {within} of the times fell inside of their 90% interval.",
        runs=runs,
        within=_percent(whole.within),
    )
    return f"**{plain(first)}** {plain(rest)}"


def _percent(share: float) -> str:
    """Whole percent: more digits would say more than some tens of runs know."""
    return f"{formats.number(100 * share)}%"


def errors_picture(graded: Sequence[Graded]) -> None:
    """Draw every run's actual over estimated time, a row each device and recipe."""
    rows = graded[1:]
    worst = max(max(row.seconds.ratios) for row in rows)
    alt = translate("Actual over estimated time by recipe; the largest is {worst}.", worst=formats.number(worst, 2))
    show(errors_figure(rows), alt, "estimate_errors")


def errors_figure(rows: Sequence[Graded], theme: Ink | None = None) -> "go.Figure":
    """One mark a run on a logarithmic axis; the line is an estimate that was right."""
    paint = theme or ink()
    called = [f"{recipe_name(row.recipe)}, {DEVICES.get(row.device, row.device)}" for row in rows]
    places, names = named_rows(paint, called, strong=False)
    every = [ratio for row in rows for ratio in row.seconds.ratios]
    low, high = min([*every, 0.6]), max([*every, 1.7])
    ticks = [t for t in (0.1, 0.2, 0.33, 0.5, 0.7, 1, 1.4, 2, 3, 5, 10) if low * 0.9 <= t <= high * 1.1]
    figure = blank(
        paint,
        max(PAIR, ROW * len(rows) + FRAME),
        axis(
            paint,
            _("Actual / estimated time (log scale)"),
            type="log",
            range=[math.log10(low * 0.9), math.log10(high * 1.1)],
            tickvals=ticks,
            ticktext=[f"{t:g}" for t in ticks],
        ),
        names,
    )
    figure.add_vline(x=1.0, line={"color": paint.slate, "width": 1.5, "dash": "dot"})
    for row, place in zip(rows, places, strict=True):
        figure.add_scatter(
            x=list(row.seconds.ratios),
            y=[place] * len(row.seconds.ratios),
            mode="markers",
            marker={"size": 9, "color": paint.series_colour(recipe_place(row.recipe)), "opacity": 0.65},
            hovertext=[f"{safe(recipe_name(row.recipe))}: {ratio:.2f}" for ratio in row.seconds.ratios],
            hoverinfo="text",
        )
    return figure


def errors_table(graded: Sequence[Graded]) -> None:
    """Draw the errors by device and recipe, all together first."""
    heads = (_("Recipe"), _("Device"), _("Runs"), _("Time off"), _("Money off"), _("Memory off"), _("Within 90%"))
    rows = [_row(row) for row in graded]
    columns = {unbroken(head): [row[place] for row in rows] for place, head in enumerate(heads)}
    words_table(columns, deciding=ON_PHONE)


def _row(row: Graded) -> tuple[str, ...]:
    name = unbroken(plain(recipe_name(row.recipe))) if row.recipe else f"**{unbroken(_('All together'))}**"
    return (
        name,
        DEVICES.get(row.device, row.device) or "–",
        formats.number(row.seconds.runs),
        _off(row.seconds),
        _off(row.usd),
        _off(row.peak_memory_mb) if row.peak_memory_mb else "–",
        _percent(row.seconds.within),
    )


def _off(error: Error) -> str:
    if error.runs < 3:
        return plain(_percent(error.median))
    worst = translate("a tenth above {worst}", worst=_percent(error.worst_tenth))
    return f"{plain(_percent(error.median))} :small[:gray[{unbroken(plain(worst))}]]"
