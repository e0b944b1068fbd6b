"""Pictures of a data set: a few of one class at a time, small, read when they are shown."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from dashboard.components.errors import live
from dashboard.components.head import section_bar
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate

MOST = 24
WIDTH = 72
EACH = "*"


def gallery(
    pictures: Callable[[int], Mapping[str, Sequence[tuple[int, Path]]]], small: Callable[[Path], bytes], key: str
) -> None:
    """Draw the choice of a class and its pictures.

    `pictures` gives up to so many (row, file) of each class of the training split, "" being those without; `small`
    makes a thumbnail of one.
    """
    import streamlit as st

    found = pictures(MOST)
    place = section_bar(_("Pictures"), control=True)
    names = {EACH: _("one or two of each"), "": _("without a class")}
    chosen = place.selectbox(
        _("Class"),
        [EACH, *found],
        format_func=lambda known: names.get(known, known),
        label_visibility="collapsed",
        width=220,
        key=f"{key}_class",
    )
    shown = _of_each(found) if chosen == EACH else [(chosen, *one) for one in found[chosen]]
    with st.container(horizontal=True, gap="small"):
        for label, row, path in shown:
            st.image(small(path), caption=plain(label, 12) if chosen == EACH else f"{row}", width=WIDTH)
    if chosen != EACH:
        st.markdown(note(translate("The first {count} of the training split, with their row.", count=len(shown))))


def live_gallery(
    pictures: Callable[[int], Mapping[str, Sequence[tuple[int, Path]]]], small: Callable[[Path], bytes], key: str
) -> None:
    """The gallery as a fragment: another class is chosen without drawing the page anew."""
    live(partial(gallery, pictures, small, key), None)()


def _of_each(found: Mapping[str, Sequence[tuple[int, Path]]]) -> list[tuple[str, int, Path]]:
    each = 2 if 2 * len(found) <= MOST else 1
    return [(label, *one) for label, pictures in found.items() if label for one in pictures[:each]][:MOST]
