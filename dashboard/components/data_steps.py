"""What the Data page remembers between two draws: whether data is being added, and what was made."""

from dashboard.components.empty import empty_state
from dashboard.components.text import plain, url
from dashboard.i18n import _, translate

ADDING, SAID = "data_adding", "data_said"


def is_adding() -> bool:
    """Whether the card that brings data is open, by a click or by the address."""
    import streamlit as st

    return bool(st.session_state.get(ADDING) or st.query_params.get("add"))


def open_adding() -> None:
    """Open that card."""
    import streamlit as st

    st.session_state[ADDING] = True


def close_adding() -> None:
    """Close it."""
    import streamlit as st

    st.session_state[ADDING] = False
    st.query_params.pop("add", None)


def show_made(dataset_id: int, name: str, already: bool) -> None:
    """Open the data set that was made; the next draw says what happened."""
    import streamlit as st

    st.session_state[SAID] = (name, already)
    st.query_params["set"] = str(dataset_id)
    st.rerun()


def say_what_happened() -> None:
    """Say once what became of what was brought."""
    import streamlit as st

    if SAID not in st.session_state:
        return
    name, already = st.session_state.pop(SAID)
    if already:
        said = translate("The same rows are here already, as **{name}**. Nothing was stored twice.", name=plain(name))
        st.info(said, icon=":material/content_copy:")
    else:
        said = translate("**{name}** was added. Next: teach a model on it.", name=plain(name))
        st.success(said, icon=":material/check:")


def nothing_yet() -> None:
    """Say what to do first."""
    words = _("Bring a table or pictures. Reading, cleaning and splitting 10,000 rows takes a few seconds.")
    place = empty_state(":material/dataset:", _("No data yet"), words, sampled=True)
    place.button(_("Add data"), type="primary", icon=":material/add:", on_click=open_adding, key="data_first")
    place.link_button(_("See the ideas"), url("portfolio"))
