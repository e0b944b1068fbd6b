"""What to find out first: one card each, with what knowing it would be worth and the way there."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_badge
from dashboard.components.text import note, plain, url
from dashboard.i18n import _, translate
from engine.errors import N_

if TYPE_CHECKING:
    from dashboard.store.plans import Next

CARDS = 3
WAYS = {
    "quality": ("tune", N_("Measure it with a run")),
    "latency": ("tune", N_("Measure it with a run")),
    "serving": ("tune", N_("Measure it with a run")),
    "cost": ("tune", N_("Measure it with a run")),
    "market": ("users", N_("Bring what customers did")),
}
"""Subject of a measure to the page that supplies it."""
BY_HAND = ("business", N_("Narrow it in the scenario"))


def next_cards(steps: Sequence["Next"]) -> None:
    """The most valuable ones as cards, side by side."""
    import streamlit as st

    shown = steps[:CARDS]
    if not shown:
        st.markdown(note(_("No single figure could change which idea is best.")))
        return
    for place, step in zip(st.columns(len(shown), gap="small"), shown, strict=True):
        with place, st.container(border=True, height="stretch"):
            st.markdown(f"**{plain(_(step.title))}** {grade_badge(step.grade)}")
            st.markdown(note(plain(step.idea or _("all ideas"))))
            st.markdown(
                plain(
                    translate(
                        "Knowing it exactly is worth {usd}, {share} of knowing everything.",
                        usd=formats.money(step.worth_usd),
                        share=formats.chance(step.share),
                    )
                )
            )
            page, words = WAYS.get(step.measure.split(".")[0], BY_HAND) if step.measure else BY_HAND
            st.link_button(_(words), url(page, idea=step.slug or None), icon=":material/arrow_forward:")


def next_table(steps: Sequence["Next"]) -> None:
    """The rest of them as rows."""
    import streamlit as st

    rest = steps[CARDS:]
    if not rest:
        return
    with st.expander(_("More that is worth knowing")):
        st.table(
            {
                _("Figure"): [plain(_(step.title)) for step in rest],
                _("Idea"): [plain(step.idea or _("all ideas")) for step in rest],
                _("Grade"): [grade_badge(step.grade) for step in rest],
                _("Worth up to"): [plain(formats.money(step.worth_usd)) for step in rest],
            },
            border="horizontal",
            hide_header=False,
            hide_index=True,
            alt=_("Further figures by what knowing them is worth"),
        )
