"""`prospectus tune`: one or several runs on a file or data set, here and now or through the queue."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from db.datasets import get_dataset
from db.session import in_transaction
from db.shapes import RunDetail
from engine import catalog
from engine.entrypoints.cli import documents
from engine.entrypoints.cli.finishing import finish_here
from engine.entrypoints.cli.options import (
    Json,
    LabelColumn,
    Licence,
    Name,
    Product,
    TextColumn,
    columns_of,
    details,
    tables,
)
from engine.entrypoints.cli.output import OK, RUN_FAILED, RUN_STOPPED, emit
from engine.entrypoints.cli.run_lines import run_table
from engine.errors import N_, InputError, ProspectusError


def tune(
    *,
    data: Annotated[
        str | None,
        typer.Option(help="A table, pictures (ZIP or folder), or the id of a data set; with --source that run's."),
    ] = None,
    recipe: Annotated[list[str], typer.Option(help="Recipe to train. May be repeated.")],
    task: Annotated[
        str | None, typer.Option(help="What the model is to do; what fits the data, or with --source that run's.")
    ] = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    config: Annotated[
        list[str] | None,
        typer.Option(help="SETTING=VALUE, or RECIPE.SETTING=VALUE for one of several recipes. May be repeated."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    budget_usd: Annotated[float | None, typer.Option(help="Stop each run, with a checkpoint, at this cost.")] = None,
    product: Product = None,
    name: Name = None,
    licence: Licence = "",
    source: Annotated[
        str | None, typer.Option(help="Finished run that quantize, prune or distill makes a smaller model of.")
    ] = None,
    data_source: Annotated[str, typer.Option(help="Where the data come from.")] = "",
    show_test: Annotated[bool, typer.Option("--show-test", help="Show the test figures; they count as seen.")] = False,
    queue: Annotated[bool, typer.Option("--queue", help="Leave the runs to a worker and return at once.")] = False,
    as_json: Json = False,
) -> None:
    """Train on a file or data set: one run a recipe."""
    from engine.entrypoints import actions

    tables()
    settings = {each: settings_of(each, recipe, config or []) for each in recipe}
    about = {"name": name, "licence": licence, "source": data_source, "product_slug": product}
    dataset_id, job = _what(data, task, source, (text_column, label_column), about)
    ids: list[str] = []
    try:
        for each in recipe:
            ids.append(
                actions.queue_run(product, dataset_id, job, each, settings[each], seed, budget_usd, source_run=source)
            )
    except ProspectusError:
        for run_id in ids:  # all or none
            actions.stop_run(run_id)
        raise
    if not queue:
        finish_here(ids)
        if show_test:
            for detail in details(ids):
                if detail.row.state == "complete":
                    actions.show_test(detail.row.id)
    found = details(ids)
    runs = [documents.run(detail) for detail in found]
    emit(runs[0] if len(runs) == 1 else {"runs": runs}, as_json, run_table(found))
    raise typer.Exit(OK if queue else _exit_code(found))


def settings_of(recipe: str, recipes: Sequence[str], given: Sequence[str]) -> Mapping[str, Any]:
    """The settings that are meant for one recipe, still as text. Raises InputError for what is no setting."""
    found: dict[str, Any] = {}
    for text in given:
        key, equals, value = text.partition("=")
        owner, dot, setting = key.rpartition(".")
        if not equals or not setting or (dot and owner not in recipes):
            raise InputError(
                N_("“{text}” is no setting; write SETTING=VALUE or RECIPE.SETTING=VALUE with one of: {recipes}."),
                text=text,
                recipes=", ".join(recipes),
            )
        if not dot or owner == recipe:
            found[setting] = value
    return found


def _what(
    data: str | None,
    task: str | None,
    source: str | None,
    columns: tuple[str | None, str | None],
    about: Mapping[str, Any],
) -> tuple[int, str]:
    """The data set's id and the task; of the source run where they are not named."""
    known = details([source])[0] if source is not None else None
    if data is not None:
        dataset_id = (
            int(data) if data.isdecimal() and not Path(data).exists() else _import(Path(data), columns, **about)
        )
        return dataset_id, task or (known.task if known else _task_for(dataset_id))
    if known is None:
        raise InputError(N_("Name what to learn from: --data FILE or ID, or --source RUN."))
    if known.row.dataset_id is None:
        raise InputError(N_("Run {run} learned from no data."), run=known.row.id)
    return known.row.dataset_id, task or known.task


def _task_for(dataset_id: int) -> str:
    """The first task that reads what the data set holds."""
    kind = in_transaction(lambda session: get_dataset(session, dataset_id).input_kind)
    return next(task.name for task in catalog.tasks().values() if task.input_kind == kind)


def _import(path: Path, columns: tuple[str | None, str | None], **about: Any) -> int:
    from engine.entrypoints import actions

    text, label = columns_of(path, *columns)
    row, _ = actions.import_data(path, text, label, about.pop("name") or path.stem, **about)
    return row.id


def _exit_code(found: Sequence[RunDetail]) -> int:
    states = {detail.row.state for detail in found}
    if "failed" in states:
        return RUN_FAILED
    return RUN_STOPPED if states - {"complete"} else OK
