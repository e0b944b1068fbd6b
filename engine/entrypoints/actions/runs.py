"""Runs: queue, stop, resume, look at the test figures."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import run_estimates, runs
from db.base import now
from db.costs import rate_in_force
from db.datasets import get_dataset
from db.models import Dataset, Experiment, Rate, Run
from db.products import get_product
from db.session import in_transaction
from engine import catalog
from engine.data.growing import check_augmentation
from engine.devices import CPU, Machine, device_keys, read_machine
from engine.entrypoints import settings
from engine.entrypoints.actions.checks import NAME_LENGTH, checked_number, checked_text
from engine.entrypoints.actions.costs import append_rates
from engine.entrypoints.actions.estimates import Expected, expect, refuse_too_large
from engine.entrypoints.actions.products import mark_test_seen, refuse_removed
from engine.entrypoints.home import run_folder
from engine.errors import N_, InputError, StateError
from engine.spec import DataFacts, Recipe, build_config
from engine.spec.routine import Routine

LARGEST_SEED = 2**31 - 1
LARGEST_BUDGET_USD = 1_000_000


def queue_run(  # noqa: PLR0917  in the order of the form
    product_slug: str | None,
    dataset_id: int,
    task: str,
    recipe: str,
    config: Mapping[str, Any] | None = None,
    seed: int = 0,
    budget_usd: float | None = None,
    *,
    priority: int = 0,
    source_run: str | None = None,
) -> str:
    """Queue a run and return its id; the rate in force now prices all its seconds.

    source_run: the finished run that a recipe with `over_run` starts from.
    Raises UnknownName, ConfigError (every fault at once), InputError, or what the recipe says it cannot do.
    An idea without a data set gets this one.
    """
    plan = catalog.recipe_for(task, recipe)
    built: Any = build_config(plan.config, config or {})
    budget = checked_budget(budget_usd)
    number = checked_seed(seed)

    expected = _expected(plan, built, (dataset_id, task, source_run), number)

    def work(session: Session) -> str:
        dataset = get_dataset(session, dataset_id)
        source = source_of(session, plan, source_run, dataset.id, task)
        device = device_for(plan, read_machine())
        plan.check(built, data_facts(dataset, task, source))
        check_augmentation(built)
        refuse_too_large(expected)
        product = get_product(session, product_slug) if product_slug is not None else None
        if product is not None and product.dataset_id is None:
            product.dataset_id, product.missing = dataset.id, ""
        if session.scalars(select(Rate.id).limit(1)).first() is None:
            append_rates(session)
        run = runs.queue_run(
            session,
            product_id=product.id if product else None,
            dataset_id=dataset.id,
            task=task,
            recipe=recipe,
            config=dataclasses.asdict(built),
            seed=number,
            device=device,
            rate_id=rate_in_force(session, device, now().date()).id,
            budget_usd=budget,
            priority=priority,
            source_run_id=source.id if source else None,
            estimate_seconds=expected.figures.seconds.value if expected.figures else None,
        )
        run_estimates.store_estimate(session, run.id, **expected.as_stored())
        return run.id

    return in_transaction(work)


def _expected(plan: Recipe, built: Any, what: tuple[int, str, str | None], seed: int) -> Expected:
    """What the run should take, counted before the transaction that queues it: counting may take a second."""

    def read(session: Session) -> tuple[Dataset, DataFacts]:
        dataset_id, task, source_run = what
        dataset = get_dataset(session, dataset_id)
        _check_kind(dataset, task)
        source = runs.get_run(session, source_run) if source_run is not None else None
        return dataset, data_facts(dataset, task, source)

    dataset, facts = in_transaction(read)
    return expect(plan, built, facts, dataset, device=device_for(plan, read_machine()), seed=seed)


def _check_kind(dataset: Dataset, task: str) -> None:
    if catalog.task(task).input_kind != dataset.input_kind:
        raise InputError(
            N_("The task “{task}” reads {wanted}; the data set “{name}” holds {found}."),
            task=task,
            wanted=catalog.task(task).input_kind,
            name=dataset.name,
            found=dataset.input_kind,
        )


def device_for(plan: Recipe | Routine, machine: Machine) -> str:
    """Key of the rate of what a run of this recipe or routine computes on.

    Raises MissingPart when PROSPECTUS_DEVICE insists on a GPU and there is none to use.
    """
    preferred = device_keys(machine, settings.device())[0]
    return preferred if plan.gpus != "none" else CPU


def data_facts(dataset: Dataset, task: str, source: Run | None = None) -> DataFacts:
    """What a recipe is told before a run is queued."""
    return DataFacts(
        task=task,
        language=dataset.language,
        labels=tuple(dataset.labels),
        rows={"train": dataset.rows_train, "validation": dataset.rows_validation, "test": dataset.rows_test},
        source_recipe=source.recipe if source else "",
        source_folder=run_folder(source.id) if source else None,
        input_kind=catalog.task(task).input_kind,
    )


def source_of(session: Session, plan: Recipe, source_run: str | None, dataset_id: int, task: str) -> Run | None:
    """The run that a recipe starts from: complete, on the same task and data. Raises InputError or StateError."""
    if not plan.over_run:
        if source_run is not None:
            raise InputError(
                N_("The recipe “{recipe}” starts from a base model, not from run {run}."),
                recipe=plan.name,
                run=source_run,
            )
        return None
    if source_run is None:
        raise InputError(N_("The recipe “{recipe}” starts from a finished run; name one."), recipe=plan.name)
    run = runs.get_run(session, source_run)
    experiment = session.get_one(Experiment, run.experiment_id)
    if run.state != "complete":
        raise StateError(
            N_("Run {run} is {state}: only a complete run can be started from."), run=run.id, state=run.state
        )
    refuse_removed(session, run)
    if (experiment.dataset_id, experiment.task) != (dataset_id, task):
        raise InputError(
            N_("Run {run} learned from other data or another task; choose a run on this data set."), run=run.id
        )
    return run


def stop_run(run_id: str) -> str:
    """Take a queued run out of the queue, or ask a running one to save and stop; returns its state now."""
    return in_transaction(lambda session: runs.request_stop(session, run_id, "person"))


def raise_run(run_id: str) -> int:
    """Let a queued run be taken before those of its present priority; returns the new one, lower is earlier."""
    return in_transaction(lambda session: runs.change_priority(session, run_id, -1))


def lower_run(run_id: str) -> int:
    """Let a queued run be taken after those of its present priority; returns the new one, lower is earlier."""
    return in_transaction(lambda session: runs.change_priority(session, run_id, +1))


def resume_run(run_id: str, budget_usd: float | None = None) -> None:
    """Queue a stopped or failed run again, from its last checkpoint; a budget given replaces the old one.

    Raises StateError for a run that used its budget up and gets no larger one.
    """
    budget = checked_budget(budget_usd)

    def work(session: Session) -> None:
        run = runs.requeue(session, run_id, budget_usd=budget)
        if run.budget_nano is not None and run.cost_nano >= run.budget_nano:
            raise StateError(
                N_("Run {run} has used up its budget of {budget} USD."),
                run=run_id,
                budget=f"{run.budget_nano / 1e9:g}",
                remedy=N_("Resume it with a larger budget."),
            )

    in_transaction(work)


def show_test(run_id: str, author: str = "") -> None:
    """Show a complete run's test figures from now on; the run's log says so, and when."""
    who = checked_text(N_("The author"), author, NAME_LENGTH, required=False) or N_("somebody")

    def work(session: Session) -> None:
        run = runs.get_run(session, run_id)
        if run.state != "complete":
            raise StateError(
                N_("Run {run} is {state}: it has test figures when it is complete."), run=run_id, state=run.state
            )
        mark_test_seen(session, run, who)

    in_transaction(work)


def checked_budget(value: float | None) -> float | None:
    """A cap in USD, or None. Raises InputError."""
    return None if value is None else checked_number(N_("The budget"), value, above=0, maximum=LARGEST_BUDGET_USD)


def checked_seed(value: Any) -> int:
    """A seed. Raises InputError."""
    number = checked_number(N_("The seed"), value, minimum=0, maximum=LARGEST_SEED)
    if number != int(number):
        raise InputError(N_("{label} must be a whole number, not {value}."), label=N_("The seed"), value=value)
    return int(number)
