"""One verb per use case. Each opens its own session and commits; page, worker and command line call the same ones."""

from engine.entrypoints.actions.brought import bring_upload, drop_upload, keep_upload
from engine.entrypoints.actions.compare import ComparedRun, Comparison, compare_runs
from engine.entrypoints.actions.compression import Family, Smaller, price_of_points
from engine.entrypoints.actions.costs import ServingCost, cost_per_1k, load_rates
from engine.entrypoints.actions.data import Example, import_data, preview_data, test_examples
from engine.entrypoints.actions.doubts import Doubtful, check_state, check_training_rows, doubtful_rows
from engine.entrypoints.actions.evaluate import (
    ConfusionDifference,
    Differing,
    DifferingRow,
    SlicedRun,
    confusion_differences,
    differing_rows,
    group_columns,
    measure_calibration,
    measure_fairness,
    measure_slices,
    slice_cuts,
    train_gap,
)
from engine.entrypoints.actions.front import PlacedRun, place_on_front
from engine.entrypoints.actions.labelling import (
    give_label,
    labelled_rows,
    row_input,
    take_back,
    version_of_labels,
    waiting_rows,
)
from engine.entrypoints.actions.pictures import (
    holds_pictures,
    import_pictures,
    look_at_pictures,
    picture_rows,
    small_picture,
    stored_picture,
)
from engine.entrypoints.actions.products import (
    add_idea,
    adopt_run,
    assume,
    decide,
    edit_idea,
    recompute,
    recompute_all,
)
from engine.entrypoints.actions.runs import lower_run, queue_run, raise_run, resume_run, show_test, stop_run
from engine.entrypoints.actions.samples import load_sample_portfolio
from engine.entrypoints.actions.versions import append_data, compare_versions, label_rows, mask_data, versions

__all__ = [
    "ComparedRun",
    "Comparison",
    "ConfusionDifference",
    "Differing",
    "DifferingRow",
    "Doubtful",
    "Example",
    "Family",
    "PlacedRun",
    "ServingCost",
    "SlicedRun",
    "Smaller",
    "add_idea",
    "adopt_run",
    "append_data",
    "assume",
    "bring_upload",
    "check_state",
    "check_training_rows",
    "compare_runs",
    "compare_versions",
    "confusion_differences",
    "cost_per_1k",
    "decide",
    "differing_rows",
    "doubtful_rows",
    "drop_upload",
    "edit_idea",
    "give_label",
    "group_columns",
    "holds_pictures",
    "import_data",
    "import_pictures",
    "keep_upload",
    "label_rows",
    "labelled_rows",
    "load_rates",
    "load_sample_portfolio",
    "look_at_pictures",
    "lower_run",
    "mask_data",
    "measure_calibration",
    "measure_fairness",
    "measure_slices",
    "picture_rows",
    "place_on_front",
    "preview_data",
    "price_of_points",
    "queue_run",
    "raise_run",
    "recompute",
    "recompute_all",
    "resume_run",
    "row_input",
    "show_test",
    "slice_cuts",
    "small_picture",
    "stop_run",
    "stored_picture",
    "take_back",
    "test_examples",
    "train_gap",
    "version_of_labels",
    "versions",
    "waiting_rows",
]
