"""Bringing a file: choose it, look at what was read, confirm the columns, say where it comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.components.errors import show_error, shown
from dashboard.components.text import note
from dashboard.components.upload_origin import Origin, origin_fields
from dashboard.components.upload_pictures import what_was_found
from dashboard.components.upload_table import Chosen, choose_part, column_fields, show_head
from dashboard.i18n import _
from engine.errors import N_, DataError, InputError

if TYPE_CHECKING:
    from engine.data.images.seen import PicturesSeen
    from engine.data.preview import Preview

ENDINGS = ["csv", "tsv", "txt", "jsonl", "ndjson", "json", "parquet", "arrow", "xlsx", "xlsm", "zip"]


@dataclass(frozen=True, slots=True)
class Brought:
    """What a person confirmed about a file."""

    path: Path
    origin: Origin
    table: Chosen | None
    """Columns and splits of a table; None for pictures."""


@dataclass(frozen=True, slots=True)
class Readers:
    """What is asked about a file."""

    keep: Callable[[str, bytes], tuple[Path, bool]]
    """Stores it; the flag says that it was not there before."""
    drop: Callable[[Path], None]
    """Removes one that was refused."""
    look: Callable[[Path, str | None], "Preview"]
    """Reads a table, this part of it or the first."""
    holds_pictures: Callable[[Path], bool]
    look_at_pictures: Callable[[Path], "PicturesSeen"]


def upload_card(
    read: Readers, add: Callable[[Brought], None], ideas: Mapping[str, str], *, idea: str | None = None, key: str
) -> None:
    """Draw the card; `add` takes what was confirmed, `ideas` are names by address."""
    import streamlit as st

    with st.container(border=True):
        file = st.file_uploader(
            _("A table with one text and one label a row, or pictures in a ZIP"), type=ENDINGS, key=f"{key}_file"
        )
        if file is None:
            st.markdown(
                note(
                    _("CSV, JSON Lines, Parquet, Excel, or a ZIP of a data set folder or of one folder for each class.")
                    + " "
                    + _("The file stays on this machine; nothing in it is run.")
                )
            )
            return
        with shown():
            path, new = _kept(read, file.file_id, file.name, file.getvalue, f"{key}_kept")
            try:
                _confirm(read, path, add, ideas, idea=idea, key=f"{key}_{path.parent.name}")
            except DataError:
                if new:
                    read.drop(path)
                raise


def _kept(read: Readers, file_id: str, name: str, content: Callable[[], bytes], place: str) -> tuple[Path, bool]:
    """The stored file, stored and hashed once and not at every click; and whether it was not there before."""
    import streamlit as st

    known: tuple[str, Path, bool] = st.session_state.get(place, ("", Path(), False))
    if known[0] != file_id or not known[1].exists():
        known = (file_id, *read.keep(name, content()))
        st.session_state[place] = known
    return known[1], known[2]


def _confirm(
    read: Readers,
    path: Path,
    add: Callable[[Brought], None],
    ideas: Mapping[str, str],
    *,
    idea: str | None,
    key: str,
) -> None:
    import streamlit as st

    pictures = read.holds_pictures(path)
    seen = None if pictures else choose_part(lambda part: read.look(path, part), key)
    if seen is None:
        what_was_found(read.look_at_pictures(path))
    else:
        show_head(seen)
    with st.form(f"{key}_form", border=False):
        table = column_fields(seen, key) if seen else None
        origin = origin_fields(path, ideas, idea=idea, licence=seen.licence if seen else "", key=key)
        if st.form_submit_button(_("Add this data set"), type="primary", icon=":material/add:", key=f"{key}_add"):
            _add(add, Brought(path, origin, table))


def _add(add: Callable[[Brought], None], brought: Brought) -> None:
    if not brought.origin.name:
        show_error(InputError(N_("A data set needs a name."), kept=N_("The file and your other entries are kept.")))
        return
    with shown():
        add(brought)
