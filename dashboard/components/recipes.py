"""Recipes in plain words: their short name, and the card that somebody chooses them by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.components.errors import message
from dashboard.components.profile import language_name
from dashboard.components.text import listed, note, plain
from dashboard.i18n import _, translate
from engine import catalog
from engine.errors import ProspectusError
from engine.spec import DataFacts, Recipe, build_config

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


@dataclass(frozen=True, slots=True)
class RecipeCard:
    """A recipe as it may be chosen."""

    recipe: Recipe
    hindrance: ProspectusError | None
    """Why it cannot work on this data with its usual settings."""
    chosen: bool
    """Whether the card begins chosen."""


def recipe_name(name: str) -> str:
    """The title of a recipe or routine up to its colon, in the reader's language; the bare name of one that is gone."""
    recipe = catalog.recipes().get(name) or catalog.routines().get(name)
    return _(recipe.title).replace("：", ":").split(":")[0] if recipe else name


def recipe_cards(cards: Sequence[RecipeCard], key: str, task: str = "") -> list[Recipe]:
    """Draw the cards side by side; returns the chosen recipes, simplest first.

    After them stand, without a box to tick, the recipes that say why they do not serve the task.
    """
    import streamlit as st

    unfit = [recipe for recipe in catalog.recipes().values() if task in recipe.cannot and not recipe.over_run]
    grid = st.grid(min(3, len(cards) + len(unfit)), min_column_width=240)
    chosen = [card.recipe for card in cards if _draw(grid, card, f"{key}_{card.recipe.name}")]
    for recipe in unfit:
        _draw_unfit(grid, recipe, task)
    return chosen


def hindrance(recipe: Recipe, facts: DataFacts, settings: Mapping[str, Any] | None = None) -> ProspectusError | None:
    """Why a recipe cannot work on such data with these settings (by default its usual ones), or None."""
    try:
        recipe.check(build_config(recipe.config, settings or {}), facts)
    except ProspectusError as error:
        return error
    return None


def why_not(error: ProspectusError) -> str:
    """What hinders, and what helps, as Markdown."""
    if "language" in error.values:
        spoken = {name: _spoken(str(error.values.get(name, ""))) for name in ("language", "languages")}
        error = ProspectusError(error.template, remedy=error.remedy, **(error.values | spoken))
    return " ".join(plain(words) for words in (message(error), translate(error.remedy, **error.values)) if words)


def _spoken(codes: str) -> str:
    return listed(language_name(code.strip()) for code in codes.split(","))


def _draw_unfit(grid: "DeltaGenerator", recipe: Recipe, task: str) -> None:
    import streamlit as st

    with grid.container(border=True, height="stretch", gap="small"):
        st.markdown(f":small[**{plain(_(recipe.title))}**]")
        st.markdown(f":gray-badge[:material/block: {_('not for this task')}]")
        st.markdown(note(plain(_(recipe.cannot[task]))))


def _draw(grid: "DeltaGenerator", card: RecipeCard, key: str) -> bool:
    import streamlit as st

    with grid.container(border=True, height="stretch", gap="small"):
        chosen = st.checkbox(f"**{plain(_(card.recipe.title))}**", value=card.chosen, key=key)
        st.markdown(plain(_(card.recipe.summary)))
        if card.hindrance is not None:
            st.markdown(f":orange-badge[:material/tune: {_('needs other settings')}]")
            st.markdown(note(why_not(card.hindrance)))
    return bool(chosen)
