"""The warning that a run knows its training rows better than new ones."""

from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from engine.errors import N_
from engine.evidence import measure as known_measure

if TYPE_CHECKING:
    from engine.evaluation.overfitting import Fit

SAID = {
    "none": N_("No over-fitting that the data can show: {train} on training rows, {validation} on new ones."),
    "some": N_("Better on what it learned from: {train} on training rows, {validation} on new ones."),
    "large": N_("It over-fits: {train} on training rows, {validation} on new ones."),
}


def overfitting(fit: "Fit | None") -> None:
    """Draw the gap between training and validation in words, as a warning where it is large."""
    import streamlit as st

    if fit is None:
        st.markdown(note(_("The gap between training and validation was not recorded for this run: run it again.")))
        return
    words = f"{plain(fit_words(fit))} {plain(gap_words(fit))}"
    if fit.verdict == "large":
        st.warning(f"**{plain(fit_words(fit))}** {plain(gap_words(fit))} {_advice()}", icon=":material/warning:")
    else:
        st.markdown(words)
    st.markdown(note(plain(_about(fit))))


def fit_words(fit: "Fit") -> str:
    """The verdict with both figures, as plain text."""
    train, validation = (formats.percent(e.value, e.low, e.high) for e in (fit.train, fit.validation))
    return translate(SAID[fit.verdict], train=train, validation=validation)


def gap_words(fit: "Fit") -> str:
    """`+9.1 points of macro F1 (+6.0 to +12.1).`"""
    gap = fit.gap
    return translate(
        "The gap is {points} of {measure} ({interval}).",
        points=formats.points(gap.value, gap.low, gap.high),
        measure=_(known_measure(fit.measure).title),
        interval=gap_bounds(fit),
    )


def gap_bounds(fit: "Fit") -> str:
    """`+6.0 to +12.1`, in points."""
    return formats.between(*(formats.number(100 * end, 1, signed=True) for end in (fit.gap.low, fit.gap.high)))


def _advice() -> str:
    return plain(_("More data, fewer epochs, or fewer trained weights may help; compare on validation."))


def _about(fit: "Fit") -> str:
    return translate(
        "On a fixed sample of {rows} rows of the training split against {new} validation rows, 95% intervals. "
        "A recipe that learns from a part of the split has not seen all of them. A gap is no fault by itself.",
        rows=formats.number(fit.train.n),
        new=formats.number(fit.validation.n),
    )
