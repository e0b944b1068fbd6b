"""What waits and what stands still: the queue with its places, and runs that can go on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from dashboard import formats
from dashboard.components.badges import state_badge
from dashboard.components.errors import message, shown
from dashboard.components.head import section_bar
from dashboard.components.recipes import recipe_name
from dashboard.components.text import link, listed, note, plain
from dashboard.i18n import _, _n, translate
from engine.errors import from_dict
from engine.spec import RunState

if TYPE_CHECKING:
    from dashboard.store import RunRow, Waiting

LISTED = 8
SOON_SECONDS = 2.0
"""A wait that is none: the worker looks at the queue more often."""


@dataclass(frozen=True, slots=True)
class Moves:
    """What can be done with a waiting run; each takes its id."""

    earlier: Callable[[str], object]
    later: Callable[[str], object]
    out: Callable[[str], object]


def queue_list(queued: Sequence["Waiting"], workers_alive: int, moves: Moves) -> None:
    """What waits, in the order it will be taken, each with when it should start; a warning when nobody takes it."""
    import streamlit as st

    if not queued:
        return
    if not workers_alive:
        st.warning(
            _("No worker is alive, so the queue stands still. It goes on by itself when Prospectus is started again."),
            icon=":material/engineering:",
        )
    section_bar(_("Queue"), note=_n("{n} run is waiting", "{n} runs are waiting", len(queued)).format(n=len(queued)))
    with st.container(key="queue", gap="xsmall"):
        for waiting in queued[:LISTED]:
            _waiting_row(waiting, moves, alone=len(queued) == 1)
    if len(queued) > LISTED:
        st.markdown(note(_n("{n} more", "{n} more", len(queued) - LISTED).format(n=len(queued) - LISTED)))


def _waiting_row(waiting: "Waiting", moves: Moves, *, alone: bool) -> None:
    import streamlit as st

    row = waiting.row
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"):
        about = listed(filter(None, (row.product_name or row.dataset_name, recipe_name(row.recipe))))
        named = f"{waiting.place}. {link(row.label, 'runs', run=row.id)} {plain(about, 80)}"
        st.markdown(f"{named}  \n{note(plain(expectation(waiting)))}", width="stretch")
        with st.container(horizontal=True, width="content", gap="xsmall"):
            if not alone:
                _move(":material/arrow_upward:", _("Take it earlier"), moves.earlier, row.id, "earlier")
                _move(":material/arrow_downward:", _("Take it later"), moves.later, row.id, "later")
            _move(":material/playlist_remove:", _("Take out of the queue"), moves.out, row.id, "out")


def _move(icon: str, words: str, verb: Callable[[str], object], run_id: str, name: str) -> None:
    import streamlit as st

    if st.button("", icon=icon, help=words, type="tertiary", key=f"queue_{name}_{run_id}"):
        with shown():
            verb(run_id)
            st.rerun(scope="app")


def expectation(waiting: "Waiting") -> str:
    """When a run should start and how long it should take, or that nobody knows; and its priority if it has one."""
    row, start = waiting.row, waiting.starts_in_seconds
    if start is None:
        begins = _("its start is unknown")
    elif start < SOON_SECONDS:
        begins = _("starts next")
    else:
        begins = translate("starts in about {time}", time=roughly(start))
    if row.estimate_seconds is None:
        lasts = _("no run of its kind has finished yet, so its length is unknown")
    else:
        lasts = translate("takes about {time}", time=roughly(row.estimate_seconds * (1.0 - row.progress)))
    levels = [translate("priority {n}", n=formats.number(row.priority, 0, signed=True))] if row.priority else []
    return listed([begins, lasts, *levels])


def roughly(seconds: float) -> str:
    """A time that is an estimate, without the precision of one that was measured."""
    if seconds < 60:
        return formats.duration(max(5, 5 * round(seconds / 5)))
    if seconds < 3600:
        return translate("{min} min", min=round(seconds / 60)).replace(" ", formats.NBSP)
    return formats.duration(300 * round(seconds / 300))


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
