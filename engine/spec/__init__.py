"""What a plug-in is: Task, Recipe, and the settings form of either. Standard library only.

A plug-in module holds one constant (TASK, RECIPE) and imports heavy libraries inside functions only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from engine.spec.config import InputKind, build_config, field_type, setting, with_default
from engine.spec.work import Asked, Bought, Work, uncounted

if TYPE_CHECKING:
    from engine.recorder import Recorder

__all__ = [
    "RUN_STATES",
    "SPLITS",
    "STAGES",
    "VERDICTS",
    "Asked",
    "Bought",
    "DataFacts",
    "Draws",
    "FitContext",
    "Input",
    "InputKind",
    "Job",
    "Outcome",
    "Recipe",
    "RunState",
    "Split",
    "Task",
    "Work",
    "build_config",
    "field_type",
    "setting",
    "with_default",
]

Input: TypeAlias = Any
"""What a model reads: a text as str; a picture as the Path of its file, or its bytes."""
Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
RunState = Literal["queued", "running", "complete", "failed", "stopped"]
RUN_STATES: tuple[RunState, ...] = ("queued", "running", "complete", "failed", "stopped")
STAGES = ("idea", "trial", "build", "live", "stopped")
VERDICTS = ("go", "hold", "stop")


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of product question that models answer, such as text classification."""

    name: str
    title: str
    summary: str
    input_kind: InputKind
    deciding_measures: tuple[str, ...]
    """Keys of `engine.evidence.MEASURES` that a product of this task may be judged by, the usual one first."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one run is to do, as the worker writes it to `job.json` in the run folder."""

    run: str
    task: str
    recipe: str
    config: Mapping[str, Any]
    seed: int
    dataset_folder: str
    """Folder with `rows.parquet`: row (int64), text or image (path in this folder), label, split, `column:<name>`."""
    dataset_fingerprint: str
    labels: tuple[str, ...]
    """Class names in index order."""
    language: str
    """BCP 47 primary subtag of most texts: `en`, `zh`, ..."""
    cache_folder: str
    threads: int
    device: str
    """A key of the rates, such as `local_cpu`."""
    usd_per_hour: float
    budget_usd: float | None
    attempt: int
    source_run: str = ""
    """The finished run that this one starts from; "" for none."""
    source_folder: str = ""
    """Its run folder, with `artifact`, predictions and evaluation."""
    devices: int = 1
    """Processes that share each batch, one for each GPU."""
    kind: Literal["recipe", "routine"] = "recipe"
    """What `recipe` is a name of. A routine has no data set: its `dataset_` fields are empty."""


@dataclass(frozen=True, slots=True)
class FitContext:
    """Everything that a recipe may use. It owns nothing that outlives the run folder."""

    job: Job
    config: Any
    """An instance of the recipe's `config` type."""
    inputs: Mapping[Split, list[Input]]
    targets: Mapping[Split, list[int]]
    """Class index of each input. Recipes fit on train and choose on validation; test is for `evaluate` alone."""
    artifact: Path
    """Empty folder to export into; it becomes the run's artifact."""
    checkpoints: Path
    """Folder kept between attempts; a recipe that resumes finds its checkpoints here."""
    recorder: "Recorder"
    source: Path | None = None
    """Folder of the finished run that a recipe with `over_run` starts from."""
    input_kind: InputKind = "text"
    """What the task's models read."""


@dataclass(frozen=True, slots=True)
class DataFacts:
    """What is known of the data before a run is queued."""

    task: str
    language: str
    """BCP 47 primary subtag of most texts; "und" for pictures."""
    labels: tuple[str, ...] = ()
    """Class names in index order."""
    rows: Mapping[Split, int] = field(default_factory=dict)
    source_recipe: str = ""
    """Recipe of the finished run that this one would start from; "" for none."""
    source_folder: Path | None = None
    """Its run folder."""
    input_kind: InputKind = "text"
    """What the task's models read."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Class probabilities of models fitted on repeated draws of the examples."""

    validation: list[Any]
    """One float array (rows, classes) a draw."""
    test: list[Any]
    shipped: int = 0
    """The draw whose model is exported."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fit leaves: files in `context.artifact` and how to run them."""

    runtime: Mapping[str, Any]
    """The manifest's `runtime` section: `kind` names a runtime of `engine.inference`, the rest is its settings."""
    base_model: Mapping[str, Any] | None = None
    """name, revision, licence, sha256, parameters of the model that was adapted."""
    parameters: int = 0
    """How many weights the served model has."""
    trained_parameters: int = 0
    draws: Draws | None = None
    """Given when the quality is a mean over draws and not that of the one exported model."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A way of adapting a model to a data set."""

    name: str
    title: str
    summary: str
    """One or two plain sentences for somebody who has never trained a model."""
    tasks: tuple[str, ...]
    config: type
    fit: Callable[[FitContext], Outcome]
    order: int
    """Place among the cards, simplest first."""
    resumes: bool = False
    """True when `fit` continues from `context.checkpoints` exactly as if never interrupted."""
    check: Callable[[Any, DataFacts], None] = field(default=lambda config, facts: None)
    """Called with the config and what is known of the data before a run is queued.

    Raises InputError or MissingPart when this recipe cannot work, naming what is missing.
    """
    cannot: Mapping[str, str] = field(default_factory=dict)
    """Task name to the reason why this recipe does not serve it."""
    gpus: Literal["none", "one", "several"] = "none"
    """What `fit` can use: several when all its training is `engine.training.trainer.fine_tune`."""
    over_run: bool = False
    """True when it starts from a finished run of the same task and data, such as compressing its model."""
    work: Callable[[Any, Asked], Work] = uncounted
    """Counts what a run with this config will have to do, before it is queued. Loads no torch."""
