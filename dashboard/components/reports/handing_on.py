"""A report as a page shows it: its answer, the files to take, and the document as it is."""

from functools import partial
from typing import TYPE_CHECKING

from dashboard.components.head import answer, section_bar
from dashboard.components.text import note, plain, sentences
from dashboard.i18n import LANGUAGES, _, language, translate
from dashboard.store.reports import report_bytes
from engine.reports.writing import say

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dashboard.store.reports import Report

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEIGHT = 900


def language_of_report(place: "DeltaGenerator") -> str:
    """Draw the choice of the report's language: the reader's own, until another is chosen."""
    options = sorted(LANGUAGES, key=lambda name: name != language())
    chosen = place.segmented_control(
        _("Language of the report"),
        options,
        default=options[0],
        required=True,
        format_func=LANGUAGES.__getitem__,
        label_visibility="collapsed",
        key=f"report_language_{language()}",
    )
    return str(chosen or options[0])


def files(place: "DeltaGenerator", report: "Report", written_in: str) -> None:
    """Draw the buttons; a file is written when one is pressed."""
    for ending, label, kind, mime, icon in (
        (".xlsx", _("Excel workbook"), "secondary", EXCEL, ":material/table_view:"),
        (".html", _("Document to print"), "primary", "text/html", ":material/print:"),
    ):
        place.download_button(
            label,
            partial(report_bytes, report, ending, written_in),
            f"{report.name}-{written_in}{ending}",
            mime,
            type=kind,  # type: ignore[arg-type]
            icon=icon,
            on_click="ignore",
            key=f"report_file_{ending[1:]}",
        )


def said(report: "Report") -> None:
    """The report's own answer, and how many figures it stands on."""
    lead, *rest = (say(line) for line in report.lead)
    answer(sentences(f"**{plain(lead)}**", *(plain(line) for line in rest)))
    count = translate("Figures, each with its grade, source, interval and date: {n}.", n=len(report.entries))
    import streamlit as st

    st.markdown(note(plain(count)))


def preview(report: "Report", written_in: str) -> None:
    """The document as whoever gets it sees it."""
    import streamlit as st

    section_bar(_("The document"))
    written = report_bytes(report, ".html", written_in).decode()
    st.iframe(written, height=HEIGHT, alt=translate("Preview: {title}", title=say(report.title)))
