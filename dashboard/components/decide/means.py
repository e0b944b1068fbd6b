"""The founder's means: typed in a form, kept in the address, saved under a name."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboard.components.author import author_field
from dashboard.components.errors import guarded, show_error
from dashboard.components.text import url
from dashboard.i18n import _
from dashboard.store import plans
from engine.errors import ProspectusError
from engine.portfolio.founder import Founder, founder_of

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

FIELDS = {"cash": "cash_usd", "months": "months", "people": "people", "risk": "risk_tolerance_usd"}
"""Name in the address to name of the setting."""
SAVED, IDEA = "what", "idea"


def means_of_address() -> Founder | None:
    """What the address says; None when it says nothing. What it says wrongly is shown as an error."""
    import streamlit as st

    given = st.query_params
    try:
        if key := given.get(SAVED):
            return plans.what_if(key)
        if "cash" not in given:
            return None
        asked: dict[str, Any] = {setting: given.get(name) for name, setting in FIELDS.items()}
        return founder_of(asked | {"months": asked["months"] or 18, "ideas": tuple(given.get_all(IDEA))})
    except ProspectusError as error:
        show_error(error)
        return None


def terms_of_address(**said: Any) -> None:
    """Keep what an idea asks of a plan: of the what-if that the address names, which then names the changed one."""
    import streamlit as st

    key = st.query_params.get(SAVED)
    if key is None:
        plans.set_terms(said.pop("slug"), **said)
        return
    said.pop("why", None)
    st.query_params[SAVED] = plans.change_what_if(key, said.pop("slug"), **said)


def report_url(founder: Founder) -> str:
    """Address of the portfolio report under these means."""
    return url("reports", **{name: getattr(founder, setting) for name, setting in FIELDS.items()})


def means_form(current: Founder | None, names: Mapping[str, str]) -> None:
    """Draw the form; what is typed goes into the address. `names` of the ideas that may be chosen, by address."""
    import streamlit as st

    with st.form("means", border=True):
        one, two, three, four = st.columns(4)
        cash = one.number_input(
            _("Cash, US$"),
            min_value=1.0,
            value=current.cash_usd if current else None,
            step=10_000.0,
            format="%.0f",
            placeholder="200000",
            help=_("What you can spend until the ideas pay for themselves."),
        )
        months = two.number_input(_("Months"), 1, 60, current.months if current else 18)
        people = three.number_input(
            _("People"),
            min_value=0.0,
            value=current.people if current else None,
            step=1.0,
            format="%g",
            placeholder=_("any number"),
            help=_("How many can work on the ideas at the same time."),
        )
        risk = four.number_input(
            _("Risk tolerance, US$"),
            min_value=1.0,
            value=current.risk_tolerance_usd if current else None,
            step=10_000.0,
            format="%.0f",
            placeholder=_("the cash"),
            help=_(
                "About the sum that you would just stake on a coin that doubles it or halves what you staked. "
                "A smaller one weighs losses more."
            ),
        )
        ideas = st.multiselect(
            _("Only these ideas"),
            list(names),
            [slug for slug in (current.ideas if current else ()) if slug in names],
            format_func=names.__getitem__,
            placeholder=_("all that are not stopped"),
        )
        if st.form_submit_button(_("Rank the ideas"), type="primary" if current is None else "secondary"):
            _remember({"cash": cash, "months": months, "people": people, "risk": risk}, ideas)


def _remember(typed: dict[str, float | int | None], ideas: list[str]) -> None:
    import streamlit as st

    try:
        founder_of({FIELDS[name]: value for name, value in typed.items()} | {"ideas": tuple(ideas)})
    except ProspectusError as error:
        show_error(error)
        return
    st.query_params.pop(SAVED, None)
    for name, value in typed.items():
        if value is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"
    st.query_params.pop(IDEA, None)
    if ideas:
        st.query_params[IDEA] = ideas
    st.rerun()


def save_button(place: "DeltaGenerator", founder: Founder) -> None:
    """The button that keeps these means under a name and puts the link into the address."""
    import streamlit as st

    @st.dialog(_("Save and share"))
    @guarded
    def ask() -> None:
        st.markdown(_("The means are kept under a name. The address of the page then leads anybody here to them."))
        name = st.text_input(_("Name"), key="what_if_name", placeholder=_("Two of us, 18 months"))
        author = author_field("what_if_author")
        if st.button(_("Save"), type="primary", key="what_if_save"):
            key = plans.save_what_if(name or "", founder, author)
            for field in (*FIELDS, IDEA):
                st.query_params.pop(field, None)
            st.query_params[SAVED] = key
            st.rerun()

    if place.button(_("Save and share"), icon=":material/bookmark_add:", key="what_if"):
        ask()
