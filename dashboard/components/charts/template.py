"""What all charts share: type, ink, grid, margins, and the one call that shows them."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.ink import LIGHT, Ink, ink

if TYPE_CHECKING:
    import plotly.graph_objects as go

FONT = "'Source Sans', 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
PAIR, MAIN, MATRIX = 270, 360, 430
"""Heights in px: one of a pair, the main chart, the matrix."""
PER_CLASS = 40
LABEL_BREAK = 16
LONGEST_TICK = 6
"""Longer numbers are written at the decades alone, or they would turn on a phone."""


def axis(paint: Ink, title: str = "", *, grid: bool = True, **more: Any) -> dict[str, Any]:
    """Settings of one axis: grid along values only, no zero line, fixed."""
    return {
        "title": {"text": title, "font": {"size": 13, "color": paint.muted}, "standoff": 10},
        "showgrid": grid,
        "gridcolor": paint.grid,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "tickfont": {"size": 12.5, "color": paint.muted},
        "automargin": True,
        "fixedrange": True,
        "separatethousands": True,
        **more,
    }


def named_rows(paint: Ink, names: Sequence[str], *, strong: bool = True) -> tuple[list[int], dict[str, Any]]:
    """Places of rows from the top, and the upright axis that names them; `strong` in ink, else muted."""
    places = list(range(len(names), 0, -1))
    font = {"size": 13, "color": paint.text} if strong else {"size": 12.5, "color": paint.muted}
    written = [safe(name) + "  " for name in names]
    ends = [0.4, len(names) + 0.6]
    return places, axis(paint, grid=False, tickvals=places, ticktext=written, range=ends, tickfont=font)


def at_mark(x: float, y: float, text: str, paint: Ink, *, shift: int = 8, muted: bool = False) -> dict[str, Any]:
    """The annotation that stands right of a mark; a line of the picture passes behind its words."""
    font = {"size": 13, "color": paint.muted if muted else paint.text}
    place = {"x": x, "y": y, "xanchor": "left", "xshift": shift}
    return {**place, "text": safe(text), "showarrow": False, "font": font, "bgcolor": paint.paper, "borderpad": 0}


def blank(paint: Ink, height: int, x: dict[str, Any], y: dict[str, Any], *, legend: bool = False) -> "go.Figure":
    """An empty figure in the house's dress."""
    import pandas  # noqa: F401  plotly asks whether it is there, and takes it half loaded by another thread
    import plotly.graph_objects as go

    return go.Figure(
        layout={
            "template": None,
            "height": height,
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": 13, "color": paint.text},
            "margin": {"l": 8, "r": 16, "t": 8, "b": 8},
            "dragmode": False,
            "hoverlabel": {"font": {"family": FONT, "size": 13}},
            "showlegend": legend,
            "legend": {
                "orientation": "h",
                "x": 0,
                "y": 1.02,
                "yanchor": "bottom",
                "font": {"color": paint.muted, "size": 13},
                "itemclick": False,
                "itemdoubleclick": False,
                "traceorder": "normal",
            },
            "xaxis": x,
            "yaxis": y,
        }
    )


def load_ahead() -> None:
    """Draw a figure that nobody sees: the first one loads what the others need."""
    paint = LIGHT
    figure = blank(paint, MAIN, axis(paint), axis(paint), legend=True)
    figure.add_scatter(x=[0], y=[0], mode="lines", line={"color": paint.text}, fill="tozeroy")
    figure.to_json()


def show(figure: "go.Figure", alt: str, key: str) -> None:
    """Draw a figure; `alt` says its type and its finding."""
    import streamlit as st

    config = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "showTips": False}
    st.plotly_chart(figure, theme=None, config=config, alt=alt, key=key)


def log_ticks(low: float, high: float) -> list[float]:
    """1 and 3 of every decade from `low` to `high`, or 1 alone where there are many decades."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    steps = (1, 3) if last - first <= 4 else (1,)
    ticks = [s * 10.0**e for e in range(first, last + 1) for s in steps]
    return [t for t in ticks if low <= t <= high]


def log_axis(
    paint: Ink, title: str, values: Sequence[float], *, money: bool = False, room: float = 1.6
) -> dict[str, Any]:
    """A log axis over positive values, a factor `room` wider on both sides."""
    low, high = min(values) / room, max(values) * room
    ticks = log_ticks(low, high)
    if len(ticks) > 3 and max(len(_tick(t)) for t in ticks) > LONGEST_TICK:
        ticks = [t for t in ticks if math.isclose(math.log10(t) % 1, 0, abs_tol=1e-9)] or ticks
    text = [_tick(t) if not money or t < 1e4 else formats.money(t, unit=False) for t in ticks]
    span = [math.log10(low), math.log10(high)]
    return axis(paint, title, type="log", range=span, tickvals=ticks, ticktext=text)


def money_axis(paint: Ink, title: str, low: float, high: float, **more: Any) -> dict[str, Any]:
    """A linear axis over US$, its ticks written as money is everywhere; the unit stands in the title."""
    step = _round_step((high - low) / 3 or 1.0)
    ticks = [n * step for n in range(math.ceil(low / step), math.floor(high / step) + 1)]
    text = [formats.money(tick, tick, tick + step, unit=False) for tick in ticks]
    return axis(paint, title, range=[low, high], tickvals=ticks, ticktext=text, **more)


def _round_step(rough: float) -> float:
    """1, 2 or 5 times a power of ten, the nearest below."""
    power = 10.0 ** math.floor(math.log10(rough))
    return max(times * power for times in (1, 2, 5) if times * power <= rough)


def _tick(value: float) -> str:
    return f"{value:,.10f}".rstrip("0").rstrip(".")


def broken(label: str) -> list[str]:
    """A label as one line, or as two broken at the space nearest its middle when it is long."""
    if len(label) <= LABEL_BREAK:
        return [label]
    spaces = [i for i, c in enumerate(label) if c == " "]
    if not spaces:
        middle = len(label) // 2
        return [label] if label.isascii() else [label[:middle], label[middle:]]
    middle = min(spaces, key=lambda i: abs(i - len(label) / 2))
    return [label[:middle], label[middle + 1 :]]


def safe(text: str) -> str:
    """Text that people wrote, for Plotly, which reads a few HTML tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


__all__ = [
    "MAIN",
    "MATRIX",
    "PAIR",
    "PER_CLASS",
    "at_mark",
    "axis",
    "blank",
    "broken",
    "ink",
    "log_axis",
    "money_axis",
    "named_rows",
    "safe",
    "show",
]
