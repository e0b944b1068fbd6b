"""What pages read and do. The only dashboard module that opens the database; every cache over it lives here.

Reads are answered from a cache keyed on the database's change token: a rerun in which nobody committed costs no
query, and whatever the worker or an action commits shows at the next read. Nothing returned may be changed.

A subject that has grown large has a module of its own in this package, read the same way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.store.reading import acts, view, view_of_now
from db.session import database_url
from db.shapes import (
    Bar,
    DatasetRow,
    DecisionRow,
    Figure,
    Gate,
    GivenLabel,
    LabellingState,
    ProductRow,
    ProductSheet,
    Reason,
    RunDetail,
    RunRow,
    Score,
    SystemState,
    Waiting,
)
from engine.data.preview import Preview
from engine.entrypoints import actions
from engine.entrypoints.actions import Example, Family, Smaller
from engine.entrypoints.home import run_folder
from engine.errors import ProspectusError
from engine.evaluation.stored import DENSE_CLASSES, commonest_mistakes, confusion_of, read_evaluation
from engine.spec import DataFacts
from engine.wording.samples import typed_name

if TYPE_CHECKING:
    from engine.data.difference import Difference

__all__ = [
    "Bar",
    "DatasetRow",
    "DecisionRow",
    "Evaluation",
    "Example",
    "Family",
    "Figure",
    "Gate",
    "GivenLabel",
    "LabellingState",
    "ProductRow",
    "ProductSheet",
    "Reason",
    "RunDetail",
    "RunRow",
    "Score",
    "Smaller",
    "SystemState",
    "Waiting",
]
BOARD_ROWS = 200
"""Rows of one page of a leaderboard."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a run got right and wrong on one split."""

    labels: Sequence[str]
    per_class: Sequence[Mapping[str, Any]]
    """label, support, and precision, recall, f1 with value, low, high."""
    confusion: Sequence[Sequence[int]] | None
    """Rows are the true classes, columns what was said; None for more classes than a picture can hold."""
    mistakes: Sequence[tuple[str, str, int]]
    """The commonest: what it was, what was said, how often."""


# --- reads


def portfolio() -> Sequence[ProductRow]:
    """Every idea, best rank first."""
    rows: Sequence[ProductRow] = view("portfolio")
    return rows


def product_sheet(slug: str) -> ProductSheet:
    """Everything about one idea. Raises UnknownName when there is none of that address."""
    sheet: ProductSheet = view("product_sheet", slug=slug)
    return sheet


def datasets() -> Sequence[DatasetRow]:
    """Every data set, newest first."""
    rows: Sequence[DatasetRow] = view("datasets")
    return rows


def leaderboard(
    *,
    product_id: int | None = None,
    dataset_id: int | None = None,
    measure: str,
    limit: int = BOARD_ROWS,
    offset: int = 0,
) -> Sequence[RunRow]:
    """Finished runs of an idea or a data set, best first by `measure` on validation."""
    rows: Sequence[RunRow] = view(
        "leaderboard", product_id=product_id, dataset_id=dataset_id, measure=measure, limit=limit, offset=offset
    )
    return rows


def runs(
    states: tuple[str, ...] = (),
    limit: int = BOARD_ROWS,
    offset: int = 0,
    product_id: int | None = None,
    kind: str | None = None,
) -> Sequence[RunRow]:
    """Runs in these states (in any, when none is named), newest first; the queue in the order it will be taken."""
    rows: Sequence[RunRow] = view("runs", states=states, limit=limit, offset=offset, product_id=product_id, kind=kind)
    return rows


def run_detail(run_id: str) -> RunDetail:
    """One run with its series, notes and facts. Raises UnknownName when there is none."""
    detail: RunDetail = view("run_detail", run_id=run_id)
    return detail


def labelling_state(dataset_id: int) -> LabellingState:
    """The labels that people gave rows of a data set."""
    state: LabellingState = view("labelling_state", dataset_id=dataset_id)
    return state


def running() -> Sequence[RunRow]:
    """Runs that a worker holds now."""
    rows: Sequence[RunRow] = view("running")
    return rows


def queue() -> Sequence[Waiting]:
    """Waiting runs in the order they will be taken, with when each should start."""
    rows: Sequence[Waiting] = view_of_now("queue")
    return rows


def system_state() -> SystemState:
    """Whether anything will take the queue."""
    state: SystemState = view_of_now("system_state")
    return state


# --- what files and figures say; of finished runs, which never change


@st.cache_resource(max_entries=4, show_spinner=False)
def preview_data(path: Path, part: str | None = None) -> Preview:
    """A brought file (this sheet or configuration of it) as it was read, and the columns proposed. Raises DataError."""
    return actions.preview_data(path, part=part)


def compare_versions(before_id: int, after_id: int) -> "Difference":
    """What differs between two data sets, which never change. Raises StoredFileError."""
    return _difference(database_url(), before_id, after_id)


@st.cache_resource(max_entries=8, show_spinner=False)
def _difference(url: str, before_id: int, after_id: int) -> "Difference":
    return actions.compare_versions(before_id, after_id)


@st.cache_resource(max_entries=64, show_spinner=False)
def compare_runs(run_ids: tuple[str, ...], measure: str, split: str = "validation") -> actions.Comparison:
    """Complete runs on one data set, tested in pairs against the first."""
    return actions.compare_runs(run_ids, split, measure)


@st.cache_resource(max_entries=32, show_spinner=False)
def evaluation(run_id: str, split: str = "validation") -> Evaluation:
    """Figures by class and the confusion matrix of a complete run. Raises StoredFileError."""
    section = read_evaluation(run_folder(run_id))[split]
    matrix = None if len(section["labels"]) > DENSE_CLASSES else confusion_of(section).tolist()
    return Evaluation(section["labels"], section["per_class"], matrix, commonest_mistakes(section))


def test_examples(dataset_id: int, per_label: int = 2) -> Sequence[actions.Example]:
    """A few texts of the test split for each label, always the same ones."""
    return _examples(database_url(), dataset_id, per_label)


@st.cache_resource(max_entries=16, show_spinner=False)
def _examples(url: str, dataset_id: int, per_label: int) -> Sequence[actions.Example]:
    return actions.test_examples(dataset_id=dataset_id, per_label=per_label)


def cost_per_1k(run_id: str, latency_limit_ms: float) -> actions.ServingCost | ProspectusError:
    """Cost of 1,000 requests to a run's model at today's rate, or why there is none."""
    return _serving_cost(run_id, latency_limit_ms, date.today())


@st.cache_resource(max_entries=512, show_spinner=False)
def _serving_cost(run_id: str, latency_limit_ms: float, day: date) -> actions.ServingCost | ProspectusError:
    try:
        return actions.cost_per_1k(run_id, latency_limit_ms)
    except ProspectusError as error:
        return error


def compressed_sources(product_id: int | None, dataset_id: int | None) -> Sequence[str]:
    """Runs of an idea or a data set that smaller ones were made of."""
    ids: Sequence[str] = view("compressed_sources", product_id=product_id, dataset_id=dataset_id)
    return ids


def price_of_points(run_id: str, latency_limit_ms: float) -> actions.Family:
    """A run with the smaller ones made of it: accuracy lost, and what was saved. Raises StoredFileError."""
    members = tuple(row.id for row in view("compressed_family", run_id=run_id))
    return _price_of_points(members, latency_limit_ms, date.today())


@st.cache_resource(max_entries=64, show_spinner=False)
def _price_of_points(members: tuple[str, ...], latency_limit_ms: float, day: date) -> actions.Family:
    return actions.price_of_points(members[0], latency_limit_ms)


def facts_with_source(facts: DataFacts, row: RunRow) -> DataFacts:
    """What a recipe over a finished run is told before a run is queued."""
    return replace(facts, source_recipe=row.recipe, source_folder=run_folder(row.id))


# --- actions: each commits, and the next read shows it

keep_upload = actions.keep_upload
bring_upload = actions.bring_upload
drop_upload = actions.drop_upload
import_pictures = acts(actions.import_pictures)
import_data = acts(actions.import_data)
mask_data = acts(actions.mask_data)
append_data = acts(actions.append_data)
add_idea = acts(actions.add_idea)
assume = acts(actions.assume)
decide = acts(actions.decide)
queue_run = acts(actions.queue_run)
resume_run = acts(actions.resume_run)
raise_run = acts(actions.raise_run)
lower_run = acts(actions.lower_run)
give_label = acts(actions.give_label)
take_back = acts(actions.take_back)
version_of_labels = acts(actions.version_of_labels)
check_training_rows = acts(actions.check_training_rows)
adopt_run = acts(actions.adopt_run)
show_test = acts(actions.show_test)
recompute = acts(actions.recompute)


@acts
def edit_idea(slug: str, **fields: Any) -> None:
    """Change an idea; the name of a sample that was shown in the reader's language and left alone stays."""
    if "name" in fields:
        fields["name"] = typed_name(slug, fields["name"])
    actions.edit_idea(slug, **fields)


@acts
def stop_run(run_id: str) -> None:
    """Take a queued run out of the queue, or ask a running one to save and stop."""
    actions.stop_run(run_id)
