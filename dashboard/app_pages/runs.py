"""Runs: which run is best for its cost?"""

from functools import partial

import streamlit as st

from dashboard import store
from dashboard.components import board
from dashboard.components.choice import best_sentence, place_runs
from dashboard.components.compare import side_by_side
from dashboard.components.curves import learning_curves
from dashboard.components.empty import empty_state
from dashboard.components.errors import live, shown
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.ink import recipe_place
from dashboard.components.live import run_card
from dashboard.components.progress import progress_card
from dashboard.components.queue import queue_line, unfinished
from dashboard.components.run_page import draw_run
from dashboard.components.scope import Scope, choose_scope, scopes
from dashboard.components.text import plain, url
from dashboard.i18n import _, translate
from dashboard.page import Page
from engine.errors import N_, ProspectusError

SEEN = "runs_seen"


def render() -> None:
    """The board of one idea's runs, or one run whole when the address names it."""
    if st.query_params.get("run"):
        draw_run(st.query_params["run"])
        return
    actions = page_head(_("Which run is best for its cost?"))
    scope = choose_scope(scopes(store.runs(), store.portfolio()), actions, "runs_scope")
    slug = scope.slug if scope else st.query_params.get("idea")
    actions.link_button(_("New run"), url("tune", idea=slug), type="primary", icon=":material/add:")
    if scope is None:
        _nothing_yet(slug)
        return
    placed = _placed(scope)
    answer(best_sentence(placed, scope.measure))
    busy = bool(store.running() or store.runs(("queued",)))
    live(partial(_live, scope.measure, not placed), 2.0 if busy else None)()
    if placed:
        _pictures(placed, scope)
        _leaderboard(placed, scope)
    unfinished([row for row in store.runs(("stopped", "failed")) if _within(row, scope)], store.resume_run)


def _nothing_yet(slug: str | None) -> None:
    idea = next((row.name for row in store.portfolio() if row.slug == slug), "")
    about = translate("No run of {idea} yet.", idea=plain(idea)) if idea else _("No run yet.")
    answer(f"**{about}** {_('The first one takes seconds and sets the mark that others must beat.')}")
    words = _("A run teaches a model on a data set and measures quality, speed and cost.")
    place = empty_state(":material/monitoring:", _("No runs yet"), words)
    place.link_button(_("Add data"), url("data", add=1), icon=":material/dataset:")


def _within(row: store.RunRow, scope: Scope) -> bool:
    return (row.product_id, row.dataset_id) == (scope.product_id, scope.dataset_id)


def _placed(scope: Scope) -> list[board.Placed]:
    rows = store.leaderboard(
        product_id=scope.product_id,
        dataset_id=scope.dataset_id,
        measure=scope.measure,
        offset=store.BOARD_ROWS * (board.page_number(scope) - 1),
    )
    compare = partial(store.compare_runs, measure=scope.measure)
    return place_runs(rows, scope.measure, compare, partial(_cost, limit=scope.latency_limit_ms))


def _cost(run_id: str, limit: float) -> float | None:
    cost = store.cost_per_1k(run_id, limit)
    return None if isinstance(cost, ProspectusError) else cost.value


def _live(measure: str, unfold: bool) -> None:
    rows, queued = store.running(), store.runs(("queued",))
    for row in rows:
        detail = store.run_detail(row.id)
        progress_card(run_card(detail, measure), store.stop_run)
        with st.expander(_("Curves"), expanded=unfold, icon=":material/show_chart:", type="compact"):
            learning_curves(detail, f"live_{row.id}", recipe_place(row.recipe))
    queue_line(queued, store.system_state().workers_alive)
    now = tuple(row.id for row in (*rows, *queued))
    if st.session_state.get(SEEN, now) != now:
        st.session_state[SEEN] = now
        st.rerun(scope="app")
    st.session_state[SEEN] = now


def _pictures(placed: list[board.Placed], scope: Scope) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        section_bar(translate("{measure} with 95% interval", measure=board.measure_name(scope.measure)))
        board.dots(placed, scope.measure)
    with right:
        section_bar(_("Quality against training cost"))
        board.costs(placed, scope.measure)


def _leaderboard(placed: list[board.Placed], scope: Scope) -> None:
    by = board.order_control(section_bar(_("Leaderboard"), control=True, note=board.board_note(placed)))
    st.space("small")  # the table's toolbar lies over what is right above it
    chosen = board.board_table(board.ordered(placed, by), scope.measure, f"runs_board_{scope.dataset_id}")
    board.pages(scope, len(placed))
    if len(chosen) > 1:
        with shown():
            _compare(tuple(chosen), scope.measure)


def _compare(chosen: tuple[str, ...], measure: str) -> None:
    compared = store.compare_runs(chosen, measure).runs
    side_by_side(compared, {one.row.label: store.evaluation(one.row.id) for one in compared})


PAGE = Page(name="runs", title=N_("Runs"), icon=":material/monitoring:", section=N_("Build"), order=3, render=render)
