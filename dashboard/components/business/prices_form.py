"""The prices of each business model, in the form that its settings draw, with two ends for what is uncertain."""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dashboard.components.author import author_field
from dashboard.components.business.inputs_form import Opened, save_and_open
from dashboard.components.business.words import model_title
from dashboard.components.errors import guarded
from dashboard.components.forms import config_form
from dashboard.components.head import section_bar
from dashboard.components.text import plain
from dashboard.i18n import _
from dashboard.store import business
from engine import catalog

if TYPE_CHECKING:
    from engine.business.scenario import Scenario


def prices(slug: str, given: business.Given, opened: Opened) -> None:
    """A button for each business model that opens its prices; those without any are marked."""
    import streamlit as st

    section_bar(_("Prices of each business model"))
    place = st.container(horizontal=True)
    for name in catalog.pricing_models():
        set_up = given.scenario.models.get(name)
        if place.button(
            model_title(name),
            icon=":material/sell:" if set_up else ":material/add:",
            key=f"prices_of_{name}",
        ):

            def change(
                values: dict[str, Any], ends: dict[str, tuple[float, float]], author: str, rank: bool, model: str = name
            ) -> str:
                return business.change_model(slug, given.key, model, values, ends, author, chosen=rank)

            prices_dialog(given.scenario, name, change, opened)


def prices_dialog(
    scenario: "Scenario",
    model: str,
    change: Callable[[dict[str, Any], dict[str, tuple[float, float]], str, bool], str],
    opened: Opened,
) -> None:
    """Open the form of a model's settings, with two ends for each uncertain one."""
    import streamlit as st

    found = catalog.pricing_model(model)

    @st.dialog(model_title(model), width="medium", icon=":material/sell:")
    @guarded
    def ask() -> None:
        st.markdown(plain(_(found.summary)))
        with st.form("prices_form", border=False, enter_to_submit=False):
            values = config_form(found.config, f"prices_{model}", scenario.models.get(model, {}))
            ends = _ends_fields(scenario, model)
            chosen = st.toggle(_("The idea is ranked by this model"), value=scenario.chosen == model, key="prices_rank")
            author = author_field("prices_author")
            pressed = st.form_submit_button(_("Save as a scenario"), type="primary", key="prices_go")
        if not pressed or values is None:
            return
        save_and_open(author, lambda: change(values, ends, author, chosen), opened)

    ask()


def _ends_fields(scenario: "Scenario", model: str) -> dict[str, tuple[float, float]]:
    """Fields for the ends of settings that have no default; only those that were typed whole."""
    import streamlit as st

    found: dict[str, tuple[float, float]] = {}
    uncertain = [f for f in dataclasses.fields(catalog.pricing_model(model).config) if f.default is None]
    with st.expander(_("How sure are you? Ends of each figure"), type="compact"):
        for spec in uncertain:
            given = scenario.ranges.get(f"{model}.{spec.name}", (None, None))
            label = _(spec.metadata["label"])
            left, right = st.columns(2)
            pair = [
                place.number_input(
                    f"{label}: {side}",
                    min_value=spec.metadata["minimum"],
                    value=start,
                    format="%g",
                    step=None,
                    placeholder=_("none"),
                    key=f"ends_{model}_{spec.name}_{number}",
                )
                for number, (place, side, start) in enumerate(
                    zip((left, right), (_("At least"), _("At most")), given, strict=True)
                )
            ]
            if pair[0] is not None and pair[1] is not None:
                found[spec.name] = (float(pair[0]), float(pair[1]))
    return found
