"""The form of a market's size: every input with its range and its reason; an empty field stays unknown."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from dashboard.components.author import author_field
from dashboard.components.demand.words import APPROACH_NAMES
from dashboard.components.errors import guarded, show_error, shown
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from engine.errors import N_, InputError
from engine.evidence import measure
from engine.market.size import INPUTS, Approach

if TYPE_CHECKING:
    from dashboard.store import Figure

Typed = tuple[float, float | None, float | None, str]
Write = Callable[[Mapping[str, Typed | None], str], object]
"""Takes inputs by measure key (None empties one) and the author."""
UNITS = {"share": N_("%"), "usd_per_year": N_("US$ a year"), "count": N_("number")}
ABOUT: Mapping[Approach, str] = {
    "bottom_up": N_("Buyers counted one by one, times what each of them would pay."),
    "top_down": N_("What a report says of the whole trade, times the shares that are yours to win."),
}


def size_dialog(figures: "Mapping[str, Figure]", write: Write) -> None:
    """Open the form, beginning with the current inputs."""
    import streamlit as st

    @st.dialog(_("How large is the market?"), width="large", icon=":material/edit_note:")
    @guarded
    def ask() -> None:
        st.markdown(note(plain(_("Nothing has a default: what stays empty stays unknown. Ranges are 95 % ranges."))))
        with st.form("size_form", border=False, enter_to_submit=False):
            typed: dict[str, Typed | InputError | None] = {}
            for approach, keys in INPUTS.items():
                st.markdown(f"**{_(APPROACH_NAMES[approach])}.** {plain(_(ABOUT[approach]))}")
                typed |= {key: _input(key, figures.get(key)) for key in keys}
            author = author_field("size_author")
            pressed = st.form_submit_button(_("Write down"), type="primary", key="size_go")
        if pressed:
            _write(write, typed, author)

    ask()


def _input(key: str, current: "Figure | None") -> Typed | InputError | None:
    """The four fields of one input; what is wrong with them is said after pressing."""
    import streamlit as st

    found = measure(key)
    scale = 100.0 if found.unit == "share" else 1.0
    start = (None, None, None) if current is None else (current.value, current.low, current.high)
    names = (f"{_(found.title)} ({_(UNITS[found.unit])})", _("At least"), _("At most"))
    places = st.columns([2.6, 1.2, 1.2, 3], vertical_alignment="bottom")
    numbers = [
        place.number_input(
            name,
            min_value=0.0,
            value=None if value is None else round(value * scale, 10),
            format="%g",
            step=None,
            placeholder=_("unknown"),
            key=f"size_{key}_{place_in_row}",
            help=_(found.help) if place_in_row == 0 else None,
        )
        for place_in_row, (place, name, value) in enumerate(zip(places, names, start, strict=False))
    ]
    why = places[3].text_input(
        _("Why this much"),
        value=current.note if current else "",
        placeholder=_("Where the figure comes from"),
        key=f"size_{key}_why",
    )
    value, low, high = (None if number is None else number / scale for number in numbers)
    if value is None:
        if low is None and high is None:
            return None
        return InputError(N_("{label} has a range and no value."), label=N_(found.title))
    return value, low, high, why.strip()


def _write(write: Write, typed: "Mapping[str, Typed | InputError | None]", author: str) -> None:
    import streamlit as st

    wrong = [one for one in typed.values() if isinstance(one, InputError)]
    if wrong:
        show_error(wrong[0])
        return
    if not author:
        show_error(InputError(N_("An assumption needs {parts}."), parts=translate("your name")))
        return
    with shown():
        write({key: one for key, one in typed.items() if not isinstance(one, InputError)}, author)
        st.rerun()
