"""`prospectus advise`: which way to teach, before anything is trained."""

from typing import Annotated, Any

import typer

from engine.entrypoints.cli.options import Json, LabelColumn, TextColumn, tables
from engine.entrypoints.cli.output import emit, table
from engine.entrypoints.cli.tune import _task_for, _what
from engine.errors import N_, InputError

HEAD = ("RECIPE", "MODEL", "ACCURACY", "90 %", "TIME", "MONEY", "LATENCY", "BECAUSE")


def advise(  # noqa: PLR0917  options of a command
    data: Annotated[str | None, typer.Option(help="A table, pictures, or the id of a data set.")] = None,
    task: Annotated[str | None, typer.Option(help="What the model is to do; what fits the data.")] = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    rows: Annotated[int | None, typer.Option(help="Labelled rows, where there are no data yet.")] = None,
    classes: Annotated[int, typer.Option(help="Classes, where there are no data yet.")] = 2,
    language: Annotated[str, typer.Option(help="Language of the texts, such as en or zh.")] = "en",
    words: Annotated[int, typer.Option(help="Words of a usual text.")] = 40,
    latency_limit_ms: Annotated[float | None, typer.Option(help="95 % of requests are to be answered within.")] = None,
    device: Annotated[str, typer.Option(help="local_cpu, local_gpu, or a GPU such as t4.")] = "",
    budget_usd: Annotated[float | None, typer.Option(help="Most money for one training.")] = None,
    as_json: Json = False,
) -> None:
    """Rank base models and recipes by the quality to be expected, with time, money and the reason."""
    from engine.entrypoints.actions import advice

    tables()
    wishes: dict[str, Any] = {"latency_limit_ms": latency_limit_ms, "budget_usd": budget_usd, "device": device}
    if data is not None:
        about = {"name": None, "licence": "", "source": "", "product_slug": None}
        dataset, job = _what(data, task, None, (text_column, label_column), about)
        ranked = advice.advise_on(dataset, job or _task_for(dataset), **wishes)
        advice.keep(dataset, job, ranked, wishes)
    elif rows is not None:
        unseen = advice.Unseen(rows, classes, language, words)
        ranked = advice.advise_before_data(unseen, task or "text_classification", **wishes)
    else:
        raise InputError(N_("Name the data with --data, or how many rows there will be with --rows."))
    documents = [_document(one) for one in ranked]
    emit({"advice": documents}, as_json, table(HEAD, [_line(document) for document in documents]))


def _document(one: Any) -> dict[str, Any]:
    def ends(given: Any) -> dict[str, float]:
        return {"value": given.value, "low": given.low, "high": given.high}

    return {
        "recipe": one.way.recipe,
        "model": one.way.model or None,
        "accuracy": ends(one.quality),
        "seconds": ends(one.way.seconds),
        "usd": ends(one.way.usd),
        "latency_p95_ms": one.way.latency_ms,
        "fits": one.fits,
        "rests_on_runs": one.runs,
        "reasons": [template.format(**values) for template, values in one.reasons],
    }


def _line(shown: dict[str, Any]) -> tuple[str, ...]:
    accuracy = shown["accuracy"]
    return (
        shown["recipe"],
        shown["model"] or "-",
        f"{accuracy['value']:.2f}",
        f"{accuracy['low']:.2f} to {accuracy['high']:.2f}",
        f"{shown['seconds']['value']:.0f} s",
        f"{shown['usd']['value']:.2g} USD",
        f"{shown['latency_p95_ms']:.3g} ms",
        "; ".join(shown["reasons"]),
    )
