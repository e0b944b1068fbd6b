"""One row at a time: its text or picture, one button a class, skip and undo. Every click is stored at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.errors import show_error
from dashboard.components.labelling_queue import Candidate
from dashboard.components.text import ended, note, plain
from dashboard.i18n import _, _n, language, translate
from engine.errors import N_, ProspectusError
from engine.spec import SPLITS

if TYPE_CHECKING:
    from dashboard.store import LabellingState

MOST_BUTTONS = 20
"""Classes that get a button; with more they are chosen from a list."""
DIGITS = "0123456789"
PICTURE_WIDTH = 320
SHOWN_CHARS = 20_000
TALL_CHARS, TALL_PX = 900, 320
"""Texts longer than this scroll in a box of this height, so that the buttons stay where they are."""
_SEPARATORS = {"zh_CN": "；"}
FAULT, GUESS = "label_fault", "label_guess"
WHY_HIDDEN = N_("Hidden at first: an answer that is read before one’s own pulls it along.")
SPLIT_WARNINGS = {
    "validation": N_("This row is in the validation split: correcting it changes what models are chosen by."),
    "test": N_("This row is in the test split: correcting it changes the figures that decisions rest on."),
}


def label_card(
    one: Candidate,
    given: Any,
    labels: Sequence[str],
    author: str,
    *,
    give: Callable[..., None],
    skip: Callable[[int], None],
    undo: Callable[[], None],
) -> None:
    """Draw one row and what may be said of it. `given` is its text, or the path of its picture."""
    import streamlit as st

    if fault := st.session_state.pop(FAULT, None):
        show_error(fault)
    if one.split in SPLIT_WARNINGS:
        st.warning(
            f"{_(SPLIT_WARNINGS[one.split])} {_('Runs on the old version keep their figures.')}",
            icon=":material/warning:",
        )
    guess_shown = bool(st.session_state.get(GUESS))
    st.markdown(note(plain(_about(one, guess_shown))))
    _draw_input(given)
    if not author:
        st.markdown(note(_("Type your name first: it stands beside every label.")))
    _buttons(one, labels, author, give)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Skip"),
            icon=":material/skip_next:",
            shortcut="S",
            key="label_skip",
            on_click=skip,
            args=(one.row,),
            type="tertiary",
        )
        undo()
        _new_class(one, author, give)
        if one.guess is not None and not one.carried:
            st.toggle(_("Show the model’s answer"), key=GUESS, help=_(WHY_HIDDEN))


def undo_button(author: str, undo: Callable[[], None]) -> None:
    """Draw it; it takes back the newest label of this person."""
    import streamlit as st

    st.button(
        _("Undo"), icon=":material/undo:", shortcut="Z", key="label_undo", on_click=undo, disabled=not author,
        type="tertiary",
    )  # fmt: skip


def keeping(act: Callable[..., None]) -> Callable[..., None]:
    """The act as a callback: what goes wrong is shown at the next drawing and nothing is lost."""
    import streamlit as st

    def acting(*args: Any) -> None:
        try:
            act(*args)
        except ProspectusError as error:
            st.session_state[FAULT] = error

    return acting


def _about(one: Candidate, guess_shown: bool) -> str:
    parts = [translate("Row {row}", row=formats.number(one.row))]
    if one.carried:
        parts.append(translate("labelled “{label}” in the data, {split} split", label=one.carried, split=_(one.split)))
    if one.guess is not None and one.carried:
        share = formats.percent(one.guess.probability)
        parts.append(translate("a model that never saw it says “{label}”, {share}", label=one.guess.label, share=share))
    elif one.guess is not None:
        parts.append(translate("uncertainty {value} of 1", value=formats.number(one.guess.uncertainty, 2)))
        if guess_shown:
            share = formats.percent(one.guess.probability)
            parts.append(translate("the model says “{label}”, {share}", label=one.guess.label, share=share))
    if one.others:
        parts.append(_n("{n} person labelled it", "{n} people labelled it", one.others).format(n=one.others))
    return ended((_SEPARATORS.get(language()) or "; ").join(parts))


def _draw_input(given: Any) -> None:
    import streamlit as st

    if isinstance(given, Path):
        from engine.data.images.thumbs import thumbnail

        st.image(thumbnail(given, side=2 * PICTURE_WIDTH), width=PICTURE_WIDTH, alt=_("The picture to label"))
        return
    text = str(given)
    shown = text[:SHOWN_CHARS]
    size = "font-size:1.125rem;line-height:1.6;white-space:pre-wrap;overflow-wrap:anywhere"
    place = st.container(height=TALL_PX) if len(text) > TALL_CHARS else st.container()
    place.html(f'<div translate="no" style="{size}">{escape(shown)}</div>')
    if len(text) > SHOWN_CHARS:
        more = formats.number(len(text) - SHOWN_CHARS)
        place.markdown(note(plain(translate("{count} further characters are not shown.", count=more))))


def _buttons(one: Candidate, labels: Sequence[str], author: str, give: Callable[[int, str], None]) -> None:
    import streamlit as st

    with st.container(horizontal=True):
        if len(labels) > MOST_BUTTONS:
            _from_list(one, labels, author, give)
            return
        keys = keys_of(labels)
        for place, label in enumerate(labels):
            st.button(
                plain(label, 40),
                key=f"label_as_{place}",
                shortcut=keys[place],
                icon=":material/check:" if label == one.carried else None,
                help=_("The label it carries: press to confirm it.") if label == one.carried else None,
                on_click=give,
                args=(one.row, label),
                disabled=not author,
            )


def _new_class(one: Candidate, author: str, give: Callable[..., None]) -> None:
    """A field for a class that the data does not have yet."""
    import streamlit as st

    with st.popover(_("New class"), icon=":material/add:", type="tertiary", disabled=not author):
        name = st.text_input(_("Name of the class"), max_chars=80, key=f"label_new_{one.row}")
        st.markdown(note(_("A new class needs at least three rows, one for each split, before a version can be made.")))
        st.button(
            _("Give this label"), key="label_new_give", on_click=give, args=(one.row, name, True),
            disabled=not name.strip(),
        )  # fmt: skip


def keys_of(labels: Sequence[str]) -> list[str | None]:
    """The key of each class: its own name where all are single digits, else 1 to 9 in order, none for the rest."""
    if all(len(label) == 1 and label in DIGITS for label in labels):
        return list(labels)
    return [DIGITS[place + 1] if place + 1 < len(DIGITS) else None for place in range(len(labels))]


def _from_list(one: Candidate, labels: Sequence[str], author: str, give: Callable[[int, str], None]) -> None:
    import streamlit as st

    start = labels.index(one.carried) if one.carried in labels else None
    chosen = st.selectbox(
        _("Class"), labels, index=start, key=f"label_list_{one.row}", label_visibility="collapsed", width=320,
        placeholder=_("Type to find a class"),
    )  # fmt: skip
    st.button(
        _("Give this label"), key="label_give", on_click=give, args=(one.row, chosen),
        disabled=not author or chosen is None,
    )  # fmt: skip


def changes(state: "LabellingState", known: Any) -> dict[str, int]:
    """How many standing labels are new, confirm, or correct a row of each split: by `new`, `same`, split name."""
    counts = dict.fromkeys(("new", "same", "train", "validation", "test"), 0)
    for row, label in state.labels.items():
        carried, split = known.get(row, ("", ""))
        counts["new" if not split else "same" if carried == label else split] += 1
    return counts


@dataclass(frozen=True, slots=True)
class Added:
    """A class that people gave and the data does not have yet."""

    label: str
    unlabelled: int
    """Its rows that had no label."""
    corrected: int
    lacking: int
    """How many rows are missing until each split can have one."""


def added_classes(labels: Sequence[str], state: "LabellingState", known: Any) -> list[Added]:
    """What becomes of each class that is none of the data's `labels`; `known` has label and split of labelled rows."""
    rows: dict[str, list[str]] = {}
    for row, label in state.labels.items():
        if label not in labels:
            rows.setdefault(label, []).append(known.get(row, ("", ""))[1])
    found = []
    for label, splits in sorted(rows.items()):
        unlabelled = splits.count("")
        lacking = max(0, len(SPLITS) - len(set(splits) - {""}) - unlabelled)
        found.append(Added(label, unlabelled, len(splits) - unlabelled, lacking))
    return found
