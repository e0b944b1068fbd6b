"""Words inside Streamlit's own widgets, which it has in English alone: covered by ours, for eyes and screen readers."""

import json

from dashboard.i18n import _
from engine.wording import SOURCE, language

FIELD = '[data-testid="stFileUploaderDropzone"]'
HINT = '[data-testid="stFileUploaderDropzoneInstructions"]'


def widget_words() -> str:
    """The style rules that do it, as HTML; none where Streamlit's own words are the reader's."""
    if language() == SOURCE:
        return ""
    covered = {
        f'{FIELD} [data-testid="stMarkdownContainer"]': ("p", _("Choose a file")),
        f"{HINT} > div": ("span", _("or drop it here")),
    }
    rules = (
        f"{place} > {hidden}{{display:none}}{place}::after{{content:{json.dumps(words, ensure_ascii=False)}}}"
        for place, (hidden, words) in covered.items()
    )
    return f"<style>{''.join(rules)}</style>"
