"""The desk: where rows come from, the row on it, and what happens at a click."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from dashboard import formats, labelling, store
from dashboard.components.author import STATE_KEY as AUTHOR
from dashboard.components.author import author_field
from dashboard.components.demo_card import contestant_name
from dashboard.components.errors import message
from dashboard.components.labelling import keeping, label_card, undo_button
from dashboard.components.labelling_check import cross_check_part
from dashboard.components.labelling_queue import (
    SOURCES,
    Queue,
    doubtful_queue,
    second_queue,
    set_back,
    unlabelled_queue,
)
from dashboard.components.text import plain
from dashboard.i18n import _, _n, translate
from engine.errors import N_

if TYPE_CHECKING:
    from dashboard.store import DatasetRow, LabellingState, RunRow

RUNS = 50
SKIPPED = "label_skipped"
DONE = {
    "unlabelled": N_("Every row has a label, or there was none without one."),
    "doubtful": N_("No label is doubted that you have not looked at."),
    "second": N_("There is no row that somebody else labelled and you did not."),
}


def desk(data: "DatasetRow", state: "LabellingState") -> Queue:
    """Draw it; returns the queue that was worked on."""
    import streamlit as st

    source, run_id, author = _asked(data)
    asked = run_id is not None
    if source == "doubtful":
        asked = cross_check_part(data) or asked
    queue = _queue(data, source, run_id, author, state)
    if queue.fault is not None:
        words = translate("{reason} The rows stand in the order of the file.", reason=message(queue.fault))
        st.warning(plain(words), icon=":material/cloud_off:")
    if asked or source != "doubtful":  # no model was asked yet: that is not the same as that none doubts a label
        with st.container(border=True):
            _at_hand(data, queue, source, author, state)
    return queue


def summary(data: "DatasetRow", state: "LabellingState", counts: dict[str, int]) -> str:
    """How far the labelling is. Markdown."""
    waiting = int(data.profile.get("unlabelled", 0))
    corrected = counts["train"] + counts["validation"] + counts["test"]
    if not waiting and not state.rows:
        return _("Every row of this data set has a label; doubtful ones can be looked at again.")
    if waiting:
        done = translate("{done} of {all} unlabelled rows have a label now", done=counts["new"], all=waiting)
    else:
        done = _("Every row has a label")
    fixed = _n("{n} label was corrected", "{n} labels were corrected", corrected).format(n=formats.number(corrected))
    return translate("**{done}**, {fixed}. Each click is stored at once.", done=plain(done), fixed=plain(fixed))


def _asked(data: "DatasetRow") -> tuple[str, str | None, str]:
    """Where the rows come from, by which run they are ordered, and who labels."""
    import streamlit as st

    start = "unlabelled" if data.profile.get("unlabelled") else "doubtful"
    one, two, three = st.columns([5, 4, 3], vertical_alignment="bottom")
    with one:
        source = st.segmented_control(
            _("Which rows"),
            list(SOURCES),
            default=start,
            required=True,
            format_func=lambda key: _(SOURCES[key]),
            key=f"label_source_{data.id}",
        )
    fitting = {data.id} if source == "doubtful" else _line_of(data)
    runs = [row for row in store.runs(("complete",), RUNS) if row.dataset_id in fitting]
    with two:
        words = N_("Least sure first, by") if source == "unlabelled" else N_("Contradicted by")
        chosen = _run_choice(_(words), runs, data.id) if source != "second" else None
    with three:
        author = _who()
    return source or start, None if chosen is None else chosen.id, author


def _line_of(data: "DatasetRow") -> set[int]:
    """The data set and those it was made from: their runs know the same classes, and none has seen what waits."""
    known = {row.id: row for row in store.datasets()}
    found, at = {data.id}, data
    while at.parent_id in known and at.parent_id not in found:
        at = known[at.parent_id]
        if at.labels == data.labels:
            found.add(at.id)
    return found


def _who() -> str:
    """The field for a name, once there is one folded behind it: keys that are pressed then are no longer text."""
    import streamlit as st

    if name := st.session_state.get(AUTHOR, ""):
        with st.popover(plain(name, 24), icon=":material/person:", width="stretch"):
            author_field("label_author_again")
        return str(name)
    if name := author_field("label_author"):
        st.rerun()
    return str(name)


def _run_choice(label: str, runs: "Sequence[RunRow]", dataset_id: int) -> "RunRow | None":
    """The adopted run at first, else the newest; the order of the file can be chosen, and is all there is without."""
    import streamlit as st

    places: list[int | None] = [*range(len(runs)), None]
    place = st.selectbox(
        label,
        places,
        index=next((place for place, row in enumerate(runs) if row.adopted), 0),
        format_func=lambda place: _("no run") if place is None else contestant_name(runs[place]),
        key=f"label_run_{dataset_id}",
    )
    return None if place is None else runs[place]


def _queue(data: "DatasetRow", source: str, run_id: str | None, author: str, state: "LabellingState") -> Queue:
    if source == "doubtful":
        return doubtful_queue(data, run_id, author, state)
    if source == "second":
        return second_queue(data, author, state)
    return unlabelled_queue(data, run_id, state)


def _at_hand(data: "DatasetRow", queue: Queue, source: str, author: str, state: "LabellingState") -> None:
    """The next row, or that there is none."""
    import streamlit as st

    skipped: list[int] = st.session_state.setdefault(f"{SKIPPED}_{data.id}", [])
    waiting = set_back(queue.waiting, skipped)
    give = keeping(lambda row, label, new=False: store.give_label(data.id, row, label, author, new=new))
    undo = keeping(lambda: _take_back(data.id, author, skipped))
    if not waiting:
        st.markdown(f":material/task_alt: {_(DONE[source])}")
        undo_button(author, undo)
        return
    one = waiting[0]
    _progress(queue)
    label_card(
        one,
        one.given if one.given is not None else labelling.row_input(data.folder, data.id, one.row),
        [*data.labels, *sorted(set(state.labels.values()) - set(data.labels))],
        author,
        give=give,
        skip=lambda row: _set_aside(skipped, row),
        undo=partial(undo_button, author, undo),
    )


def _progress(queue: Queue) -> None:
    import streamlit as st

    done = queue.total - len(queue.waiting)
    words = translate("{done} of {all} looked at", done=formats.number(done), all=formats.number(queue.total))
    st.progress(done / queue.total if queue.total else 0.0, text=plain(words))


def _take_back(dataset_id: int, author: str, skipped: list[int]) -> None:
    row = store.take_back(dataset_id, author)
    if row is not None and row in skipped:
        skipped.remove(row)


def _set_aside(skipped: list[int], row: int) -> None:
    """To the end of the queue, behind those that were skipped before."""
    if row in skipped:
        skipped.remove(row)
    skipped.append(row)
