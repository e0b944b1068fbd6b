"""The parts of a run's page, one drawn at a time. A part is added by one more `Section` in `SECTIONS`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dashboard import evaluations, store
from dashboard.components.address import kept_segments
from dashboard.components.calibration import calibration
from dashboard.components.curves import learning_curves, serving_chart
from dashboard.components.errors import live
from dashboard.components.fairness import fairness_part
from dashboard.components.head import section_bar
from dashboard.components.ink import recipe_place
from dashboard.components.overfitting import overfitting
from dashboard.components.run_detail import classes
from dashboard.components.slices import choose_cut, slices
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
    fitting = {section.key: section for section in SECTIONS if section.fits(detail)}
    if not fitting:
        return
    keys = list(fitting)
    chosen = kept_segments(PART, keys, lambda key: _(fitting[key].title), _("Part")) if len(keys) > 1 else keys[0]
    fitting[chosen].draw(detail, measure)


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


def _can_be_grouped(detail: "RunDetail") -> bool:
    columns = next((data.columns for data in store.datasets() if data.id == detail.row.dataset_id), ())
    return _is_complete(detail) and bool(columns)


def _learning(detail: "RunDetail", measure: str) -> None:
    if _is_complete(detail):
        section_bar(_("Training rows against new ones"))
        overfitting(evaluations.train_gap(detail.row.id, measure))
    if _has_curves(detail):
        learning_curves(detail, "done", recipe_place(detail.row.recipe))


def _calibration(detail: "RunDetail", _measure: str) -> None:
    row = detail.row
    calibration({row.label: evaluations.calibration((row.id,))[row.id]}, [recipe_place(row.recipe)], "run")


def _slices(detail: "RunDetail", _measure: str) -> None:
    row = detail.row
    cut = choose_cut(evaluations.slice_cuts(row.id))
    slices(evaluations.slices((row.id,), cut), [row.label], [recipe_place(row.recipe)], cut)


def _fairness(detail: "RunDetail", _measure: str) -> None:
    fairness_part(detail)


def _serving(detail: "RunDetail", _measure: str) -> None:
    serving_chart(detail, "serving", recipe_place(detail.row.recipe))


def _why(detail: "RunDetail", measure: str) -> None:
    from dashboard.components.explanation_run import why_part

    why_part(detail, measure)


def _size(detail: "RunDetail", measure: str) -> None:
    from dashboard.components.compression import compression_part

    compression_part(detail, measure)


SECTIONS: tuple[Section, ...] = (
    Section("classes", N_("Classes"), _is_complete, _classes),
    Section("learning", N_("Learning"), lambda detail: _is_complete(detail) or _has_curves(detail), _learning),
    Section("calibration", N_("Calibration"), _is_complete, _calibration),
    Section("slices", N_("Slices"), _is_complete, _slices),
    Section("groups", N_("Groups"), _can_be_grouped, _fairness),
    Section("why", N_("Why"), _is_complete, _why),
    Section("size", N_("Size and cost"), _is_complete, _size),
    Section("speed", N_("Speed"), _has_serving, _serving),
)
