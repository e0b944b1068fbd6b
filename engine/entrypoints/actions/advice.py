"""Which way to teach, before anything is trained."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy.orm import Session

from db import advice as kept
from db.datasets import get_dataset
from db.models import Dataset
from db.session import in_transaction
from engine import catalog
from engine.costs.before.advice import HERE, Advised, Seen, Way, Wishes, advise
from engine.costs.before.estimate import Estimate, estimate
from engine.costs.before.prior import prior
from engine.devices import read_machine
from engine.entrypoints import settings
from engine.entrypoints.actions import estimates
from engine.entrypoints.actions.checks import checked_number
from engine.entrypoints.actions.runs import data_facts, device_for
from engine.entrypoints.home import cache_folder
from engine.errors import N_, InputError, ProspectusError
from engine.evaluation.exported import LATENCY_CALLS, LATENCY_SECONDS
from engine.spec import Asked, DataFacts, Recipe, Work, build_config
from engine.training.modality import modality_of

P95_OVER_MEAN = 1.5
"""How much slower than the mean one request in twenty is: texts differ in length. Assumed."""
TOKENS_A_WORD, CHARACTERS_A_WORD = 1.3, 5.5
LARGEST_ROWS = 100_000_000
MOST_CLASSES = 10_000


@dataclass(frozen=True, slots=True)
class Unseen:
    """Data that nobody has brought yet."""

    rows: int
    classes: int
    language: str = "en"
    words: int = 40
    """Of a usual text."""


def advise_on(
    dataset_id: int,
    task: str,
    *,
    latency_limit_ms: float | None = None,
    budget_usd: float | None = None,
    device: str = "",
) -> list[Advised]:
    """Ways of teaching on a data set, the best first. Raises UnknownName or InputError."""
    _check(latency_limit_ms, budget_usd, device)
    dataset = in_transaction(lambda session: get_dataset(session, dataset_id))
    facts = data_facts(dataset, task)
    wishes = Wishes(dataset.rows_train, _commonest(dataset), latency_limit_ms, budget_usd)

    def price(recipe: Recipe, config: Any) -> tuple[Work, Estimate]:
        where = device or device_for(recipe, read_machine())
        found = estimates.expected(recipe, config, facts, dataset, device=where, threads=settings.threads())
        assert found.work is not None and found.figures is not None
        return found.work, found.figures

    return _ranked(facts, price, wishes, dataset_id)


def advise_before_data(
    unseen: Unseen,
    task: str,
    *,
    latency_limit_ms: float | None = None,
    budget_usd: float | None = None,
    device: str = "",
) -> list[Advised]:
    """The same for data of which only size, classes and language are known; classes are taken as equally common."""
    checked_number(N_("The rows"), unseen.rows, minimum=10, maximum=LARGEST_ROWS)
    checked_number(N_("The classes"), unseen.classes, minimum=2, maximum=MOST_CLASSES)
    checked_number(N_("The words of a text"), unseen.words, minimum=1, maximum=100_000)
    _check(latency_limit_ms, budget_usd, device)
    kind = catalog.task(task).input_kind
    part = max(1, round(0.15 * unseen.rows))
    rows = {"train": unseen.rows - 2 * part, "validation": part, "test": part}
    labels = tuple(str(number) for number in range(unseen.classes))
    facts = DataFacts(task, unseen.language, labels, rows, input_kind=kind)  # type: ignore[arg-type]

    def counts(what: str) -> Mapping[str, Sequence[int]]:
        each = {"words": 1.0, "characters": CHARACTERS_A_WORD}.get(what, TOKENS_A_WORD)
        return {split: [max(1, round(each * unseen.words))] for split in rows}

    def price(recipe: Recipe, config: Any) -> tuple[Work, Estimate]:
        where = device or device_for(recipe, read_machine())
        work = recipe.work(config, Asked(kind, unseen.language, unseen.classes, rows, counts, cache_folder()))
        work = estimates.on_device(recipe, work, where)
        hour, grade = in_transaction(lambda session: estimates.hour_of(session, where))
        known = in_transaction(lambda session: estimates.calibration_of(session, where))
        watts = estimates.watts_of(where)
        figures = estimate(work, settings.threads(), known, watts=watts, usd_per_hour=hour.value, grade=grade)
        return work, figures

    wishes = Wishes(rows["train"], 1 / unseen.classes, latency_limit_ms, budget_usd)
    return _ranked(facts, price, wishes, None)


def keep(dataset_id: int, task: str, ranked: Sequence[Advised], wishes: Mapping[str, Any]) -> bool:
    """Keep advice with the data it is about, so that it can be compared with what wins; whether it was kept."""
    plain = [{"recipe": one.way.recipe, "model": one.way.model, "quality": one.quality.value} for one in ranked]
    return in_transaction(lambda session: kept.keep_advice(session, dataset_id, task, wishes, plain))


def _check(latency_limit_ms: float | None, budget_usd: float | None, device: str) -> None:
    if latency_limit_ms is not None:
        checked_number(N_("The latency limit"), latency_limit_ms, above=0)
    if budget_usd is not None:
        checked_number(N_("The budget"), budget_usd, above=0)
    if device:
        estimates.known_device(device)


def _ranked(facts: DataFacts, price: Any, wishes: Wishes, dataset_id: int | None) -> list[Advised]:
    ways = []
    for recipe in catalog.recipes_for(facts.task):
        if recipe.over_run:
            continue
        for model in _models(recipe, facts):
            try:
                config: Any = build_config(recipe.config, {"model": model} if model else {})
                recipe.check(config, facts)
                work, figures = price(recipe, config)
            except ProspectusError:
                continue  # it cannot be taken on this data, which is what was asked
            if work.counted:
                ways.append(Way(recipe.name, model, figures.seconds, figures.usd, _latency_ms(work)))
    if not ways:
        raise InputError(N_("No way of teaching fits this data."))
    seen = in_transaction(lambda session: _seen(session, facts, dataset_id))
    return advise(ways, seen, wishes)


def _models(recipe: Recipe, facts: DataFacts) -> list[str]:
    """Base models that the recipe could start from, the usual one first; "" where it has none."""
    names = {field.name for field in fields(recipe.config)}
    if "model" not in names:
        return [""]
    modality, trains = modality_of(facts.input_kind), "epochs" in names
    usual = (modality.base_model if trains else modality.encoder)("auto", facts.language)
    others = (modality.base_models if trains else modality.encoders).values()
    return list(dict.fromkeys([usual, *others]))


def _seen(session: Session, facts: DataFacts, dataset_id: int | None) -> list[Seen]:
    modality = modality_of(facts.input_kind)

    def model(one: kept.Reached) -> str:
        if one.model != "auto":
            return one.model
        trains = "epochs" in {field.name for field in fields(catalog.recipes()[one.recipe].config)}
        return (modality.base_model if trains else modality.encoder)("auto", facts.language)

    return [
        Seen(
            HERE if one.dataset_id == dataset_id else f"data {one.dataset_id}",
            f"{one.recipe} {model(one)}".strip(),
            one.rows,
            one.score,
            one.naive,
        )
        for one in kept.reached(session, facts.task)
        if one.naive is not None and one.naive < 1 and one.recipe in catalog.recipes() and _whole(one)
    ]


def _whole(one: kept.Reached) -> bool:
    """Whether a run was given the usual time: one that was cut short says little of its recipe."""
    usual: dict[str, Any] = {field.name: field.default for field in fields(catalog.recipes()[one.recipe].config)}
    return one.epochs is None or bool(one.epochs >= usual.get("epochs", 0))


def _commonest(dataset: Dataset) -> float:
    """Share of the commonest class, which a naive answer gets right; even shares where the profile does not say."""
    counts: Counter[str] = Counter()
    for found in dataset.profile.get("classes", {}).values():
        counts.update(found)
    return max(counts.values()) / counts.total() if counts else 1 / max(2, len(dataset.labels))


def _latency_ms(work: Work) -> float:
    """p95 of one request, from the seconds that measuring single requests takes; see `workload.texts.serving`."""
    single = prior("seconds").kinds["seconds_single"].unit * work.phases["serve"].get("seconds_single", 0.0)
    fewest, most = LATENCY_CALLS
    calls = next((n for n in range(most, fewest, -1) if n * single / (n + 8) <= LATENCY_SECONDS), fewest)
    return 1000 * P95_OVER_MEAN * single / (calls + 8)
