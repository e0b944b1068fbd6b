"""The page of one run: what it learned, what that cost, and what to do with it."""

from typing import TYPE_CHECKING

from dashboard import formats, store
from dashboard.components.author import author_field
from dashboard.components.badges import state_badge
from dashboard.components.compression import caution
from dashboard.components.curves import learning_curves
from dashboard.components.dialogs import dialog, redraw_when_new
from dashboard.components.errors import live, show_error, shown
from dashboard.components.head import answer, page_head
from dashboard.components.ink import recipe_place
from dashboard.components.live import run_card
from dashboard.components.progress import progress_card
from dashboard.components.queue import Moves, queue_list, resume_button
from dashboard.components.routine_page import draw_routine
from dashboard.components.run_detail import help_after_failure, key_figures, outcome, particulars
from dashboard.components.run_sections import draw_sections
from dashboard.components.scope import USUAL_LIMIT_MS, USUAL_MEASURE
from dashboard.components.test_split import SAID
from dashboard.components.text import plain, url
from dashboard.i18n import _, translate
from engine.entrypoints.settings import artifacts_mb
from engine.errors import N_, InputError, UnknownName

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

SEEN_STATE, SEEN_LIVING = "run_state", "runs_living"


def draw_run(run_id: str) -> None:
    """Draw it, or say that there is no such run."""
    import streamlit as st

    try:
        detail = store.run_detail(run_id)
    except UnknownName as error:
        _unknown(error)
        return
    if detail.row.kind == "routine":
        draw_routine(detail)
        return
    measure = _measure(detail.row)
    title = N_("What is {run} learning?") if detail.row.state == "running" else N_("What did {run} learn?")
    _actions(page_head(translate(title, run=detail.row.label)), detail)
    answer(" ".join([*_marks(detail.row), outcome(detail, measure)]))
    help_after_failure(detail)
    _say_removed(detail)
    if said := st.session_state.pop(SAID, None):
        st.success(said, icon=":material/check:")
    if detail.row.state == "running":
        live(_watch)(run_id, measure)
    elif detail.row.state == "queued":
        live(_wait)(run_id)
    else:
        _finished(detail, measure)
    particulars(detail)


def _say_removed(detail: store.RunDetail) -> None:
    import streamlit as st

    if detail.removed_at is not None:
        words = translate(
            "The model was removed on {day} to keep within {limit} MB. Its figures, predictions and costs are kept.",
            day=formats.date(detail.removed_at),
            limit=formats.number(artifacts_mb(), 0),
        )
        st.info(plain(words), icon=":material/auto_delete:")


def draw_living(measure: str, unfold: bool) -> None:
    """Draw the cards of all running runs and the queue, inside `live`; the page is drawn anew when either changes."""
    import streamlit as st

    rows, queued = store.running(), store.queue()
    for row in rows:
        detail = store.run_detail(row.id)
        progress_card(run_card(detail, measure), store.stop_run)
        with st.expander(_("Curves"), expanded=unfold, icon=":material/show_chart:", type="compact"):
            learning_curves(detail, f"live_{row.id}", recipe_place(row.recipe))
    queue_list(queued, store.system_state().workers_alive, Moves(store.raise_run, store.lower_run, store.stop_run))
    redraw_when_new(SEEN_LIVING, tuple(row.id for row in (*rows, *(waiting.row for waiting in queued))))


def _unknown(error: UnknownName) -> None:
    actions = page_head(_("What did this run learn?"))
    actions.link_button(_("All runs"), url("runs"), icon=":material/arrow_back:")
    show_error(error)


def _measure(row: store.RunRow) -> str:
    return next((idea.bar.measure for idea in store.portfolio() if idea.id == row.product_id), USUAL_MEASURE)


def _marks(row: store.RunRow) -> list[str]:
    marks = [] if row.state == "running" else [state_badge(row.state)]  # type: ignore[arg-type]
    if row.adopted:
        adopted = translate("adopted for {idea}", idea=plain(row.product_name or ""))
        marks.append(f":green-badge[:material/verified: {adopted}]")
    return marks


def _actions(place: "DeltaGenerator", detail: store.RunDetail) -> None:
    row = detail.row
    back = url("runs", idea=row.product_slug, set=row.dataset_id)
    place.link_button(_("All runs"), back, icon=":material/arrow_back:")
    with place:
        if detail.removed_at is not None:
            again = url("tune", idea=row.product_slug, set=row.dataset_id)
            place.link_button(_("Train it again"), again, icon=":material/replay:")
        elif row.state == "complete":
            place.link_button(
                _("Try it"),
                url("demos", idea=row.product_slug, set=row.dataset_id, a=row.id),
                icon=":material/science:",
            )
            _adopt_button(row)
        elif row.state in ("stopped", "failed"):
            resume_button(row, store.resume_run)
        elif row.state == "queued":
            _unqueue_button(row)


def _adopt_button(row: store.RunRow) -> None:
    import streamlit as st

    if row.product_slug is None or row.adopted:
        return
    if st.button(_("Adopt"), type="primary", icon=":material/verified:", key="run_adopt"):
        _adopt_dialog(row)


def _adopt_dialog(row: store.RunRow) -> None:
    import streamlit as st

    @dialog(translate("Adopt {run}", run=row.label))
    def ask() -> None:
        st.markdown(
            translate(
                "**{idea}** will stand on this run: its test figures are shown, become evidence, "
                "and the log says who saw them.",
                idea=plain(row.product_name),
            )
        )
        caution(store.run_detail(row.id))
        author = author_field("adopt_author")
        if st.button(_("Adopt and show test figures"), type="primary", key="adopt_go"):
            if not author:
                show_error(InputError(N_("Adopting a run needs your name.")))
                return
            store.adopt_run(str(row.product_slug), row.id, author)
            st.session_state[SAID] = _("Adopted. The test figures below are now part of the evidence.")
            st.rerun()

    ask()


def _unqueue_button(row: store.RunRow) -> None:
    import streamlit as st

    if st.button(_("Take out of the queue"), icon=":material/playlist_remove:", key="run_unqueue"):
        with shown():
            store.stop_run(row.id)
            st.rerun()


def _wait(run_id: str) -> None:
    _rerun_when_changed(store.run_detail(run_id))


def _watch(run_id: str, measure: str) -> None:
    detail = store.run_detail(run_id)
    progress_card(run_card(detail, measure), store.stop_run)
    learning_curves(detail, "watch", recipe_place(detail.row.recipe))
    _rerun_when_changed(detail)


def _rerun_when_changed(detail: store.RunDetail) -> None:
    redraw_when_new(f"{SEEN_STATE}_{detail.row.id}", detail.row.state)


def _finished(detail: store.RunDetail, measure: str) -> None:
    row = detail.row
    if row.state == "complete":
        limit = detail.latency_limit_ms or USUAL_LIMIT_MS
        key_figures(detail, measure, store.cost_per_1k(row.id, limit))
    draw_sections(detail, measure)
