"""The parts of a run's page, one drawn at a time. A part is added by one more `Section` in `SECTIONS`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dashboard import store
from dashboard.components.curves import learning_curves, serving_chart
from dashboard.components.errors import live
from dashboard.components.ink import recipe_place
from dashboard.components.run_detail import classes
from dashboard.components.test_split import test_part
from dashboard.i18n import _
from engine.errors import N_

if TYPE_CHECKING:
    from dashboard.store import RunDetail

PART = "part"
"""Its name in the address."""
CURVES = ("train.", "validation.", "few_shot.")


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page of a run."""

    key: str
    """Its name in the address."""
    title: str
    """One or two words, marked with `N_`."""
    fits: Callable[["RunDetail"], bool]
    """Whether this run has anything to show here; cheap, as it is asked at every drawing."""
    draw: Callable[["RunDetail", str], None]
    """Draws the part, given the run and the measure that its idea is judged by."""


def sections(detail: "RunDetail", measure: str) -> None:
    """Draw the choice of the parts that fit this run, and the chosen one; the address remembers it."""
    import streamlit as st

    fitting = {section.key: section for section in SECTIONS if section.fits(detail)}
    if not fitting:
        return
    chosen = st.segmented_control(
        _("Part"),
        list(fitting),
        default=next(iter(fitting)),
        required=True,
        format_func=lambda key: _(fitting[key].title),
        label_visibility="collapsed",
        key=PART,
        bind="query-params",
    )
    fitting[chosen or next(iter(fitting))].draw(detail, measure)


def draw_sections(detail: "RunDetail", measure: str) -> None:
    """The same as a fragment: a click draws the parts alone."""
    live(sections, None)(detail, measure)


def _is_complete(detail: "RunDetail") -> bool:
    return detail.row.state == "complete"


def _has_curves(detail: "RunDetail") -> bool:
    return any(name.startswith(CURVES) for name in detail.series)


def _has_serving(detail: "RunDetail") -> bool:
    return "serving.rate_rps" in detail.series


def _classes(detail: "RunDetail", _measure: str) -> None:
    classes(detail.row.label, store.evaluation(detail.row.id), partial(test_part, detail))


def _learning(detail: "RunDetail", _measure: str) -> None:
    learning_curves(detail, "done", recipe_place(detail.row.recipe))


def _serving(detail: "RunDetail", _measure: str) -> None:
    serving_chart(detail, "serving", recipe_place(detail.row.recipe))


SECTIONS: tuple[Section, ...] = (
    Section("classes", N_("Classes"), _is_complete, _classes),
    Section("learning", N_("Learning"), _has_curves, _learning),
    Section("speed", N_("Speed"), _has_serving, _serving),
)
