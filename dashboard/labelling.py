"""What is read of rows for labelling and of explained answers: files that never change.

Beside `dashboard.store`, which keeps what the database says. Nothing returned may be changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from engine.data.waiting import LabelledRows, WaitingRows
from engine.entrypoints import actions
from engine.entrypoints.home import run_folder
from engine.errors import ProspectusError
from engine.explanation.stored import Explained, read_explained


@st.cache_resource(max_entries=2, show_spinner=False)
def waiting_rows(folder: str, dataset_id: int, start: int, most: int) -> WaitingRows:
    """Unlabelled rows of a data set, a page of them; `folder` tells data sets of
    different homes apart."""
    return actions.waiting_rows(dataset_id, start, most)


def splits_of(folder: str, dataset_id: int, rows: Iterable[int]) -> Mapping[int, tuple[str, str]]:
    """Label and split of those of the rows that are labelled in the data set."""
    return _labelled_rows(folder, dataset_id).of(rows)


@st.cache_resource(max_entries=2, show_spinner=False)
def _labelled_rows(folder: str, dataset_id: int) -> LabelledRows:
    return actions.labelled_rows(dataset_id)


@st.cache_resource(max_entries=8, show_spinner=False)
def row_input(folder: str, dataset_id: int, row: int) -> Any:
    """The text of one row, labelled or not, or the path of its picture."""
    return actions.row_input(dataset_id, row)


def doubtful_rows(dataset_id: int, run_id: str | None) -> Sequence[actions.Doubtful]:
    """Labelled rows whose label a model contradicts that has not learned from them, the worst first."""
    return actions.doubtful_rows(dataset_id, run_id)


def check_state(dataset_id: int) -> tuple[str, ProspectusError | None]:
    """How far the cross-check of the training rows is: none, running, done or failed."""
    return actions.check_state(dataset_id)


@st.cache_resource(max_entries=16, show_spinner=False)
def explained(run_id: str) -> Explained:
    """The examples that a complete run explained at its end, and the words of its classes. Raises StoredFileError."""
    return read_explained(run_folder(run_id))
