"""One verb per use case. Each opens its own session and commits; page, worker and command line call the same ones."""

from engine.entrypoints.actions.compare import ComparedRun, Comparison, compare_runs
from engine.entrypoints.actions.costs import ServingCost, cost_per_1k, load_rates
from engine.entrypoints.actions.data import Example, import_data, keep_upload, preview_data, test_examples
from engine.entrypoints.actions.products import (
    add_idea,
    adopt_run,
    assume,
    decide,
    edit_idea,
    recompute,
    recompute_all,
)
from engine.entrypoints.actions.runs import queue_run, resume_run, show_test, stop_run
from engine.entrypoints.actions.samples import load_sample_portfolio

__all__ = [
    "ComparedRun",
    "Comparison",
    "Example",
    "ServingCost",
    "add_idea",
    "adopt_run",
    "assume",
    "compare_runs",
    "cost_per_1k",
    "decide",
    "edit_idea",
    "import_data",
    "keep_upload",
    "load_rates",
    "load_sample_portfolio",
    "preview_data",
    "queue_run",
    "recompute",
    "recompute_all",
    "resume_run",
    "show_test",
    "stop_run",
    "test_examples",
]
