"""Bringing a table of events: the file, its columns, the funnel, and where it comes from."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.author import author_field
from dashboard.components.errors import guarded, show_error, shown
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from engine.errors import N_, InputError
from engine.market.users import MOST_SILENT_MONTHS, SILENT_MONTHS

if TYPE_CHECKING:
    from pathlib import Path

    from dashboard.store.demand import EventsSeen

ENDINGS = ["csv", "tsv", "txt", "jsonl", "ndjson", "json", "parquet", "arrow", "xlsx", "xlsm"]
ROLES = {"user": N_("User"), "time": N_("Time"), "kind": N_("Kind")}
HEAD_HEIGHT = 180
Keep = Callable[[str, bytes], "Path"]
Look = Callable[["Path"], "EventsSeen"]
Bring = Callable[..., object]
"""Takes path, user, time, author, and by name kind, steps, silent_months, name, licence, source."""


def events_dialog(keep: Keep, look: Look, bring: Bring) -> None:
    """Open the form."""
    import streamlit as st

    @st.dialog(_("Bring events"), width="large", icon=":material/upload:")
    @guarded
    def ask() -> None:
        file = st.file_uploader(_("A table with one event a row: who, when, what"), type=ENDINGS, key="events_file")
        if file is None:
            said = _("CSV, Parquet, Excel or JSON Lines, up to a million rows. The file stays on this machine.")
            st.markdown(note(plain(said)))
            return
        seen = _seen(file.file_id, keep, look, file.name, file.getvalue)
        rows = translate("{rows} rows, {columns} columns", rows=formats.number(seen.rows), columns=len(seen.columns))
        st.markdown(plain(rows))
        st.dataframe(list(seen.head), height=HEAD_HEIGHT, hide_index=True, alt=_("The first rows of the file"))
        _form(seen, bring)

    ask()


def _seen(file_id: str, keep: Keep, look: Look, name: str, content: Callable[[], bytes]) -> "EventsSeen":
    """Kept and looked at once, and not at every click."""
    import streamlit as st

    known: tuple[str, EventsSeen] | None = st.session_state.get("events_seen")
    if known is None or known[0] != file_id:
        known = file_id, look(keep(name, content()))
        st.session_state["events_seen"] = known
    return known[1]


def _form(seen: "EventsSeen", bring: Bring) -> None:
    import streamlit as st

    with st.form("events_form", border=False, enter_to_submit=False):
        chosen = _columns(seen)
        left, right = st.columns([0.7, 0.3])
        steps = left.text_input(
            _("Steps of the funnel, separated by >"),
            placeholder=_("such as visit > sign up > buy; empty: by number of users"),
            key="events_steps",
        )
        silent = right.number_input(
            _("Gone after silent months"), 1, MOST_SILENT_MONTHS, SILENT_MONTHS, key="events_silent"
        )
        said = _origin(seen)
        author = author_field("events_author")
        pressed = st.form_submit_button(_("Count them"), type="primary", key="events_go")
    if not pressed:
        return
    if not author or chosen["user"] is None or chosen["time"] is None:
        show_error(InputError(N_("Events need a user column, a time column and your name.")))
        return
    wishes: dict[str, Any] = {**said, "kind": chosen["kind"], "silent_months": int(silent)}
    wishes["steps"] = [step.strip() for step in steps.split(">") if step.strip()] or None
    with shown(), st.spinner(_("Counting …")):
        bring(seen.path, chosen["user"], chosen["time"], author, **wishes)
        st.rerun()


def _columns(seen: "EventsSeen") -> dict[str, str | None]:
    import streamlit as st

    found: dict[str, str | None] = {}
    options = [None, *seen.columns]
    for place, (role, title) in zip(st.columns(3), ROLES.items(), strict=True):
        found[role] = place.selectbox(
            _(title),
            options,
            index=options.index(seen.proposed[role]),
            format_func=lambda name: name if name is not None else _("none"),
            key=f"events_{role}",
        )
    return found


def _origin(seen: "EventsSeen") -> Mapping[str, str]:
    import streamlit as st

    places = st.columns(3)
    name = places[0].text_input(_("Name"), value=seen.path.stem[:120], max_chars=120, key="events_name")
    source = places[1].text_input(_("Source"), max_chars=500, key="events_source")
    licence = places[2].text_input(_("Licence"), max_chars=200, key="events_licence")
    return {"name": name, "source": source, "licence": licence}
