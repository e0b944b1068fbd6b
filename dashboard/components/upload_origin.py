"""The name of a data set, the idea it is for, and where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dashboard.i18n import _


@dataclass(frozen=True, slots=True)
class Origin:
    """What a person says of a data set."""

    name: str
    licence: str
    source: str
    idea: str | None
    """Address of the idea that the data is for."""


def origin_fields(path: Path, ideas: Mapping[str, str], *, idea: str | None, licence: str, key: str) -> Origin:
    """Draw the fields, inside a form; `licence` is what the file says itself."""
    import streamlit as st

    left, right = st.columns(2)
    name = left.text_input(_("Name"), value=proposed_name(path), max_chars=120, key=f"{key}_name")
    chosen = right.selectbox(
        _("For the idea"),
        [None, *ideas],
        index=[None, *ideas].index(idea) if idea in ideas else 0,
        format_func=lambda slug: ideas[slug] if slug else _("none yet"),
        key=f"{key}_idea",
    )
    left, right = st.columns(2)  # anew for each pair, so that a phone stacks them in this order
    said = left.text_input(
        _("Licence"),
        value=licence[:200],
        placeholder=_("such as CC BY 4.0, or our own"),
        max_chars=200,
        key=f"{key}_licence",
    )
    source = right.text_input(
        _("Source"), placeholder=_("who made it, where it is from"), max_chars=500, key=f"{key}_source"
    )
    return Origin(name.strip(), said.strip(), source.strip(), chosen)


def proposed_name(path: Path) -> str:
    """The file's name as words."""
    words = path.stem.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]
