"""The page of a comparison: two to ten runs, the first of which the others are compared with."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import evaluations, store
from dashboard.components.address import kept_segments
from dashboard.components.calibration import calibration
from dashboard.components.compare import class_table, difference_of_confusion, verdict_sentence
from dashboard.components.disagreement import disagreement
from dashboard.components.errors import live, shown
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.ink import recipe_place
from dashboard.components.scope import USUAL_LIMIT_MS, USUAL_MEASURE
from dashboard.components.slices import choose_cut, slices
from dashboard.components.text import note, plain, url
from dashboard.components.tradeoff import tradeoff
from dashboard.components.verdicts import against_sentence, verdicts
from dashboard.i18n import _, _n, translate
from engine.errors import N_

if TYPE_CHECKING:
    from dashboard.store import ProductRow, RunRow

RUNS = "runs"
"""Its name in the address: ids, separated by commas."""
VIEWS = {
    "verdicts": N_("Quality"),
    "rows": N_("Differing rows"),
    "classes": N_("Classes"),
    "calibration": N_("Calibration"),
    "slices": N_("Slices"),
    "cost": N_("Trade-off"),
}
MOST = 10
SERIES = 5
BESIDE = 3
"""Runs whose figures by class still fit beside the picture."""


def draw_comparison(address: str) -> None:
    """Draw the comparison that the address names, or say what is wrong with it."""
    ids = tuple(dict.fromkeys(part for part in address.split(",") if part))
    actions = page_head(_("How do these runs differ?"))
    rows: list[RunRow] = []
    with shown():
        rows = [one.row for one in store.compare_runs(ids, USUAL_MEASURE).runs]
    idea = _idea(rows)
    back = url("runs", idea=idea.slug if idea else None, set=rows[0].dataset_id if rows else None)
    actions.link_button(_("All runs"), back, icon=":material/arrow_back:")
    if not rows:
        return
    measure = idea.bar.measure if idea else USUAL_MEASURE
    compared = store.compare_runs(ids, measure)
    first, *others = compared.runs
    if len(others) == 1 and others[0].against_first is not None:
        answer(verdict_sentence(others[0].row.label, first.row.label, others[0].against_first))
    else:
        answer(against_sentence(compared))
    _choose(rows)
    live(_views, None)(rows, idea.bar.latency_limit_ms if idea else USUAL_LIMIT_MS, measure)


def compare_button(chosen: Sequence[str]) -> None:
    """The way from a selection in a table to its comparison."""
    import streamlit as st

    count = _n("Compare {n} run", "Compare {n} runs", len(chosen)).format(n=len(chosen))
    if len(chosen) > MOST:
        st.markdown(note(plain(translate("At most {most} runs are compared at once.", most=MOST))))
        return
    st.link_button(count, url("runs", runs=",".join(chosen)), icon=":material/compare_arrows:")


def run_places(rows: "Sequence[RunRow]") -> list[int | None]:
    """Series colours of compared runs: of their recipes, or by their order where recipes are not all different."""
    own = [recipe_place(row.recipe) for row in rows]
    if len(set(own)) == len(own):
        return own
    return [index if index < SERIES else None for index in range(len(rows))]


def _idea(rows: "Sequence[RunRow]") -> "ProductRow | None":
    wanted = rows[0].product_id if rows else None
    return next((idea for idea in store.portfolio() if idea.id == wanted), None)


def _choose(rows: "Sequence[RunRow]") -> None:
    """Draw which runs are compared, and with which; a change is a new address."""
    import streamlit as st

    ids = [row.id for row in rows]
    finished = store.leaderboard(dataset_id=rows[0].dataset_id, measure=USUAL_MEASURE)
    known = {row.id: row for row in (*rows, *finished)}
    left, right = st.columns([3, 1], gap="small", vertical_alignment="bottom")
    chosen = left.multiselect(
        _("Runs compared"),
        list(known),
        default=ids,
        format_func=lambda run_id: known[run_id].label,
        max_selections=MOST,
        key=f"compared_{'_'.join(ids)}",
    )
    first = right.selectbox(
        _("Compared with"),
        ids,
        format_func=lambda run_id: known[run_id].label,
        key=f"first_{'_'.join(ids)}",
    )
    wanted = [first, *(run_id for run_id in chosen if run_id != first)] if first in chosen else list(chosen)
    if len(wanted) < 2:
        st.caption(
            plain(translate("Choose at least two runs; {run} alone cannot be compared.", run=known[ids[0]].label))
        )
    elif wanted != ids:
        st.query_params[RUNS] = ",".join(wanted)
        st.rerun()


def _views(rows: "Sequence[RunRow]", limit: float, usual: str) -> None:
    """Draw the choice of the view, and the view."""
    view = kept_segments("view", list(VIEWS), lambda key: _(VIEWS[key]), _("View"))
    ids = tuple(row.id for row in rows)
    names, places = [row.label for row in rows], run_places(rows)
    if view == "verdicts":
        verdicts(ids, places, usual)
    elif view == "rows":
        disagreement(ids, names)
    elif view == "classes":
        _classes(ids, names)
    elif view == "calibration":
        found = evaluations.calibration(ids)
        calibration({name: found[run_id] for run_id, name in zip(ids, names, strict=True)}, places, "compare")
    elif view == "slices":
        cut = choose_cut(evaluations.slice_cuts(ids[0]))
        slices(evaluations.slices(ids, cut), names, places, cut)
    else:
        tradeoff(evaluations.front(ids, usual, limit), places, usual)


def _classes(ids: tuple[str, ...], names: Sequence[str]) -> None:
    import streamlit as st

    by_name = {name: store.evaluation(run_id) for run_id, name in zip(ids, names, strict=True)}
    left, right = st.columns(2, gap="medium") if len(ids) <= BESIDE else (st.container(), st.container())
    with left:
        difference_of_confusion(ids, names)
    with right:
        section_bar(_("F1 of each class, on validation"))
        class_table(by_name)
