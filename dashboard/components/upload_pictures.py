"""Bringing pictures: what the archive holds, a few of them, and where it comes from."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.text import listed, note, plain
from dashboard.i18n import _, _n, translate

if TYPE_CHECKING:
    from engine.data.images.seen import PicturesSeen

WIDTH = 72
NAMED = 12


def what_was_found(seen: "PicturesSeen") -> None:
    """Draw the count of pictures and classes, a few pictures, and what is odd about them."""
    import streamlit as st

    classes = _n("{n} class", "{n} classes", len(seen.classes)).format(n=formats.number(len(seen.classes)))
    pictures = _n("{n} picture", "{n} pictures", seen.pictures).format(n=formats.number(seen.pictures))
    st.markdown(f"**{plain(seen.file_name)}**: {plain(pictures)}, {plain(classes)}.")
    if seen.examples:
        with st.container(horizontal=True, gap="small"):
            for label, content in seen.examples:
                st.image(content, caption=plain(label or _("no class"), 12), width=WIDTH)
    st.markdown(note(" ".join(plain(words) for words in [_classes(seen.classes), *_odd(seen)])))


def _classes(classes: Mapping[str, int]) -> str:
    named = listed(f"{label} ({formats.number(count)})" for label, count in list(classes.items())[:NAMED])
    return f"{named}{' …' if len(classes) > NAMED else ''}."


def _odd(seen: "PicturesSeen") -> list[str]:
    said = []
    if seen.unlabelled:
        said.append(
            translate(
                "{count} lie in no class folder: they are kept for labelling.", count=formats.number(seen.unlabelled)
            )
        )
    if seen.other:
        said.append(translate("{count} other files are passed over.", count=formats.number(seen.other)))
    if seen.faults:
        said.append(
            translate(
                "Of those looked at, {count} cannot be read: {first}", count=len(seen.faults), first=seen.faults[0]
            )
        )
    return said
