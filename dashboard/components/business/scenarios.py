"""Which idea and which scenario a business page is about: the address says it, the head changes it."""

from collections.abc import Mapping, Sequence

from dashboard.components.address import kept_segments
from dashboard.components.business.words import model_title
from dashboard.components.errors import show_error
from dashboard.components.head import page_head
from dashboard.components.ideas import other_ideas
from dashboard.components.text import go
from dashboard.i18n import _
from dashboard.store import business
from engine.errors import N_, UnknownName

IDEA, SCENARIO, MODEL = "idea", "scenario", "model"
KEY_SHOWN = 6


def model_choice(known: Sequence[str]) -> str:
    """Draw the choice of a business model that the address keeps; one that it names and that is not known is said."""
    import streamlit as st

    asked = st.query_params.get(MODEL)
    if asked is not None and asked not in known:
        show_error(UnknownName(N_("business model"), asked, list(known)))
    return kept_segments(MODEL, known, model_title, _("Business model"))


def head(question: str, page: str, ideas: Mapping[str, str]) -> str:
    """Draw the title with the ways to other ideas, scenarios and the link; the idea's short name.

    An address that names no idea is said, and the first idea is shown.
    """
    import streamlit as st

    actions = page_head(question)
    asked = st.query_params.get(IDEA)
    slug = asked if asked is not None and asked in ideas else _first(ideas)
    if asked is not None and asked != slug:
        show_error(UnknownName(N_("idea"), asked, list(ideas)))
    other_ideas(actions, page, ideas, slug)
    saved = {row.key: saved_title(row) for row in business.saved(slug)}
    if len(saved) > 1:
        key = actions.menu_button(
            _("Scenarios"), list(saved), format_func=saved.__getitem__, type="tertiary", key=f"{page}_saved"
        )
        if key:
            go(page, idea=slug, scenario=key)
    return slug


def saved_title(row: business.Saved) -> str:
    """A saved scenario in the list. Its key tells apart what was saved under one name on one day: titles are unique."""
    return f"{row.name}, {row.author}, {row.created_at:%Y-%m-%d}, {row.key[:KEY_SHOWN]}"


def _first(ideas: Mapping[str, str]) -> str:
    """The first idea with a saved scenario, else the first."""
    return next((slug for slug in ideas if business.saved(slug)), next(iter(ideas)))


def scenario_of(slug: str) -> business.Given:
    """The scenario that the address names; a link that was changed by hand is said, and the newest one shown."""
    import streamlit as st

    key = st.query_params.get(SCENARIO, "")
    try:
        return business.given(slug, key)
    except UnknownName as error:
        show_error(error)
        return business.given(slug)


def opened(key: str) -> None:
    """Go to a scenario that was just saved, under its own link."""
    import streamlit as st

    st.query_params[SCENARIO] = key
    st.rerun()
