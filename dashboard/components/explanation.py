"""Why an answer came about: the text with each word coloured, the strongest words with their figures, and the method.

Blue spoke for the answer, orange against it; the line under a word says the same without colour: solid for, dotted
against.
"""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from dashboard import formats, models
from dashboard.components.bars import picture
from dashboard.components.errors import shown
from dashboard.components.explanation_legend import legend
from dashboard.components.explanation_picture import draw_picture
from dashboard.components.ink import Ink, ink, rgba
from dashboard.components.text import note, one_line, plain
from dashboard.i18n import _, _n, translate
from engine.errors import N_
from engine.explanation.results import METHODS, TextExplanation

if TYPE_CHECKING:
    from engine.explanation.results import Explanation, Term

MOST_CHARS = 1_500
"""Longer texts are shown to here; the strongest words are of the whole text."""
STRONGEST, FAINTEST = 0.5, 0.04
"""Opacity behind the strongest word, and that below which a word is left plain."""
TERM_CHARS = 32
LEAST_SHARE = 0.05
"""Words with less than this part of the strongest one's figure are not listed."""
TOLD_GAP = 0.005
"""A remainder that shows in two decimals."""
BAR_WIDTH, BAR_HEIGHT = 96, 18
BECAUSE = "explained"
"""Where a session keeps what was explained to it."""
FIGURES = {"log_odds": N_("Log-odds"), "score": N_("Score")}


def why(key: str, run_id: str, given: str | bytes) -> None:
    """Draw the button, and once it was pressed why the run answers this text or picture so; another one folds it."""
    import streamlit as st

    open_for, asked = f"{key}_why_for", (run_id, hash(given))
    if st.session_state.get(open_for) != asked:
        st.button(
            _("Why?"),
            icon=":material/lightbulb:",
            key=f"{key}_why",
            on_click=lambda: st.session_state.update({open_for: asked}),
        )
        return
    with st.container(border=True), shown():
        found = _because(run_id, given)
        if isinstance(found, TextExplanation):
            draw_explanation(found)
        elif isinstance(given, bytes):
            draw_picture(found, given)


def _because(run_id: str, given: str | bytes) -> "Explanation":
    """What the model server says, asked once for the input that is open."""
    import streamlit as st

    known: dict[tuple[str, int], Explanation] = st.session_state.setdefault(BECAUSE, {})
    asked = (run_id, hash(given))
    if asked not in known:
        for old in [key for key in known if key[1] != asked[1]]:
            del known[old]
        known[asked] = models.explain(run_id, given)
    return known[asked]


def draw_explanation(found: TextExplanation) -> None:
    """Draw the explanation of a text."""
    import streamlit as st

    share = plain(formats.percent(found.probability))
    answer = translate("What spoke for *{label}* ({share})", label=plain(found.label, 40), share=share)
    st.markdown(f"**{answer}**")
    st.html(legend(ink()) + coloured(found, ink()))
    terms_table(found.terms, found.figure, found.label)
    st.markdown(note(" ".join(plain(words) for words in said(found))))


def coloured(found: TextExplanation, paint: Ink) -> str:
    """The text as HTML, every word with its colour and line. What people wrote is escaped."""
    most = max((abs(piece.value) for piece in found.pieces if piece.value is not None), default=0.0)
    parts, left = [], MOST_CHARS
    for piece in found.pieces:
        if left <= 0:
            parts.append("…")
            break
        text, left = piece.text[:left], left - len(piece.text)
        parts.append(_word(text, piece.value, most, paint))
    style = "line-height:1.9;overflow-wrap:anywhere;white-space:pre-wrap"
    return f'<div translate="no" style="{style}">{"".join(parts)}</div>'


def _word(text: str, value: float | None, most: float, paint: Ink) -> str:
    alpha = 0.0 if not value or not most else STRONGEST * abs(value) / most
    if value is None or alpha < FAINTEST:
        return escape(text)
    colour, line = (paint.blue, "solid") if value > 0 else (paint.series[1], "dotted")
    style = f"background:{rgba(colour, round(alpha, 3))};border-bottom:2px {line} {colour};border-radius:3px 3px 0 0"
    return f'<span style="{style}" title="{formats.number(value, 2, signed=True)}">{escape(text)}</span>'


def terms_table(terms: Sequence["Term"], figure: str, label: str) -> None:
    """The strongest words: a bar to either side, the signed figure, and what the answer is worth without the word."""
    import streamlit as st

    if not terms:
        st.markdown(note(_("No word moved the answer by itself.")))
        return
    most = max(abs(term.value) for term in terms)
    terms = [term for term in terms if abs(term.value) >= LEAST_SHARE * most]
    decimals = max(2, formats.decimals_for(most))
    columns = {
        one_line(_("Word")): [f"**{one_line(plain(term.text, TERM_CHARS))}**" for term in terms],
        "\u00a0": [
            picture(two_sided_bar(term.value, most, ink()), _("for") if term.value > 0 else _("against"))
            for term in terms
        ],
        one_line(_(FIGURES[figure])): [plain(formats.number(term.value, decimals, signed=True)) for term in terms],
    }
    if all(term.probability is not None for term in terms):
        without = [plain(formats.percent(term.probability or 0.0)) for term in terms]
        columns[one_line(_("Without it"))] = without
    alt = translate("The words that moved the answer {label} most", label=label)
    st.table(columns, border="horizontal", hide_index=True, alt=alt)


def two_sided_bar(value: float, most: float, paint: Ink, width: int = BAR_WIDTH) -> str:
    """SVG data URI: blue to the right of the middle for, orange to the left of it against."""
    middle, length = width / 2, abs(value) / most * (width / 2 - 4) if most else 0.0
    colour = paint.blue if value > 0 else paint.series[1]
    start = middle if value > 0 else middle - length
    bar = f'<rect x="{start:.1f}" y="4" width="{max(length, 1):.1f}" height="10" rx="2" fill="{colour}"/>'
    line = f'<path d="M{middle} 1V{BAR_HEIGHT - 1}" stroke="{paint.slate}" stroke-width="1.2"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{BAR_HEIGHT}">{bar}{line}</svg>'
    return "data:image/svg+xml," + quote(svg, safe="=/:,;'")


def said(found: TextExplanation) -> list[str]:
    """The method in words, what its figures come to, and what was not looked at. Plain text."""
    parts = [_(METHODS[found.method])]
    if found.base is not None and found.gap is not None:
        parts.append(
            translate(
                "Start {base}, words {words}, together {value}.",
                base=formats.number(found.base, 2, signed=True),
                words=formats.number(found.value - found.base - found.gap, 2, signed=True),
                value=formats.number(found.value, 2, signed=True),
            )
        )
        if abs(found.gap) >= TOLD_GAP:
            parts.append(
                translate("{gap} of it is accounted to no word.", gap=formats.number(found.gap, 2, signed=True))
            )
    if found.words_each > 1:
        together = _n(
            "The text is long: {n} word was left out at a time.",
            "The text is long: {n} words were left out at a time.",
            found.words_each,
        )
        parts.append(together.format(n=found.words_each))
    if found.words_read < found.words:
        parts.append(
            translate(
                "Only the first {read} of {words} words were looked at.",
                read=formats.number(found.words_read),
                words=formats.number(found.words),
            )
        )
    return parts
