"""The part of Tune that makes a smaller model of a finished run: which run, and by which recipes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard import formats, store
from dashboard.components.head import section_bar
from dashboard.components.recipes import RecipeCard, hindrance, recipe_cards, recipe_name
from dashboard.components.scope import USUAL_MEASURE
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from engine import catalog
from engine.spec import DataFacts, Recipe

if TYPE_CHECKING:
    from dashboard.store import DatasetRow, RunRow

QUICKEST = "quantize"
"""Chosen to begin with when a run was named."""


@dataclass(frozen=True, slots=True)
class Start:
    """What was chosen: recipes, the run that they start from, and what they are told of it."""

    recipes: Sequence[Recipe]
    run: str
    facts: DataFacts


def smaller_part(task: str, data: "DatasetRow", asked: str | None) -> Start | None:
    """Draw the choice of a finished run and the cards; None where the data set has no finished run."""
    import streamlit as st

    rows = {row.id: row for row in store.leaderboard(dataset_id=data.id, measure=USUAL_MEASURE)}
    if not rows:
        return None
    words = _("Fewer bytes and less time; the page says what accuracy it cost.")
    section_bar(_("Make a finished run smaller"), note=words)
    run = st.selectbox(
        _("Finished run"),
        list(rows),
        index=list(rows).index(asked) if asked in rows else 0,
        format_func=lambda known: _label(rows[known]),
        key=f"smaller_run_{data.id}",
    )
    facts = store.facts_with_source(data.facts(task), rows[run])
    over = [recipe for recipe in catalog.recipes_for(task) if recipe.over_run]
    faults = {recipe.name: hindrance(recipe, facts) for recipe in over}
    cards = [
        RecipeCard(recipe, faults[recipe.name], recipe.name == QUICKEST and run == asked and not faults[recipe.name])
        for recipe in over
    ]
    chosen = recipe_cards(cards, f"smaller_{data.id}_{run}")
    for recipe in catalog.recipes().values():
        if recipe.over_run and task in recipe.cannot:
            said = translate("{what}: {said}", what=recipe_name(recipe.name), said=_(recipe.cannot[task]))
            st.markdown(note(plain(said)))
    return Start(chosen, run, facts)


def _label(row: "RunRow") -> str:
    score = row.validation.get(USUAL_MEASURE)
    figure = f", {formats.value(USUAL_MEASURE, score.value, score.low, score.high)}" if score else ""
    return f"{row.label}{figure}"
