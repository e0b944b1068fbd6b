"""Suspected personal data of a data set: what was found, where it stands, and the way to mask it."""

from collections.abc import Callable, Mapping
from typing import Any

from dashboard import formats
from dashboard.components.head import section_bar
from dashboard.components.text import note, one_line, plain, unbroken
from dashboard.i18n import _
from engine.errors import N_

KIND_NAMES = {
    "email": N_("e-mail addresses"),
    "phone": N_("telephone numbers"),
    "id_number": N_("ID numbers"),
    "card": N_("payment cards"),
}
EXAMPLE_CHARS = 110


def personal_part(found: Mapping[str, Mapping[str, Any]] | None, mask: Callable[[], None], key: str) -> None:
    """Draw the counts and the button that masks; nothing for a data set in which it was not looked for."""
    import streamlit as st

    if found is None:
        return
    if not found:
        section_bar(_("Suspected personal data"))
        st.markdown(_("Nothing found: no e-mail address, telephone number, ID number or payment card."))
        st.markdown(note(_not_looked_for()))
        return
    place = section_bar(_("Suspected personal data"), control=True)
    if place.button(_("Mask in a new version"), icon=":material/visibility_off:", key=f"{key}_mask"):
        mask()
    st.table(
        {
            one_line(_("Kind")): [unbroken(_(KIND_NAMES[kind])) for kind in found],
            one_line(_("Rows")): [formats.number(of["rows"]) for of in found.values()],
            one_line(_("Places")): [formats.number(of["found"]) for of in found.values()],
            _("Such as"): [plain(of["examples"][0], EXAMPLE_CHARS) if of["examples"] else "" for of in found.values()],
        },
        border="horizontal",
        hide_index=True,
        alt=_("Suspected personal data by kind, examples masked"),
    )
    st.markdown(note(_("What a check digit or a numbering plan confirms.") + " " + _not_looked_for()))


def _not_looked_for() -> str:
    return _("Names, postal addresses and passports are not looked for.")
