"""What is different about the profile of pictures: sizes, reasons, what the files were, and which could not be read."""

from collections.abc import Mapping
from typing import Any

from dashboard import formats
from dashboard.components.errors import message
from dashboard.components.kpis import Kpi
from dashboard.components.text import listed, note, plain
from dashboard.i18n import _, _n, translate
from engine.errors import N_, from_dict

LEFT_OUT = {
    "missing_text": N_("cannot be read"),
    "missing_label": N_("no class"),
    "exact_duplicates": N_("equal in every pixel"),
    "normalised_duplicates": N_("nearly equal"),
    "conflicting_rows": N_("same picture under different labels"),
}
NAMED = 20


def reads_pictures(profile: Mapping[str, Any]) -> bool:
    """Whether a profile is one of pictures; older profiles are of texts."""
    return bool(profile.get("input_kind") == "image")


def size_kpi(profile: Mapping[str, Any]) -> Kpi:
    """The usual longer side, pixels."""
    sides = profile["lengths"]
    return Kpi(
        _("Longer side"),
        translate("{pixels} px", pixels=formats.number(sides["p50"])),
        interval=translate("95% ≤ {length}", length=formats.number(sides["p95"])),
        help=translate(
            "Half of the pictures are smaller than this. The largest has {most} pixels a side. At most 512 are kept.",
            most=formats.number(sides["max"]),
        ),
    )


def formats_of(profile: Mapping[str, Any]) -> str:
    """`PNG 1,797`, most first; plain text."""
    return listed(f"{name} {formats.number(count)}" for name, count in profile["pictures"]["formats"].items())


def what_was_done(profile: Mapping[str, Any]) -> str:
    """How many were turned, shrunk, or had more than one frame. Plain text, empty when nothing was."""
    found = profile["pictures"]
    said = [
        _n("{n} turned upright", "{n} turned upright", found["turned"]).format(n=formats.number(found["turned"])),
        _n("{n} shrunk to 512 pixels", "{n} shrunk to 512 pixels", found["shrunk"]).format(
            n=formats.number(found["shrunk"])
        ),
        _n("of {n} moving picture the first frame", "of {n} moving pictures the first frame", found["animated"]).format(
            n=formats.number(found["animated"])
        ),
        _n("{n} other file passed over", "{n} other files passed over", found["other"]).format(
            n=formats.number(found["other"])
        ),
    ]
    counts = [found[name] for name in ("turned", "shrunk", "animated", "other")]
    return "; ".join(words for words, count in zip(said, counts, strict=True) if count)


def unreadable(profile: Mapping[str, Any]) -> None:
    """Draw the pictures that could not be read, folded away, each with its reason."""
    import streamlit as st

    faults = profile["pictures"]["unreadable"]
    if not faults:
        return
    with st.expander(_("What could not be read"), type="compact"):
        for fault in faults[:NAMED]:
            st.markdown(note(plain(message(from_dict(fault["error"])), 300)))
        if profile["missing_text"] > NAMED:
            st.markdown(note(plain(translate("The first {count} of {all}.", count=NAMED, all=profile["missing_text"]))))
