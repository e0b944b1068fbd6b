"""Reads the sample portfolio, `engine/samples/portfolio.yml`, and checks all of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.data.samples import sample_named
from engine.errors import N_, ConfigError, InputError, ProspectusError
from engine.evidence import measure
from engine.spec import STAGES

PORTFOLIO_FILE = Path(__file__).parent.parent / "samples" / "portfolio.yml"


@dataclass(frozen=True, slots=True)
class SampleBar:
    """What decides whether the idea is good enough."""

    measure: str
    direction: str
    minimum: float
    reason: str


@dataclass(frozen=True, slots=True)
class SampleAssumption:
    """A figure that somebody typed, and why."""

    value: float
    low: float
    high: float
    why: str


@dataclass(frozen=True, slots=True)
class SampleData:
    """The data set of an idea; `sample` is a key of `engine.data.samples.SAMPLES`."""

    sample: str
    file: str
    licence: str
    rows: int
    source: str


@dataclass(frozen=True, slots=True)
class SampleIdea:
    """An idea of the sample portfolio, with data or with what is missing."""

    slug: str
    name: str
    domain: str
    customer: str
    hypothesis: str
    owner: str
    stage: str
    task: str
    bar: SampleBar
    latency_limit_ms: float
    assumptions: Mapping[str, SampleAssumption]
    """By measure."""
    data: SampleData | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class FirstRun:
    """A run to queue on the first start."""

    idea: str
    recipe: str
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SamplePortfolio:
    """All of the file."""

    assumed_by: str
    ideas: tuple[SampleIdea, ...]
    first_runs: tuple[FirstRun, ...]


def load_portfolio(path: Path = PORTFOLIO_FILE) -> list[SampleIdea]:
    """The ideas of the sample portfolio; raises ConfigError with every fault of the file at once."""
    return list(read_portfolio(path).ideas)


def load_first_runs(path: Path = PORTFOLIO_FILE) -> list[FirstRun]:
    """The runs to queue on the first start, in order; raises ConfigError with every fault of the file at once."""
    return list(read_portfolio(path).first_runs)


def read_portfolio(path: Path = PORTFOLIO_FILE) -> SamplePortfolio:
    """Read and check a portfolio file; raises ConfigError with every fault at once."""
    import yaml

    stored = yaml.safe_load(path.read_text("utf-8"))
    faults: list[ProspectusError] = []
    ideas = []
    for entry in stored["ideas"]:
        try:
            ideas.append(_idea(entry))
        except (KeyError, TypeError, ValueError) as error:
            faults.append(_fault(entry.get("slug", "?"), repr(error)))
    runs = [FirstRun(run["idea"], run["recipe"], run.get("config", {})) for run in stored["first_runs"]]
    faults += [fault for idea in ideas for fault in _faults(idea)] + _run_faults(ideas, runs)
    if faults:
        raise ConfigError(tuple(faults))
    return SamplePortfolio(stored["assumed_by"], tuple(ideas), tuple(runs))


def _idea(entry: Mapping[str, Any]) -> SampleIdea:
    assumptions = {name: SampleAssumption(**given) for name, given in entry["assumptions"].items()}
    data = SampleData(**entry["data"]) if "data" in entry else None
    given = dict(entry) | {"bar": SampleBar(**entry["bar"]), "assumptions": assumptions, "data": data}
    return SampleIdea(**given)


def _fault(slug: str, reason: str) -> InputError:
    return InputError(N_("sample idea {idea}: {reason}"), idea=slug, reason=reason)


def _faults(idea: SampleIdea) -> list[ProspectusError]:
    """Every rule that an idea breaks."""
    found: list[ProspectusError] = []
    for name in (idea.bar.measure, *idea.assumptions):
        try:
            measure(name)
        except InputError as fault:
            found.append(fault)
    for name, given in idea.assumptions.items():
        if not given.low <= given.value <= given.high:
            found.append(_fault(idea.slug, f"{name}: {given.value} is not between {given.low} and {given.high}"))
        if not given.why.strip():
            found.append(_fault(idea.slug, f"{name} does not say why"))
    if idea.stage not in STAGES:
        found.append(_fault(idea.slug, f"stage {idea.stage} is none of {', '.join(STAGES)}"))
    return found + _data_faults(idea)


def _data_faults(idea: SampleIdea) -> list[ProspectusError]:
    if (idea.data is None) == (not idea.missing.strip()):
        return [_fault(idea.slug, "give either data or what is missing")]
    if idea.data is not None:
        try:
            sample_named(idea.data.sample)
        except InputError as fault:
            return [fault]
    return []


def _run_faults(ideas: list[SampleIdea], runs: list[FirstRun]) -> list[ProspectusError]:
    with_data = {idea.slug for idea in ideas if idea.data is not None}
    twice = {idea.slug for idea in ideas if [other.slug for other in ideas].count(idea.slug) > 1}
    found: list[ProspectusError] = [_fault(slug, "the slug is used twice") for slug in sorted(twice)]
    for run in runs:
        if run.idea not in with_data:
            found.append(_fault(run.idea, f"a first run of {run.recipe} needs an idea with data"))
    return found
