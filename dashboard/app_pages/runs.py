"""Runs: which run is best for its cost?"""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from dashboard import store
from dashboard.components import board
from dashboard.components.choice import best_sentence, place_runs, untested
from dashboard.components.compare_page import compare_button, draw_comparison
from dashboard.components.compression import families
from dashboard.components.empty import empty_state
from dashboard.components.errors import live, show_error
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.queue import unfinished
from dashboard.components.run_page import draw_living, draw_run
from dashboard.components.scope import Scope, choose_scope, scopes
from dashboard.components.text import plain, url
from dashboard.i18n import _, translate
from dashboard.page import Page
from engine.errors import N_, ProspectusError, UnknownName


def render() -> None:
    """The board of one idea's runs; one run whole, or a comparison, when the address names it."""
    if st.query_params.get("run"):
        draw_run(st.query_params["run"])
        return
    if st.query_params.get("runs"):
        draw_comparison(st.query_params["runs"])
        return
    actions = page_head(_("Which run is best for its cost?"))
    scope = choose_scope(scopes(store.runs(kind="recipe"), store.portfolio()), actions, "runs_scope")
    slug = scope.slug if scope else st.query_params.get("idea")
    actions.link_button(_("New run"), url("tune", idea=slug), type="primary", icon=":material/add:")
    if scope is None:
        _nothing_yet(slug)
        return
    compare = partial(store.compare_runs, measure=scope.measure)
    placed = place_runs(_rows(scope, 1), scope.measure, compare, _cost_of(scope))
    answer(best_sentence(placed, scope.measure))
    busy = bool(store.running() or store.runs(("queued",)))
    live(draw_living, 2.0 if busy else None)(scope.measure, unfold=not placed)
    if placed:
        _pictures(placed, scope)
        _leaderboard(placed, scope)
        families(scope.product_id, scope.dataset_id, scope.latency_limit_ms)
    unfinished([row for row in store.runs(("stopped", "failed")) if _within(row, scope)], store.resume_run)


def _nothing_yet(slug: str | None) -> None:
    names = {row.slug: row.name for row in store.portfolio()}
    if slug is not None and slug not in names:
        show_error(UnknownName(N_("idea"), slug, list(names)))
        return
    idea = names.get(slug or "", "")
    about = translate("No run of {idea} yet.", idea=plain(idea)) if idea else _("No run yet.")
    answer(f"**{about}** {_('The first one takes seconds and sets the mark that others must beat.')}")
    words = _("A run teaches a model on a data set and measures quality, speed and cost.")
    place = empty_state(":material/monitoring:", _("No runs yet"), words, sampled=True)
    place.link_button(_("Add data"), url("data", add=1), icon=":material/dataset:")


def _within(row: store.RunRow, scope: Scope) -> bool:
    return row.dataset_id is None or (row.product_id, row.dataset_id) == (scope.product_id, scope.dataset_id)


def _rows(scope: Scope, page: int) -> Sequence[store.RunRow]:
    return store.leaderboard(
        product_id=scope.product_id,
        dataset_id=scope.dataset_id,
        measure=scope.measure,
        offset=store.BOARD_ROWS * (page - 1),
    )


def _cost_of(scope: Scope) -> Callable[[str], float | None]:
    def cost(run_id: str) -> float | None:
        found = store.cost_per_1k(run_id, scope.latency_limit_ms)
        return None if isinstance(found, ProspectusError) else found.value

    return cost


def _pictures(placed: Sequence[board.Placed], scope: Scope) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        section_bar(translate("{measure} with 95% interval", measure=board.measure_name(scope.measure)))
        board.dots(placed, scope.measure)
    with right:
        section_bar(_("Quality against training cost"))
        board.costs(placed, scope.measure)


def _leaderboard(placed: Sequence[board.Placed], scope: Scope) -> None:
    by = board.order_control(section_bar(_("Leaderboard"), control=True, note=board.board_note(placed, scope)))
    st.space("small")  # the table's toolbar lies over what is right above it
    page = board.page_number(scope)
    rows = placed if page == 1 else untested(_rows(scope, page), scope.measure, _cost_of(scope))
    chosen = board.board_table(board.ordered(rows, by), scope.measure)
    board.pages(scope, len(rows))
    if len(chosen) > 1:
        compare_button(chosen)


PAGE = Page(name="runs", title=N_("Runs"), icon=":material/monitoring:", section=N_("Build"), order=4, render=render)
