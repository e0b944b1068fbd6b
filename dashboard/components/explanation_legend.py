"""What the colours of an explanation mean."""

from html import escape

from dashboard.components.ink import Ink, rgba
from dashboard.i18n import _


def legend(paint: Ink) -> str:
    """What the colours and lines mean, as HTML."""
    both = ((paint.blue, "solid", _("spoke for it")), (paint.series[1], "dotted", _("spoke against it")))
    marks = [
        f'<span><span style="background:{rgba(colour, 0.4)};border-bottom:2px {line} {colour};'
        f'padding:0 .6em;margin-right:.4em"></span>{escape(words)}</span>'
        for colour, line, words in both
    ]
    style = f"display:flex;gap:1.2em;flex-wrap:wrap;font-size:.875rem;color:{paint.muted};margin-bottom:.4em"
    return f'<div style="{style}">{"".join(marks)}</div>'
