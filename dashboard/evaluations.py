"""What lies behind the figures of finished runs: read once and kept, since a finished run never changes.

These are verbs over the files that runs left; only the rate in force today, for the trade-off, may change an answer.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from engine.entrypoints import actions
from engine.entrypoints.actions import ConfusionDifference, Differing, DifferingRow, PlacedRun, SlicedRun

if TYPE_CHECKING:
    from engine.evaluation.calibration import Calibration
    from engine.evaluation.fairness import Fairness
    from engine.evaluation.overfitting import Fit

__all__ = ["ConfusionDifference", "Differing", "DifferingRow", "PlacedRun", "SlicedRun"]


@st.cache_resource(max_entries=96, show_spinner=False)
def _evaluated(verb: str, *arguments: Any) -> Any:
    return getattr(actions, verb)(*arguments)


def calibration(run_ids: tuple[str, ...]) -> "Mapping[str, Calibration]":
    """Calibration of each run on the validation rows that all of them answered."""
    found: Mapping[str, Calibration] = _evaluated("measure_calibration", run_ids)
    return found


def slice_cuts(run_id: str) -> Sequence[str]:
    """How the rows of a run can be cut into slices."""
    cuts: Sequence[str] = _evaluated("slice_cuts", run_id)
    return cuts


def slices(run_ids: tuple[str, ...], by: str) -> Sequence[SlicedRun]:
    """Each run on every slice of a cut, those after the first paired with it."""
    found: Sequence[SlicedRun] = _evaluated("measure_slices", run_ids, by)
    return found


def group_columns(run_id: str) -> Mapping[str, Sequence[str]]:
    """Columns that can be groups, with their values."""
    columns: Mapping[str, Sequence[str]] = _evaluated("group_columns", run_id)
    return columns


def fairness(run_id: str, column: str, label: str) -> "Fairness":
    """Groups of a column compared in what a run answers."""
    found: Fairness = _evaluated("measure_fairness", run_id, column, label)
    return found


def differing_rows(run_ids: tuple[str, ...], kind: str, offset: int, limit: int) -> Differing:
    """Some of the rows that runs answer differently, those first where they are surest."""
    found: Differing = _evaluated("differing_rows", run_ids, kind, "validation", offset, limit)
    return found


def confusion_differences(a: str, b: str) -> ConfusionDifference:
    """How much oftener run `a` than run `b` answers each class of each true class."""
    found: ConfusionDifference = _evaluated("confusion_differences", a, b)
    return found


def train_gap(run_id: str, measure: str) -> "Fit | None":
    """A run on training rows against validation; None where that was not recorded."""
    found: Fit | None = _evaluated("train_gap", run_id, measure)
    return found


def front(run_ids: tuple[str, ...], measure: str, latency_limit_ms: float) -> Sequence[PlacedRun]:
    """Which runs nothing beats on quality, cost at today's rate and latency at once."""
    return _front(run_ids, measure, latency_limit_ms, date.today())


@st.cache_resource(max_entries=32, show_spinner=False)
def _front(run_ids: tuple[str, ...], measure: str, limit: float, day: date) -> Sequence[PlacedRun]:
    return actions.place_on_front(run_ids, measure, limit)
