"""What a plug-in is: Task, Recipe, and the settings form of either. Standard library only.

A plug-in module holds one constant (TASK, RECIPE) and imports heavy libraries inside functions only.
"""

import dataclasses
import math
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from engine.errors import N_, ConfigError, InputError, ProspectusError

if TYPE_CHECKING:
    from engine.recorder import Recorder

C = TypeVar("C")
Input: TypeAlias = Any
"""What a model reads: a text as str; a picture as the Path of its file, or its bytes."""
InputKind = Literal["text", "image"]
Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
RunState = Literal["queued", "running", "complete", "failed", "stopped"]
RUN_STATES: tuple[RunState, ...] = ("queued", "running", "complete", "failed", "stopped")
STAGES = ("idea", "trial", "build", "live", "stopped")
VERDICTS = ("go", "hold", "stop")


def setting(
    default: Any,
    label: str,
    help: str = "",
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: tuple[Any, ...] = (),
    unit: str = "",
    advanced: bool = False,
    only: InputKind | None = None,
    lines: int = 1,
) -> Any:
    """One field of a Config: its default and what the generic form needs to draw and check it.

    only: the kind of input that it means something for; forms leave it out for others.
    lines: how many a text that may have several is given.
    """
    metadata = {
        "label": label,
        "help": help,
        "minimum": minimum,
        "maximum": maximum,
        "choices": choices,
        "unit": unit,
        "advanced": advanced,
        "only": only,
        "lines": lines,
    }
    return field(default=default, metadata=metadata)


def with_default(config_type: type, name: str, default: Any) -> Any:
    """A field of `config_type` with another default, for a Config that inherits it."""
    (known,) = (f for f in dataclasses.fields(config_type) if f.name == name)
    return field(default=default, metadata=known.metadata)


def field_type(config_type: type, name: str) -> type:
    """The plain type of a Config field; `int | None` gives `int`."""
    hint = typing.get_type_hints(config_type)[name]
    if isinstance(hint, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    plain: type = typing.get_origin(hint) or hint
    return plain


def build_config(config_type: type[C], values: Mapping[str, Any]) -> C:
    """Make a Config from plain values.

    Raises ConfigError with every fault at once: unknown names, wrong types, values out of range.
    """
    faults: list[ProspectusError] = []
    fields = {f.name: f for f in dataclasses.fields(config_type)}  # type: ignore[arg-type]
    for name in values.keys() - fields.keys():
        faults.append(
            InputError(N_("“{name}” is no setting here. Known: {known}."), name=name, known=", ".join(fields))
        )
    accepted: dict[str, Any] = {}
    for name in fields.keys() & values.keys():
        try:
            accepted[name] = _check(fields[name], field_type(config_type, name), values[name])
        except ProspectusError as fault:
            faults.append(fault)
    if faults:
        raise ConfigError(tuple(faults))
    return config_type(**accepted)


def _check(spec: dataclasses.Field[Any], expected: type, value: Any) -> Any:
    if value is None and spec.default is None:
        return None
    converted = _convert(spec.name, expected, value)
    low, high = spec.metadata.get("minimum"), spec.metadata.get("maximum")
    if low is not None and converted < low:
        raise InputError(
            N_("{name} must be at least {minimum}, not {value}."), name=spec.name, minimum=low, value=value
        )
    if high is not None and converted > high:
        raise InputError(
            N_("{name} must be at most {maximum}, not {value}."), name=spec.name, maximum=high, value=value
        )
    choices = spec.metadata.get("choices") or ()
    if choices and converted not in choices:
        known = ", ".join(map(str, choices))
        raise InputError(N_("{name} must be one of {known}, not {value}."), name=spec.name, known=known, value=value)
    return converted


def _convert(name: str, expected: type, value: Any) -> Any:
    wrong = InputError(
        N_("{name} must be of type {expected}, not {value}."), name=name, expected=expected.__name__, value=repr(value)
    )
    if expected is bool:
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("true", "false"):
            return str(value).lower() == "true"
        raise wrong
    if isinstance(value, bool):
        raise wrong
    if expected is tuple:
        return tuple(value)
    try:
        converted = expected(value)
    except (TypeError, ValueError):
        raise wrong from None
    if isinstance(converted, float) and not math.isfinite(converted):
        raise wrong
    if expected is int and float(value) != converted:
        raise wrong
    return converted


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
