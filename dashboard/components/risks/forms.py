"""The dialogs of the risk register: a new risk, and how one is seen now."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dashboard.components.author import author_field
from dashboard.components.errors import guarded, shown
from dashboard.components.risks.register import kind_name
from dashboard.i18n import _
from engine.portfolio.risks import IMPACTS, KINDS, LIKELIHOODS

if TYPE_CHECKING:
    from dashboard.store.decisions import RiskRow, SeenRisk


def add_dialog(ideas: Mapping[str, str], slug: str | None, add: Callable[..., int]) -> None:
    """Write a risk of an idea down."""
    import streamlit as st

    @st.dialog(_("Add a risk"), width="medium", icon=":material/shield:")
    @guarded
    def ask() -> None:
        known = list(ideas)
        place = known.index(slug) if slug is not None and slug in ideas else 0
        with st.form("risk_form", border=False, enter_to_submit=False):
            left, right = st.columns(2)
            idea = left.selectbox(_("Idea"), known, place, format_func=ideas.__getitem__, key="risk_idea")
            kind = right.selectbox(_("Kind"), KINDS, format_func=kind_name, key="risk_kind")
            title = st.text_input(_("What could go wrong?"), placeholder=_("In one sentence"), key="risk_title")
            typed = _fields(None, "risk")
            pressed = st.form_submit_button(_("Write down"), type="primary", key="risk_go")
        if pressed:
            with shown():
                add(idea, kind, title or "", **typed)
                st.rerun()

    ask()


def see_dialog(row: "RiskRow", see: Callable[..., None]) -> None:
    """Say how a risk is seen now; how it was seen before stays."""
    import streamlit as st

    @st.dialog(_("See it anew"), width="medium", icon=":material/edit:")
    @guarded
    def ask() -> None:
        with st.form(f"risk_{row.id}", border=False, enter_to_submit=False):
            typed = _fields(row.seen, f"risk_{row.id}")
            typed["closed"] = st.checkbox(
                _("It is over: it came, or can come no more"), value=row.seen.closed, key=f"risk_{row.id}_closed"
            )
            pressed = st.form_submit_button(_("Write down"), type="primary", key=f"risk_{row.id}_go")
        if pressed:
            with shown():
                see(row.id, **typed)
                st.rerun()

    ask()


def _fields(seen: "SeenRisk | None", key: str) -> dict[str, Any]:
    import streamlit as st

    def named(words: tuple[str, ...]) -> Callable[[int], str]:
        return lambda step: f"{step} · {_(words[step - 1])}"

    steps = range(1, 6)
    left, right = st.columns(2)
    likelihood = left.selectbox(
        _("Likelihood"),
        steps,
        (seen.likelihood if seen else 3) - 1,
        format_func=named(LIKELIHOODS),
        key=f"{key}_likelihood",
    )
    impact = right.selectbox(
        _("Impact"), steps, (seen.impact if seen else 3) - 1, format_func=named(IMPACTS), key=f"{key}_impact"
    )
    owner = left.text_input(_("Owner"), value=seen.owner if seen else "", key=f"{key}_owner")
    with right:
        author = author_field(f"{key}_author")
    mitigation = st.text_input(_("Done against it"), value=seen.mitigation if seen else "", key=f"{key}_mitigation")
    return {
        "likelihood": likelihood,
        "impact": impact,
        "owner": owner or "",
        "mitigation": mitigation or "",
        "author": author,
    }
