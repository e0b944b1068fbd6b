"""Which row comes next: the one the chosen model is least sure of, or whose label is doubted most."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard import labelling, models
from dashboard.i18n import _
from engine.errors import N_, ProspectusError

if TYPE_CHECKING:
    from dashboard.store import DatasetRow, LabellingState

PAGE_ROWS = 400
"""Unlabelled rows that are ranked at once; the next ones when these are done."""
ASKED_AT_ONCE, PICTURES_AT_ONCE = 64, 16
MOST_DOUBTS = 200
SOURCES: Mapping[str, str] = {
    "unlabelled": N_("Without a label"),
    "doubtful": N_("Doubtful labels"),
    "second": N_("Second opinion"),
}


@dataclass(frozen=True, slots=True)
class Guess:
    """What the model says of a row."""

    label: str
    probability: float
    uncertainty: float
    """0 is sure, 1 says nothing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that somebody may label."""

    row: int
    carried: str = ""
    """The label it has in the data set; "" for none."""
    split: str = ""
    guess: Guess | None = None
    others: int = 0
    """People who labelled it before."""
    given: Any = None
    """Its text or the path of its picture; None when it is to be read from the labelled rows."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The rows that wait, the next first."""

    waiting: Sequence[Candidate]
    total: int
    """Rows that waited at first, those that are done included."""
    guesses: Mapping[int, Guess]
    """Of the rows that were ranked, by row."""
    fault: ProspectusError | None = None
    """Why there is no order by the model."""


def unlabelled_queue(data: "DatasetRow", run_id: str | None, state: "LabellingState") -> Queue:
    """Rows without a label: of the first page that is not done, the least sure first; else in file order."""
    total, start = int(data.profile.get("unlabelled", 0)), 0
    while True:
        page = labelling.waiting_rows(data.folder, data.id, start, PAGE_ROWS)
        left = {row: given for row, given in zip(page.rows, page.inputs, strict=True) if row not in state.rows}
        if left or start + PAGE_ROWS >= total:
            break
        start += PAGE_ROWS
    in_file = [Candidate(row, given=given) for row, given in left.items()]
    if run_id is None or not left:
        return Queue(in_file, total, {})
    try:
        guesses = rank(data.folder, data.id, run_id, start)
    except ProspectusError as error:
        return Queue(in_file, total, {}, error)
    ranked = sorted(left, key=lambda row: (-guesses[row].uncertainty, row))
    return Queue([Candidate(row, guess=guesses[row], given=left[row]) for row in ranked], total, guesses)


def doubtful_queue(data: "DatasetRow", run_id: str | None, author: str, state: "LabellingState") -> Queue:
    """Labelled rows that a model contradicts, the most confident contradiction first, until this person said so too."""
    found = labelling.doubtful_rows(data.id, run_id)[:MOST_DOUBTS]
    mine = state.by(author)
    guesses = {d.row: Guess(d.answer, d.probability, d.margin) for d in found}
    waiting = [
        Candidate(d.row, d.label, d.split, guesses[d.row], len(state.rows.get(d.row, ()))) for d in found
        if d.row not in mine
    ]  # fmt: skip
    return Queue(waiting, len(found), guesses)


def second_queue(data: "DatasetRow", author: str, state: "LabellingState") -> Queue:
    """Rows that others labelled and this person did not, in the order in which they were labelled first."""
    others = [row for row, given in state.rows.items() if any(one.author != author for one in given)]
    mine = state.by(author)
    known = labelling.splits_of(data.folder, data.id, state.rows)
    waiting = [
        Candidate(row, *known.get(row, ("", "")), None, len(state.rows[row])) for row in others if row not in mine
    ]
    return Queue(waiting, len(others), {})


def set_back(queue: Sequence[Candidate], skipped: Collection[int]) -> list[Candidate]:
    """The queue with skipped rows at its end."""
    return sorted(queue, key=lambda one: one.row in skipped)


def rank(folder: str, dataset_id: int, run_id: str, start: int) -> Mapping[int, Guess]:
    """What the run says of a page of unlabelled rows, asked once. Raises ProspectusError."""
    import streamlit as st

    known: dict[Any, Mapping[int, Guess]] = st.session_state.setdefault("label_ranked", {})
    key = (folder, run_id, start)
    if key not in known:
        page = labelling.waiting_rows(folder, dataset_id, start, PAGE_ROWS)
        with st.spinner(_("The model reads the next rows, to find those it is least sure of …")):
            known.clear()
            known[key] = _guesses(run_id, page)
    return known[key]


def _guesses(run_id: str, page: Any) -> dict[int, Guess]:
    import numpy as np

    from engine.evaluation.doubt import uncertainty

    found: dict[int, Guess] = {}
    each = PICTURES_AT_ONCE if page.inputs and not isinstance(page.inputs[0], str) else ASKED_AT_ONCE
    for start in range(0, len(page.rows), each):
        rows = page.rows[start : start + each]
        said = models.predict_all(run_id, page.inputs[start : start + each])
        unsure = uncertainty(np.array([list(one.values()) for one in said]))
        for row, probabilities, doubt in zip(rows, said, unsure.tolist(), strict=True):
            label = max(probabilities, key=probabilities.__getitem__)
            found[row] = Guess(label, probabilities[label], doubt)
    return found
