"""Settings of the chosen recipes, and the card that queues them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard import formats, store
from dashboard.components.empty import empty_state
from dashboard.components.errors import show_error
from dashboard.components.forms import config_form
from dashboard.components.head import answer, section_bar
from dashboard.components.profile import language_name
from dashboard.components.recipes import hindrance, recipe_name
from dashboard.components.scope import USUAL_MEASURE
from dashboard.components.text import plain, url
from dashboard.i18n import _, _n, translate
from engine import catalog
from engine.errors import N_, ProspectusError, UnknownName
from engine.spec import DataFacts, Recipe

if TYPE_CHECKING:
    from dashboard.store import DatasetRow

USUAL_CAP_USD = 0.05


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be queued: settings by recipe, and what all of them share."""

    settings: Mapping[str, dict[str, Any]]
    seed: int
    cap_usd: float | None
    """None: no cap."""


def tried(dataset_id: int) -> frozenset[str]:
    """Recipes that have a finished run on the data."""
    return frozenset(row.recipe for row in store.leaderboard(dataset_id=dataset_id, measure=USUAL_MEASURE))


def advice(
    data: "DatasetRow",
    facts: DataFacts,
    fits: Sequence[tuple[Recipe, ProspectusError | None]],
    done: Collection[str],
) -> str:
    """What to begin with, or that the mark is set; `fits` are the recipes and what hinders them. Markdown."""
    template = (
        N_("{name} has {rows} pictures to learn from.")
        if facts.input_kind == "image"
        else N_("{name} has {rows} texts to learn from, {language}.")
    )
    rows, speech = formats.number(data.rows_train), language_name(facts.language)
    learn = translate(template, name=plain(data.name), rows=rows, language=speech)
    usable = [recipe for recipe, hindrance in fits if hindrance is None]
    if not usable:
        return f"**{_('No recipe can learn from this with its usual settings.')}** {learn}"
    begin = N_("{recipe} has set the mark.") if usable[0].name in done else N_("Begin with {recipe}.")
    first = translate(begin, recipe=recipe_name(usable[0].name))
    rest = _n("{n} of {known} recipes fits as it is.", "{n} of {known} recipes fit as they are.", len(usable))
    return f"**{plain(first)}** {learn} {rest.format(n=len(usable), known=len(fits))}"


def settings_forms(
    chosen: Sequence[Recipe], facts_of: Callable[[Recipe], DataFacts], key: str
) -> dict[str, dict[str, Any]]:
    """Draw the form of each recipe beside the others; returns their values, without those that have faults."""
    import streamlit as st

    if not chosen:
        return {}
    section_bar(_("Settings"), note=_("The usual ones are good to begin with."))
    found = {}
    for place, recipe in zip(st.columns(len(chosen), gap="medium"), chosen, strict=True):
        facts = facts_of(recipe)
        with place:
            st.markdown(f"**{plain(recipe_name(recipe.name))}**")
            values = config_form(recipe.config, f"{key}_{recipe.name}", kind=facts.input_kind)
            fault = hindrance(recipe, facts, values) if values is not None else None
            if fault is not None:
                show_error(fault)
            elif values is not None:
                found[recipe.name] = values
    return found


def queue_card(
    chosen: Sequence[Recipe], settings: Mapping[str, dict[str, Any]], queue: Callable[[Order], None], key: str
) -> None:
    """Draw seed, spending cap and the button; it waits until every chosen recipe is without fault."""
    import streamlit as st

    with st.container(border=True):
        one, two, three = st.columns([1, 1, 2], vertical_alignment="bottom", gap="medium")
        seed = one.number_input(
            _("Seed"),
            0,
            2**31 - 1,
            0,
            help=_("The same seed, data and settings give the same model."),
            key=f"{key}_seed",
        )
        cap = two.number_input(
            _("Spending cap a run (US$)"),
            min_value=0.0,
            value=USUAL_CAP_USD,
            step=0.01,
            format="%.4f",
            help=_("A run that has spent this much saves its work and stops. 0 means no cap."),
            key=f"{key}_cap",
        )
        words = _n("Queue {n} run", "Queue {n} runs", len(chosen)).format(n=len(chosen)) if chosen else _("Queue")
        pressed = three.button(
            words,
            type="primary",
            icon=":material/play_arrow:",
            disabled=not chosen or len(settings) < len(chosen),
            key=f"{key}_queue",
            width="stretch",
        )
        if pressed:
            queue(Order(settings, int(seed), cap or None))


def nothing_to_teach() -> None:
    """What stands on the page before there is data."""
    answer(_("Nothing to teach from yet. A table with one text and one label a row is enough to begin."))
    words = _("Adding examples takes a minute.")
    place = empty_state(":material/dataset:", _("No data yet"), words, sampled=True)
    place.link_button(_("Add data"), url("data", add=1), type="primary", icon=":material/add:")


def possible_tasks(sets: "Sequence[DatasetRow]") -> list[str]:
    """Tasks that read what at least one data set holds."""
    kinds = {row.input_kind for row in sets}
    return [name for name, task in catalog.tasks().items() if task.input_kind in kinds]


def offered_ideas(data: "DatasetRow", sets: "Sequence[DatasetRow]", ideas: Sequence[str]) -> list[str | None]:
    """The ideas (None: none) that what is learned from it may be for, the proposed one first.

    It is for those that use the data. A version that none uses yet is taken to be for those of the nearest one it was
    made from. Data of no idea are for none: nobody's ledger is written into unasked.
    """
    if data.products:
        return [*(slug for slug in ideas if slug in data.products), None]
    by_id, made_from = {row.id: row for row in sets}, data
    while not made_from.products and made_from.parent_id in by_id:
        made_from = by_id[made_from.parent_id]
    near = [slug for slug in ideas if slug in made_from.products]
    return [*near, None, *(slug for slug in ideas if slug not in near)]


def asked_set(sets: "Sequence[DatasetRow]", idea: str | None) -> int:
    """The data set of the address, else the idea's, else the newest."""
    import streamlit as st

    asked = st.query_params.get("set")
    if asked is not None and asked not in {str(row.id) for row in sets}:
        show_error(UnknownName(N_("data set"), asked, [f"{row.id} ({row.name})" for row in sets]))
    wanted = [row.id for row in sets if str(row.id) == asked] + [row.id for row in sets if idea in row.products]
    return [*wanted, sets[0].id][0]
