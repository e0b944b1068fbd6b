"""The part of a run's page that says why: words of each class, and answers that were explained at its end."""

from typing import TYPE_CHECKING

from dashboard import formats, labelling
from dashboard.components.explanation import TERM_CHARS, draw_explanation
from dashboard.components.head import section_bar
from dashboard.components.text import link, listed, note, plain
from dashboard.i18n import _, translate
from engine.explanation.results import PictureExplanation, TextExplanation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.store import RunDetail
    from engine.explanation.results import Term
    from engine.explanation.stored import Example

MOST_CLASSES = 12
NAME_CHARS = 24


def why_part(detail: "RunDetail", _measure: str) -> None:
    """Draw it."""
    import streamlit as st

    found = labelling.explained(detail.row.id)
    if not found.examples and not found.words:
        target = link(_("Try it"), "demos", set=detail.row.dataset_id, a=detail.row.id)
        words = _("This run explained none of its answers. Any answer can be asked for its reasons on a text of yours:")
        st.markdown(f"{words} {target}")
        return
    if found.examples:
        section_bar(_("Why it answered so"))
        _one_of(detail, found.examples)
    if found.words:
        words = _("Weight of the word in the model: coefficient × inverse document frequency.")
        section_bar(_("Words that speak for each class"), note=words)
        words_table(found.words)


def words_table(words: "Mapping[str, tuple[Term, ...]]") -> None:
    """For each class its strongest words with their weights."""
    import streamlit as st

    shown = list(words)[:MOST_CLASSES]
    listed = [listed(_weighed(term) for term in words[label]) for label in shown]
    st.table(
        {_("Class"): [plain(label, NAME_CHARS) for label in shown], _("Words"): listed},
        border="horizontal",
        hide_index=True,
        alt=_("Words that speak for each class"),
    )
    if len(words) > len(shown):
        left = formats.number(len(words) - len(shown))
        st.markdown(note(plain(translate("{count} further classes are not shown.", count=left))))


def _weighed(term: "Term") -> str:
    return f"**{plain(term.text, TERM_CHARS)}** {plain(formats.number(term.value, 1, signed=True))}"


def _one_of(detail: "RunDetail", examples: "tuple[Example, ...]") -> None:
    import streamlit as st

    chosen: int = st.selectbox(
        _("Answer"),
        range(len(examples)),
        format_func=lambda place: _name(examples[place]),
        key=f"why_{detail.row.id}",
        label_visibility="collapsed",
    )
    _draw(detail, examples[chosen])


def _draw(detail: "RunDetail", example: "Example") -> None:
    import streamlit as st

    many = len(example.explanations)
    places = st.columns(many, gap="medium") if many > 1 else [st.container()]
    for place, explanation in zip(places, example.explanations, strict=True):
        with place, st.container(border=True, height="stretch"):
            if isinstance(explanation, TextExplanation):
                draw_explanation(explanation)
            elif isinstance(explanation, PictureExplanation) and detail.row.dataset_id is not None:
                from dashboard.components.explanation_picture import draw_picture

                draw_picture(
                    explanation, labelling.row_input(detail.row.dataset_name or "", detail.row.dataset_id, example.row)
                )


def _name(example: "Example") -> str:
    """`✗ row 12: praise taken for complaint, 98.1%`."""
    share = formats.percent(example.explanations[0].probability)
    if example.mistaken:
        words = translate(
            "row {row}: {true} taken for {answer}, {share}",
            row=formats.number(example.row),
            true=example.true[:NAME_CHARS],
            answer=example.answer[:NAME_CHARS],
            share=share,
        )
        return f"✗ {words}"
    row, true = formats.number(example.row), example.true[:NAME_CHARS]
    return f"✓ {translate('row {row}: {true}, rightly, {share}', row=row, true=true, share=share)}"
