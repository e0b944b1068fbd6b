"""Choices that the address keeps, so that a view can be linked, reloaded and sent to somebody."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

MOST_SEGMENTS = 5


def kept_segments(
    name: str, options: Sequence[str], title: Callable[[str], str], label: str, place: "DeltaGenerator | None" = None
) -> str:
    """Draw a segmented control whose choice stands in the address as `name`; the first option is not written there.

    Many options are pills, which may stand in several rows.
    """
    import streamlit as st

    draw = (place or st).segmented_control if len(options) <= MOST_SEGMENTS else (place or st).pills
    chosen = draw(
        label,
        list(options),
        default=_given(name, options),
        required=True,
        format_func=title,
        label_visibility="collapsed",
        key=f"address_{name}",
    )
    return _keep(name, options, chosen)


def kept_selectbox(
    name: str,
    options: Sequence[str],
    title: Callable[[str], str],
    label: str,
    place: "DeltaGenerator | None" = None,
    *,
    width: int = 220,
) -> str:
    """The same as a select box, for many options."""
    import streamlit as st

    chosen = (place or st).selectbox(
        label,
        list(options),
        index=list(options).index(_given(name, options)),
        format_func=title,
        label_visibility="collapsed",
        key=f"address_{name}",
        width=width,
    )
    return _keep(name, options, chosen)


def choose(name: str, value: str) -> None:
    """Let a choice that the address keeps be another one, from the next run on; its control forgets what it showed."""
    import streamlit as st

    st.query_params[name] = value
    st.session_state.pop(f"address_{name}", None)


def _given(name: str, options: Sequence[str]) -> str:
    """What the address says, or the first option where it says nothing that there is."""
    import streamlit as st

    given = st.query_params.get(name)
    return given if given is not None and given in options else options[0]


def _keep(name: str, options: Sequence[str], chosen: str | None) -> str:
    import streamlit as st

    found = chosen if chosen is not None and chosen in options else options[0]
    if found != _given(name, options):
        if found == options[0]:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = found
    return found
