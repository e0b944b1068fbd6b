"""What pages read about costs before a run: estimates, how wrong they were, what large models need."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.store.reading import acts, view_by
from dashboard.store.reading import token as now
from db import advice as kept_advice
from db import run_estimates
from db.advice import Kept
from db.run_estimates import Compared
from engine.costs.before.advice import Advised
from engine.costs.before.estimate import Paid
from engine.costs.before.graded import Graded, grade_all
from engine.entrypoints.actions import advice as advising
from engine.entrypoints.actions import foresee as foreseeing
from engine.entrypoints.actions import large as large_models
from engine.entrypoints.actions.estimates import Expected
from engine.entrypoints.actions.large import LargeNeeds
from engine.errors import ProspectusError

__all__ = ["Advised", "Compared", "Expected", "Graded", "Kept", "LargeNeeds", "Paid"]


@st.cache_resource(max_entries=64, show_spinner=False)
def _foreseen(asked: str, token: str) -> Expected | ProspectusError:
    try:
        return foreseeing.foresee(**json.loads(asked))
    except ProspectusError as error:
        return error


def foresee(
    dataset_id: int, task: str, recipe: str, config: Mapping[str, Any], *, seed: int = 0, source_run: str | None = None
) -> Expected | ProspectusError:
    """What a run with these settings should take, or why that is not known; the same until somebody commits."""
    asked = {"dataset_id": dataset_id, "task": task, "recipe": recipe, "config": dict(config), "seed": seed}
    return _foreseen(json.dumps(asked | {"source_run": source_run}, sort_keys=True), now())


def fits(found: Expected) -> bool | None:
    """Whether the upper end of its memory is free on this machine now."""
    return foreseeing.fits(found)


def compared() -> Sequence[Compared]:
    """Estimates beside what happened, newest first."""
    rows: Sequence[Compared] = view_by(run_estimates.compared)
    return rows


def graded() -> Sequence[Graded]:
    """How wrong estimates were, by device and recipe; all together first."""
    return grade_all(compared())


def large_needs(model: str, config: str, wishes: Mapping[str, Any]) -> LargeNeeds:
    """What a large model needs elsewhere; `config` is the text of a config.json, "" for a model known by name.

    Raises InputError or UnknownName.
    """
    return large_models.needs(model, config, **wishes)


def large_choices() -> tuple[list[str], list[str]]:
    """Models and devices that are known by name."""
    return large_models.known()


@st.cache_resource(max_entries=32, show_spinner=False)
def _advised(
    dataset_id: int, task: str, latency_limit_ms: float | None, token: str
) -> Sequence[Advised] | ProspectusError:
    try:
        return advising.advise_on(dataset_id, task, latency_limit_ms=latency_limit_ms)
    except ProspectusError as error:
        return error


def advised(dataset_id: int, task: str, latency_limit_ms: float | None) -> Sequence[Advised] | ProspectusError:
    """Ways of teaching on a data set, the best first, or why none is known; the same until somebody commits."""
    return _advised(dataset_id, task, latency_limit_ms, now())


def outcomes() -> Sequence[Kept]:
    """Advice beside the way that won."""
    rows: Sequence[Kept] = view_by(kept_advice.outcomes)
    return rows


@acts
def keep_advice(dataset_id: int, task: str, latency_limit_ms: float | None) -> None:
    """Keep what is advised now, to be compared with what will win."""
    found = advised(dataset_id, task, latency_limit_ms)
    if not isinstance(found, ProspectusError):
        advising.keep(dataset_id, task, found, {"latency_limit_ms": latency_limit_ms})


recalibrate = acts(foreseeing.recalibrate)
probe = acts(foreseeing.probe)
