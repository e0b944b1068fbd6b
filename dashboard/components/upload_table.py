"""What was read of a table, and which of its columns and splits are meant."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.profile import split_counts
from dashboard.components.text import listed, note, plain
from dashboard.i18n import _, translate
from engine.errors import N_

if TYPE_CHECKING:
    from engine.data.preview import Preview

DELIMITERS = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tab"), "|": N_("vertical bar")}
FORMATS = {
    "jsonl": N_("JSON Lines"),
    "parquet": N_("Parquet or Arrow"),
    "xlsx": N_("Excel workbook"),
    "folder": N_("data set folder"),
}
MOST_FURTHER = 20
HEAD_HEIGHT = 212


@dataclass(frozen=True, slots=True)
class Chosen:
    """Columns and splits that a person confirmed."""

    text: str
    label: str
    further: tuple[str, ...]
    """Columns kept for slices and groups."""
    part: str
    own_splits: bool
    """Whether the splits that the file makes itself are kept."""


def choose_part(look: Callable[[str | None], "Preview"], key: str) -> "Preview":
    """Read the file, and where it has several sheets or configurations ask which."""
    import streamlit as st

    seen = look(None)
    if len(seen.parts) < 2:
        return seen
    label = _("Sheet") if seen.format == "xlsx" else _("Configuration")
    part = st.selectbox(label, seen.parts, index=seen.parts.index(seen.part), key=f"{key}_part")
    return seen if part == seen.part else look(part)


def show_head(seen: "Preview") -> None:
    """Draw what was read, what was left out, and the first rows."""
    import streamlit as st

    st.markdown(_what_was_read(seen))
    st.dataframe(seen.head, height=HEAD_HEIGHT, hide_index=True, alt=_("The first rows of the file"))
    said = []
    if seen.left_out:
        names = listed(seen.left_out[:10])
        said.append(translate("Left out, because they hold no plain values: {names}.", names=names))
    if seen.skipped:
        names = listed(seen.skipped)
        said.append(
            translate("Passed over, because they are none of train, validation and test: {names}.", names=names)
        )
    if said:
        st.markdown(note(plain(" ".join(said))))


def column_fields(seen: "Preview", key: str) -> Chosen:
    """Draw the choice of columns and splits, inside a form."""
    import streamlit as st

    left, right = st.columns(2)
    text = left.selectbox(_("Text"), seen.columns, index=seen.columns.index(seen.proposal.text), key=f"{key}_text")
    label = right.selectbox(_("Label"), seen.columns, index=seen.columns.index(seen.proposal.label), key=f"{key}_label")
    reasons = " ".join(plain(translate(reason.template, **reason.values)) for reason in seen.proposal.reasons)
    st.markdown(note(reasons))
    further: list[str] = []
    others = [name for name in seen.columns if name not in (seen.proposal.text, seen.proposal.label)]
    if others:
        further = st.multiselect(
            _("Keep too"),
            others,
            default=list(seen.further),
            max_selections=MOST_FURTHER,
            placeholder=_("no further column"),
            help=_("For figures by group, such as channel or country. Proposed are columns of few short values."),
            key=f"{key}_further",
        )
    own = True
    if seen.splits:
        own = st.checkbox(_("Keep the splits of the file"), value=True, key=f"{key}_splits")
        st.markdown(note(plain(_about_splits(seen))))
    return Chosen(text, label, tuple(name for name in further if name not in (text, label)), seen.part, own)


def _about_splits(seen: "Preview") -> str:
    said = translate("It has {parts}.", parts=split_counts(seen.splits))
    missing = [split for split in ("validation", "test") if split not in seen.splits]
    if missing:
        said += " " + _("What is missing is drawn from train.")
    return said + " " + _("A text in two of them stays outside train.")


def _what_was_read(seen: "Preview") -> str:
    rows = translate(
        "{rows} rows, {columns} columns", rows=formats.number(seen.rows), columns=formats.number(len(seen.columns))
    )
    return f"**{plain(seen.file_name)}**: {plain(rows)}; {plain(_kind(seen))}."


def _kind(seen: "Preview") -> str:
    if seen.format == "csv":
        named = _(DELIMITERS[seen.delimiter]) if seen.delimiter in DELIMITERS else f"“{seen.delimiter}”"
        return translate("{encoding}, separated by {delimiter}", encoding=seen.encoding, delimiter=named)
    kind = _(FORMATS[seen.format])
    if seen.format == "xlsx":
        return translate("{kind}, sheet “{sheet}”", kind=kind, sheet=seen.part)
    return f"{seen.encoding}, {kind}" if seen.encoding else kind
