"""The curves of a run: loss and quality while it learns, latency under load when it has."""

from typing import TYPE_CHECKING

from dashboard.components.charts.lines import Line, line_chart
from dashboard.components.charts.template import PAIR, show
from dashboard.components.head import section_bar
from dashboard.components.live import smoothed
from dashboard.components.text import listed, note
from dashboard.i18n import _
from engine.evidence import measure as known_measure

if TYPE_CHECKING:
    from dashboard.store import RunDetail

FEW_SHOT = "few_shot."
MOST_POINTS = 200


def learning_curves(detail: "RunDetail", key: str, place: int | None = 0) -> None:
    """Draw loss and quality side by side; `place` is the recipe's colour."""
    import streamlit as st

    if any(name.startswith(FEW_SHOT) for name in detail.series):
        _few_shot(detail, key, place)
        return
    left, right = st.columns(2, gap="medium")
    with left:
        section_bar(_("Loss, training smoothed"))
        lines = [
            _smoothed(_line(detail, "train.loss", _("training"), None)),
            _line(detail, "validation.loss", _("validation"), place),
        ]
        _chart(lines, _("Step"), _("Loss"), f"{key}_loss", percent=False)
    with right:
        section_bar(_("Quality on validation"))
        _chart(_qualities(detail, "validation.", place), _("Step"), "", f"{key}_quality", percent=True)


def serving_chart(detail: "RunDetail", key: str, place: int | None = 0) -> None:
    """Draw latency over how many requests come at once, with the idea's limit."""
    section_bar(_("Latency under load"))
    half = _line(detail, "serving.p50_ms", "p50", None, marks=True)
    most = _line(detail, "serving.p95_ms", "p95", place, marks=True)
    limit = detail.latency_limit_ms
    _chart([half, most], _("Requests at once"), _("Latency (ms)"), key, percent=False, log_x=True, limit=limit)


def _few_shot(detail: "RunDetail", key: str, place: int | None) -> None:
    section_bar(_("Quality by number of examples"), note=_("Mean over five draws of the examples, on validation."))
    lines = _qualities(detail, FEW_SHOT, place, marks=True)
    _chart(lines, _("Examples a class"), "", f"{key}_shots", percent=True, log_x=True)


def _qualities(detail: "RunDetail", prefix: str, place: int | None, *, marks: bool = False) -> list[Line]:
    found = []
    for name, shade in (("f1_macro", place), ("accuracy", None)):
        title = _(known_measure(f"quality.{name}").title)
        found.append(_line(detail, f"{prefix}{name}", title, shade, marks=marks))
    return found


def _line(detail: "RunDetail", series: str, name: str, place: int | None, *, marks: bool = False) -> Line:
    points = detail.series.get(series, ())
    return Line(name, [step for step, _value in points], [value for _step, value in points], place, marks=marks)


def _smoothed(line: Line) -> Line:
    """The line with its noise averaged away, at most `MOST_POINTS` points of it."""
    means = smoothed(line.y)
    steps = line.x[len(line.x) - len(means) :]
    every = max(1, len(means) // MOST_POINTS)
    keep = range((len(means) - 1) % every, len(means), every) if means else ()
    return Line(line.name, [steps[i] for i in keep], [means[i] for i in keep], line.place)


def _chart(
    lines: list[Line], x: str, y: str, key: str, *, percent: bool, log_x: bool = False, limit: float | None = None
) -> None:
    import streamlit as st

    if not any(line.x for line in lines):
        with st.container(height=PAIR, border=False, vertical_alignment="center", horizontal_alignment="center"):
            st.markdown(note(_("No points yet.")), width="content")
        return
    names = listed(line.name for line in lines if line.x)
    figure = line_chart(
        lines, x, y, percent=percent, log_x=log_x, limit=limit, limit_name=_("limit") if limit is not None else ""
    )
    show(figure, f"{_('Lines')}: {names}; {x}", key)
