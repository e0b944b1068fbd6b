"""Bringing a file: choose it, look at what was read, confirm the columns, say where it comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.errors import show_error, shown
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from engine.errors import N_, InputError

if TYPE_CHECKING:
    from engine.data.preview import Preview

ENDINGS = ["csv", "tsv", "txt", "jsonl", "ndjson", "json"]
DELIMITERS = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tab"), "|": N_("vertical bar")}
HEAD_HEIGHT = 212


@dataclass(frozen=True, slots=True)
class Brought:
    """What a person confirmed about a file."""

    path: Path
    text_column: str
    label_column: str
    name: str
    licence: str
    source: str
    idea: str | None
    """Address of the idea that the data is for."""


def upload_card(
    keep: Callable[[str, bytes], Path],
    look: Callable[[Path], "Preview"],
    add: Callable[[Brought], None],
    ideas: Mapping[str, str],
    *,
    idea: str | None = None,
    key: str,
) -> None:
    """Draw the card. `keep` stores the file, `look` reads it, `add` takes what was confirmed; `ideas` by address."""
    import streamlit as st

    with st.container(border=True):
        file = st.file_uploader(
            _("A CSV or JSONL file with one text and one label a row"), type=ENDINGS, key=f"{key}_file"
        )
        if file is None:
            st.markdown(note(_("The file stays on this machine. Encoding and delimiter are found by themselves.")))
            return
        with shown():
            path = keep(file.name, file.getvalue())
            _confirm(path, look(path), add, ideas, idea=idea, key=f"{key}_{path.parent.name}")


def _confirm(
    path: Path, seen: "Preview", add: Callable[[Brought], None], ideas: Mapping[str, str], *, idea: str | None, key: str
) -> None:
    import streamlit as st

    st.markdown(_what_was_read(seen))
    st.dataframe(seen.head, height=HEAD_HEIGHT, hide_index=True, alt=_("The first rows of the file"))
    with st.form(f"{key}_form", border=False):
        left, right = st.columns(2)
        text = left.selectbox(_("Text"), seen.columns, index=seen.columns.index(seen.proposal.text), key=f"{key}_text")
        label = right.selectbox(
            _("Label"), seen.columns, index=seen.columns.index(seen.proposal.label), key=f"{key}_label"
        )
        reasons = " ".join(plain(translate(reason.template, **reason.values)) for reason in seen.proposal.reasons)
        st.markdown(note(reasons))
        left, right = st.columns(2)  # anew for each pair, so that a phone stacks them in this order
        name = left.text_input(_("Name"), value=_proposed_name(path), max_chars=120, key=f"{key}_name")
        chosen = right.selectbox(
            _("For the idea"),
            [None, *ideas],
            index=[None, *ideas].index(idea) if idea in ideas else 0,
            format_func=lambda slug: ideas[slug] if slug else _("none yet"),
            key=f"{key}_idea",
        )
        left, right = st.columns(2)
        licence = left.text_input(
            _("Licence"), placeholder=_("such as CC BY 4.0, or our own"), max_chars=200, key=f"{key}_licence"
        )
        source = right.text_input(
            _("Source"), placeholder=_("who made it, where it is from"), max_chars=500, key=f"{key}_source"
        )
        if st.form_submit_button(_("Add this data set"), type="primary", icon=":material/add:", key=f"{key}_add"):
            _add(add, Brought(path, text, label, name.strip(), licence.strip(), source.strip(), chosen))


def _add(add: Callable[[Brought], None], brought: Brought) -> None:
    if not brought.name:
        show_error(InputError(N_("A data set needs a name."), kept=N_("The file and your other entries are kept.")))
        return
    with shown():
        add(brought)


def _what_was_read(seen: "Preview") -> str:
    kind = (
        translate("{encoding}, separated by {delimiter}", encoding=seen.encoding, delimiter=_delimiter(seen.delimiter))
        if seen.format == "csv"
        else translate("{encoding}, JSON Lines", encoding=seen.encoding)
    )
    rows = translate(
        "{rows} rows, {columns} columns", rows=formats.number(seen.rows), columns=formats.number(len(seen.columns))
    )
    return f"**{plain(seen.file_name)}**: {plain(rows)}; {plain(kind)}."


def _delimiter(delimiter: str) -> str:
    return _(DELIMITERS[delimiter]) if delimiter in DELIMITERS else f"“{delimiter}”"


def _proposed_name(path: Path) -> str:
    words = path.stem.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]
