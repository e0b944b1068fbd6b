"""Tune: how should we teach the model?"""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard import store
from dashboard.components import teach
from dashboard.components.errors import shown
from dashboard.components.estimates.advice import advice_part, keep_advice, latency_limit
from dashboard.components.estimates.foreseen import foreseen, foreseen_part
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.recipes import RecipeCard, hindrance, recipe_cards
from dashboard.components.smaller import smaller_part
from dashboard.components.text import link
from dashboard.i18n import _, _n
from dashboard.page import Page
from engine import catalog
from engine.errors import N_

QUEUED = "tune_queued"


def render() -> None:
    """From a task and data to queued runs."""
    page_head(_("How should we teach the model?"))
    sets = store.datasets()
    if not sets:
        teach.nothing_to_teach()
        return
    head = st.container()
    task, data, slug = _what(sets)
    facts = data.facts(task)
    asked = st.query_params.get("source")
    fits = [(recipe, hindrance(recipe, facts)) for recipe in catalog.recipes_for(task) if not recipe.over_run]
    with head:
        answer(teach.advice(data, facts, fits, teach.tried(data.id)))
        _say_queued()
    smaller = st.container() if asked else None  # first, for who came to make a run smaller
    advice_part(data.id, task, latency_limit(slug))
    section_bar(_("Recipes"), note=_("Choose one or several: they run one after another, compared on the same rows."))
    first = 0 if asked is None else None
    cards = [RecipeCard(recipe, fault, place == first and fault is None) for place, (recipe, fault) in enumerate(fits)]
    fresh = recipe_cards(cards, f"tune_{data.id}", task)
    with smaller or st.container():
        start = smaller_part(task, data, asked)
    chosen = [*fresh, *(start.recipes if start else ())]
    settings = teach.settings_forms(
        chosen, lambda recipe: start.facts if start and recipe.over_run else facts, f"tune_{data.id}"
    )
    source = start.run if start else None
    foreseen_part(foreseen(task, data.id, settings, source))
    teach.queue_card(chosen, settings, partial(_queue, task, data.id, slug, source), "tune")


def _what(sets: Sequence[store.DatasetRow]) -> tuple[str, store.DatasetRow, str | None]:
    """The task, the data and the idea, each chosen or taken from the address."""
    names = {row.slug: row.name for row in store.portfolio()}
    by_id = {row.id: row for row in sets}
    idea = st.query_params.get("idea")
    asked = teach.asked_set(sets, idea)
    one, two, three = st.columns(3)
    tasks = teach.possible_tasks(sets)
    task = one.selectbox(
        _("Task"),
        tasks,
        index=next(i for i, name in enumerate(tasks) if catalog.task(name).input_kind == by_id[asked].input_kind),
        format_func=lambda name: _(catalog.task(name).title),
        key="tune_task",
    )
    fitting_sets = [row.id for row in sets if row.input_kind == catalog.task(task).input_kind]
    chosen = two.selectbox(
        _("Learn from"),
        fitting_sets,
        index=fitting_sets.index(asked) if asked in fitting_sets else 0,
        format_func=lambda known: by_id[known].name,
        key=f"tune_data_{task}",
    )
    data = by_id[chosen]
    offered = teach.offered_ideas(data, sets, list(names))
    slug = three.selectbox(
        _("For the idea"),
        offered,
        index=offered.index(idea) if idea and idea in offered else 0,
        format_func=lambda known: names[known] if known else _("none"),
        key=f"tune_idea_{data.id}",
    )
    return task, data, slug


def _queue(task: str, dataset_id: int, slug: str | None, source: str | None, order: teach.Order) -> None:
    keep_advice(dataset_id, task, latency_limit(slug))
    queued: list[str] = []
    for recipe, config in order.settings.items():
        with shown():
            start = source if catalog.recipe(recipe).over_run else None
            queued.append(
                store.queue_run(slug, dataset_id, task, recipe, config, order.seed, order.cap_usd, source_run=start)
            )
    if queued:
        st.session_state[QUEUED] = (len(queued), slug, dataset_id)
    if len(queued) == len(order.settings):
        st.rerun()
    _say_queued()  # what was queued before a fault


def _say_queued() -> None:
    if QUEUED not in st.session_state:
        return
    count, slug, dataset_id = st.session_state.pop(QUEUED)
    words = f"**{_n('{n} run is queued.', '{n} runs are queued.', count).format(n=count)}**"
    late = "" if store.system_state().workers_alive else _("No worker is alive: it starts when one does.")
    target = link(_("Watch it learn"), "runs", idea=slug, set=None if slug else dataset_id)
    st.success(f"{words} {late} {target}", icon=":material/schedule:")


PAGE = Page(name="tune", title=N_("Tune"), icon=":material/tune:", section=N_("Build"), order=3, render=render)
