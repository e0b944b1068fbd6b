"""Demos: does it work on your own input?"""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard import models, pictures, store
from dashboard.components.demo_card import (
    Contestant,
    agreement,
    contestant_name,
    demo_card,
    demo_input,
    no_second,
    nothing_to_try,
    starting_pair,
)
from dashboard.components.demo_picture import asked_picture, picture_input, readable
from dashboard.components.errors import shown
from dashboard.components.explanation import why
from dashboard.components.head import answer, page_head
from dashboard.components.scope import Scope, choose_scope, scopes
from dashboard.i18n import _
from dashboard.page import Page
from engine.errors import N_, ProspectusError

ASKED, SAID = "demo_asked", "demo_said"
FEW_LABELS = 4
MODELS = 50


def render() -> None:
    """One input, two models side by side."""
    actions = page_head(_("Does it work on your own input?"))
    known = scopes(store.runs(("complete",), kind="recipe"), store.portfolio())
    if not known:
        nothing_to_try()
        return
    said = st.container()
    scope = choose_scope(known, actions, "demo_scope")
    if scope is None:
        st.info(_("This idea has no finished run to try yet. Choose another, or teach a model for it."))
        return
    rows = store.leaderboard(
        product_id=scope.product_id, dataset_id=scope.dataset_id, measure=scope.measure, limit=MODELS
    )
    alone = _("The model reads what you give it. Each request is metered like a customer’s.")
    both = _("Both models read the same input. Each request is metered like a customer’s.")
    with said:
        answer(alone if len(rows) == 1 else both)
    _read(scope, rows)
    sentence = st.container()
    left, right = st.columns(2, gap="medium")
    wanted = (st.query_params.get("a"), *(row.id for row in rows if row.adopted))
    start = starting_pair(rows, wanted, st.query_params.get("b"))
    with left, st.container(border=True, height="stretch"):
        one = _contestant(scope, rows, start[0], "a")
    if start[1] is None:
        with right:
            no_second(scope)
        return
    with right, st.container(border=True, height="stretch"):
        two = _contestant(scope, rows, start[1], "b")
    if verdict := agreement(one, two):
        sentence.markdown(verdict)


def _read(scope: Scope, rows: Sequence[store.RunRow]) -> None:
    """Take a text; what it is compared on stays until the next one."""
    examples: Sequence[store.Example] = ()
    with shown():
        per_label = 2 if len(store.evaluation(rows[0].id).labels) <= FEW_LABELS else 1
        examples = store.test_examples(scope.dataset_id, per_label)
    key = f"demo_{scope.dataset_id}_{scope.slug}"
    given: str | bytes | None
    reads = {row.id: row.input_kind for row in store.datasets()}
    if reads[scope.dataset_id] == "image":
        given = readable(picture_input(examples, partial(pictures.stored_picture, scope.dataset_id), key))
    else:
        given = demo_input(examples, key)
    if given is not None:
        st.session_state[ASKED], st.session_state[SAID] = (scope, given), {}
    asked_of, asked = st.session_state.get(ASKED, (None, ""))
    if isinstance(asked, bytes) and asked_of.dataset_id == scope.dataset_id:
        asked_picture(asked)


def _contestant(scope: Scope, rows: Sequence[store.RunRow], start: int, key: str) -> Contestant:
    chosen = st.selectbox(
        _("Model"),
        range(len(rows)),
        index=start,
        format_func=lambda place: contestant_name(rows[place]),
        label_visibility="collapsed",
        key=f"demo_{key}_{scope.dataset_id}_{scope.slug}",
    )
    row = rows[chosen]
    cost, device = store.cost_per_1k(row.id, scope.latency_limit_ms), store.run_detail(row.id).device
    found = Contestant(row, scope.measure, cost, device, _asked(scope, row.id))
    asked = st.session_state.get(ASKED, (None, ""))
    demo_card(found, f"demo_{key}", lambda: why(f"demo_{key}", row.id, asked[1]))
    return found


def _asked(scope: Scope, run_id: str) -> models.Answer | ProspectusError | None:
    """What the run says about the text, asked once."""
    asked_of, text = st.session_state.get(ASKED, (None, ""))
    if asked_of is None or (asked_of.slug, asked_of.dataset_id) != (scope.slug, scope.dataset_id):
        return None
    said: dict[str, models.Answer | ProspectusError] = st.session_state.setdefault(SAID, {})
    if run_id not in said:
        try:
            said[run_id] = models.predict(run_id, text)
        except ProspectusError as error:
            return error
    return said[run_id]


PAGE = Page(name="demos", title=N_("Demos"), icon=":material/science:", section=N_("Try"), order=1, render=render)
