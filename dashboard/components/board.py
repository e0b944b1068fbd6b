"""The leaderboard: finished runs by quality on validation, as two pictures and as a table to select from."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.bars import interval_bar, scale_over
from dashboard.components.charts.dots import Dot, dot_plot
from dashboard.components.charts.pareto import Choice, pareto
from dashboard.components.charts.template import show
from dashboard.components.compare import bounds
from dashboard.components.ink import on_phone, recipe_place
from dashboard.components.recipes import recipe_name
from dashboard.components.text import plain, url
from dashboard.i18n import _, _n, translate
from engine.errors import N_
from engine.evidence import measure as known_measure

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dashboard.components.scope import Scope
    from dashboard.store import RunRow, Score
    from engine.evaluation.paired import Paired

DOTS = 8
"""Runs in a picture; the table has them all."""
SIGNS = {"better": "▲", "worse": "▼", "no_difference": "="}
ORDERS = {"quality": N_("Quality"), "cost": N_("Cost"), "latency": N_("Latency")}
BAR_WIDTH, ROW_HEIGHT = 150, 40
ON_PHONE = ("run", "value", "training")
"""Columns that a phone shows first."""
TALL_ROWS = 20
"""Longer tables scroll inside themselves."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A finished run on the board."""

    row: "RunRow"
    score: "Score"
    """The board's measure on validation."""
    paired: "Paired | None"
    """Against the reference; None for the reference itself and where no test was made."""
    reference: bool
    per_1k_usd: float | None


def measure_name(measure: str) -> str:
    """`Macro F1`."""
    return _(known_measure(measure).title)


def measure_title(measure: str) -> str:
    """`Macro F1, %`."""
    return f"{measure_name(measure)}, %"


def board_note(placed: Sequence[Placed], scope: "Scope") -> str:
    """What the table holds and how to read it. Markdown."""
    runs = max(len(placed), scope.complete or 0)
    count = _n("{n} finished run", "{n} finished runs", runs).format(n=formats.number(runs))
    said = translate(
        "{count} on {rows} validation rows, compared on those they share. ▲ better, ▼ worse, = no difference that "
        "the data can show (Holm's correction for many tests). Select two to ten to compare them.",
        count=count,
        rows=_rows(placed),
    )
    return plain(said)


def _rows(placed: Sequence[Placed]) -> str:
    """How many rows the runs were scored on: `446`, or `300 to 2,599` where some saw a part."""
    counts = [place.score.n for place in placed]
    fewest, most = formats.number(min(counts)), formats.number(max(counts))
    return most if fewest == most else formats.between(fewest, most)


def order_control(place: "DeltaGenerator") -> str:
    """Draw what the table is ordered by; returns a key of ORDERS."""
    chosen = place.segmented_control(
        _("Order"),
        list(ORDERS),
        default="quality",
        required=True,
        format_func=lambda key: _(ORDERS[key]),
        label_visibility="collapsed",
        key="board_order",
    )
    return str(chosen)


def ordered(placed: Sequence[Placed], by: str) -> list[Placed]:
    """The runs in one of ORDERS; those without the figure come last."""
    if by == "cost":
        return sorted(placed, key=lambda one: (one.per_1k_usd is None, one.per_1k_usd or 0.0))
    if by == "latency":
        return sorted(placed, key=lambda one: (_p95(one) is None, _p95(one) or 0.0))
    return list(placed)


def page_number(scope: "Scope") -> int:
    """Which page of a long board is shown, from 1."""
    import streamlit as st

    return int(st.session_state.get(_page_key(scope), 1))


def pages(scope: "Scope", shown: int, rows: int = 200) -> None:
    """Draw the page control under a board that has more than `rows` runs."""
    import streamlit as st

    page = page_number(scope)
    known = -(-(scope.complete or 0) // rows)
    count = max(known, page + (1 if scope.complete is None and shown == rows else 0))
    if count > 1:
        st.pagination(count, key=_page_key(scope))


def _page_key(scope: "Scope") -> str:
    return f"board_page_{scope.product_id}_{scope.dataset_id}"


def dots(placed: Sequence[Placed], measure: str) -> None:
    """One dot with its interval a run, best first, and the naive baseline as a line."""
    shown = placed[:DOTS]
    figure = dot_plot(
        [
            Dot(
                one.row.label,
                100 * one.score.value,
                100 * one.score.low,
                100 * one.score.high,
                formats.value(measure, one.score.value, one.score.low, one.score.high).removesuffix("%"),
                recipe_place(one.row.recipe),
            )
            for one in shown
        ],
        _axis(measure, _rows(shown)),
        baseline=None if shown[0].score.baseline is None else 100 * shown[0].score.baseline,
        baseline_name=_("always the commonest class"),
    )
    best = shown[0]
    finding = translate(
        "Dot plot: {run} leads with {value}",
        run=best.row.label,
        value=formats.value(measure, best.score.value, best.score.low, best.score.high),
    )
    show(figure, finding, "board_dots")


def _axis(measure: str, rows: str) -> str:
    return translate("{measure}, validation, {rows} rows", measure=measure_title(measure), rows=rows)


def costs(placed: Sequence[Placed], measure: str) -> None:
    """Quality against what training cost; what nothing beats on both stands on the stair."""
    choices = [
        Choice(
            one.row.label,
            float(one.row.cost_usd),
            one.score.value,
            one.score.low,
            one.score.high,
            recipe_place(one.row.recipe),
        )
        for one in placed[:DOTS]
        if one.row.cost_usd > 0
    ]
    if not choices:
        return
    figure = pareto(choices, _("Training cost (US$, log scale)"), _(known_measure(measure).title), phone=on_phone())
    show(figure, _("Scatter: quality against training cost; upper left is better"), "board_costs")


def board_table(placed: Sequence[Placed], measure: str) -> list[str]:
    """Draw the table; returns the ids of the selected runs, in the table's order.

    A selection is kept by place, so that it ends when other runs stand in those places.
    """
    import streamlit as st

    scale = scale_over([v for one in placed for v in (one.score.low, one.score.high, one.score.baseline)])
    columns: dict[str, Any] = {
        "run": [f"{url('runs', run=one.row.id)}#{one.row.label}" for one in placed],
        "recipe": [recipe_name(one.row.recipe) for one in placed],
        "value": [100 * one.score.value for one in placed],
        "interval": [_bar(one, scale) for one in placed],
        "against": [_against(one) for one in placed],
        "training": [float(one.row.cost_usd) for one in placed],
        "p95": [_p95(one) for one in placed],
        "per_1k": [one.per_1k_usd for one in placed],
        "size": [one.row.artifact_mb for one in placed],
    }
    event = st.dataframe(
        columns,
        hide_index=True,
        height="content" if len(placed) <= TALL_ROWS else ROW_HEIGHT * TALL_ROWS,
        row_height=ROW_HEIGHT,
        column_config=_config(measure),
        column_order=[*ON_PHONE, *(name for name in columns if name not in ON_PHONE)] if on_phone() else None,
        on_select="rerun",
        selection_mode="multi-row",
        placeholder="–",
        key=f"board_{zlib.crc32(' '.join(one.row.id for one in placed).encode())}",
        alt=_("Leaderboard: finished runs, best first on validation"),
    )
    return [placed[place].row.id for place in event["selection"]["rows"] if place < len(placed)]


def _config(measure: str) -> Mapping[str, Any]:
    from streamlit import column_config as column

    return {
        "run": column.LinkColumn(_("Run"), display_text=r"#(.+)$", width=110, pinned=True),
        "recipe": column.TextColumn(_("Recipe"), width=100),
        "value": column.NumberColumn(measure_title(measure), format="%.1f", width=96),
        "interval": column.ImageColumn(_("95% interval, tick = naive"), width=BAR_WIDTH + 16),
        "against": column.TextColumn(_("Against the reference"), width=148),
        "training": column.NumberColumn(_("Training US$"), format="%.2g", width=96),
        "p95": column.NumberColumn(_("p95 ms"), format="%.3g", width=64),
        "per_1k": column.NumberColumn(_("US$ / 1,000"), format="%.2g", width=84),
        "size": column.NumberColumn(_("Size MB"), format="%.1f", width=70),
    }


def _bar(one: Placed, scale: Any) -> str:
    score = one.score
    return interval_bar(
        score.value,
        score.low,
        score.high,
        "measured",
        scale,
        tick=score.baseline,
        width=BAR_WIDTH,
        height=ROW_HEIGHT - 6,
    )


def _against(one: Placed) -> str:
    if one.reference:
        return _("reference")
    if one.paired is None:
        return "–"
    found = one.paired
    difference = formats.number(100 * found.difference, 1, signed=True)
    return f"{SIGNS[found.verdict]} {difference} ({bounds(found)})"


def _p95(one: Placed) -> float | None:
    score = one.row.latency.get("latency.p95_ms")
    return None if score is None else score.value
