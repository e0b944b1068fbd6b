"""Every input that somebody typed of a market, newest first: nothing is overwritten."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.table import words_table
from dashboard.components.text import note, one_line, plain, unbroken
from dashboard.i18n import _
from engine.evidence import measure
from engine.wording.names import SAMPLE, person
from engine.wording.notes import note_words

if TYPE_CHECKING:
    from dashboard.store.demand import Entry


def draw_log(log: "Sequence[Entry]") -> None:
    """Draw one row an entry; what was taken back says so."""
    import streamlit as st

    if not log:
        st.markdown(note(plain(_("Nothing was typed yet."))))
        return
    columns = {
        _("Day"): [formats.date(entry.at) for entry in log],
        _("Measure"): [unbroken(_(measure(entry.measure).title)) for entry in log],
        _("Value"): [_value(entry) for entry in log],
        _("Who"): [plain(person(entry.author), 40) for entry in log],
        _("Why"): [plain(_why(entry), 200) for entry in log],
    }
    words_table(columns, _("What was typed of this market, newest first"), stacks=True)


def _why(entry: "Entry") -> str:
    """What we wrote ourselves in the reader's language: why an input was taken back, and the sample's reasons."""
    return note_words(entry.why) if entry.value is None or entry.author == SAMPLE else entry.why


def _value(entry: "Entry") -> str:
    if entry.value is None:
        return plain(_("emptied"))
    written = formats.value(entry.measure, entry.value, entry.low, entry.high)
    interval = formats.interval(entry.measure, entry.low, entry.high)
    return one_line(plain(f"{written} ({interval})" if interval else written))
