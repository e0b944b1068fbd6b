"""What stands where the sample portfolio will be in a moment: it says so, and gives way by itself."""

from collections.abc import Callable, Hashable

from dashboard.components.dialogs import dialog_is_open
from dashboard.components.errors import live
from dashboard.components.head import answer, section_bar
from dashboard.i18n import _
from dashboard.ready import samples_come

LOOK_SECONDS = 1.0
SKELETON_HEIGHT = 300


def coming_badge() -> str:
    """The same as a badge beside what is here already; empty once nothing more comes."""
    words = _("sample data coming in")
    return f":blue-badge[:material/progress_activity: {words}]" if samples_come() else ""


def portfolio_coming(ideas: Callable[[], int]) -> None:
    """Keep the places of ranking and chart until all sample ideas are there, or none can be had.

    `ideas` counts them: they are all there when there are some and no more came between two looks.
    """
    import streamlit as st

    said = _("Its ideas appear here by themselves in a few seconds, their first measured figures within minutes.")
    answer(f"**{_('The sample portfolio is being put in.')}** {said}")
    left, right = st.columns([0.44, 0.56], gap="medium")
    for place, title in ((left, _("Ranking")), (right, _("Quality against cost"))):
        with place:
            section_bar(title)
            st.skeleton(height=SKELETON_HEIGHT)
    seen = [0]

    def all_there() -> bool:
        seen.append(ideas())
        return not samples_come() or 0 < seen[-2] == seen[-1]

    _redraw_when(all_there)


def redraw_when_changed(state: Callable[[], Hashable]) -> None:
    """Draw the page again as soon as `state` differs from what it is now."""
    before = state()
    _redraw_when(lambda: state() != before)


def _redraw_when(time_has_come: Callable[[], bool]) -> None:
    import streamlit as st

    def look() -> None:
        if time_has_come() and not dialog_is_open():
            st.rerun(scope="app")

    live(look, LOOK_SECONDS)()
