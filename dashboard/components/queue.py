"""What waits and what stands still: the queue with its places, and runs that can go on."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from dashboard import formats
from dashboard.components.badges import state_badge
from dashboard.components.errors import message, shown
from dashboard.components.head import section_bar
from dashboard.components.recipes import recipe_name
from dashboard.components.text import link, note, plain
from dashboard.i18n import _, _n, translate
from engine.errors import from_dict
from engine.spec import RunState

if TYPE_CHECKING:
    from dashboard.store import RunRow

LISTED = 8


def queue_line(queued: Sequence["RunRow"], workers_alive: int) -> None:
    """The queue in one line, and a warning when nobody takes it."""
    import streamlit as st

    if not queued:
        return
    if not workers_alive:
        st.warning(
            _("No worker is alive, so the queue stands still. It goes on by itself when Prospectus is started again."),
            icon=":material/engineering:",
        )
    named = [link(row.label, "runs", run=row.id) for row in queued[:LISTED]]
    more = _n("{n} more", "{n} more", len(queued) - LISTED).format(n=len(queued) - LISTED)
    listed = ", ".join([*named, more] if len(queued) > LISTED else named)
    words = _n("{n} run waits", "{n} runs wait, the first one next", len(queued)).format(n=len(queued))
    st.markdown(note(f":material/schedule: {plain(words)}: {listed}"))


def unfinished(rows: Sequence["RunRow"], resume: Callable[[str, float | None], None]) -> None:
    """Stopped and failed runs, each with why and the button that lets it go on."""
    import streamlit as st

    if not rows:
        return
    section_bar(_("Not finished"))
    for row in rows[:LISTED]:
        state = cast(RunState, row.state)
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"{state_badge(state)} {link(row.label, 'runs', run=row.id)}, {_why(row)}", width="content")
            resume_button(row, resume)


def resume_button(row: "RunRow", resume: Callable[[str, float | None], None]) -> None:
    """Let a stopped or failed run go on; one that used its cap up gets a larger one first."""
    import streamlit as st

    key = f"resume_{row.id}"
    if not _used_up(row):
        if st.button(_("Resume"), icon=":material/play_arrow:", key=key):
            _resume(row.id, None, resume)
        return
    with st.popover(_("Resume"), icon=":material/play_arrow:", key=key):
        cap = st.number_input(
            _("New spending cap (US$)"), 0.0, value=2 * float(row.budget_usd or 0), format="%.4f", key=f"{key}_cap"
        )
        if st.button(_("Go on"), type="primary", key=f"{key}_go"):
            _resume(row.id, cap, resume)


def _resume(run_id: str, cap: float | None, resume: Callable[[str, float | None], None]) -> None:
    import streamlit as st

    with shown():
        resume(run_id, cap)
        st.rerun(scope="app")


def _used_up(row: "RunRow") -> bool:
    return row.budget_usd is not None and row.cost_usd >= row.budget_usd


def _why(row: "RunRow") -> str:
    words = recipe_name(row.recipe)
    if row.state == "failed" and row.error:
        words = f"{words}: {message(from_dict(row.error))}"
    elif row.stop_reason == "budget":
        words = translate("{recipe}: reached its spending cap", recipe=words)
    when = row.finished_at or row.created_at
    return plain(f"{words} ({formats.age(when)})", 160)
