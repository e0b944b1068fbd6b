"""`prospectus cost`: what will it cost, what did it cost."""

from typing import Annotated, Any

import typer

from engine.entrypoints.cli.options import Json, LabelColumn, TextColumn, tables
from engine.entrypoints.cli.output import emit
from engine.entrypoints.cli.tune import _what, settings_of
from engine.interval import Interval

app = typer.Typer(no_args_is_help=True, help="What will it cost, and what did it cost?")


@app.command()
def estimate(
    *,
    data: Annotated[str, typer.Option(help="A table, pictures (ZIP or folder), or the id of a data set.")],
    recipe: Annotated[str, typer.Option(help="Recipe that would be trained.")],
    task: Annotated[str | None, typer.Option(help="What the model is to do; what fits the data.")] = None,
    device: Annotated[
        str, typer.Option(help="local_cpu, local_gpu, or a GPU that is not here, such as t4 or a100-80.")
    ] = "",
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    config: Annotated[list[str] | None, typer.Option(help="SETTING=VALUE. May be repeated.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    source: Annotated[
        str | None, typer.Option(help="Finished run that quantize, prune or distill would make a smaller model of.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Estimate time, peak memory, energy and money of a run, each with a 90 % interval; trains nothing."""
    from engine.entrypoints.actions.estimates import document
    from engine.entrypoints.actions.foresee import fits, foresee

    tables()
    settings = settings_of(recipe, [recipe], config or [])
    about = {"name": None, "licence": "", "source": "", "product_slug": None}
    dataset_id, job = _what(data, task, source, (text_column, label_column), about)
    found = foresee(dataset_id, job, recipe, settings, seed, device, source_run=source)
    figures = found.figures
    assert figures is not None
    shown: dict[str, Any] = {
        "recipe": recipe,
        "dataset": dataset_id,
        "device": found.device,
        "threads": found.threads,
        "rests_on_runs": figures.runs,
        "grade": figures.grade,
        "fits": fits(found),
        **document(figures),
        "phases": dict(figures.phases),
        "memory_parts_mb": dict(figures.memory_parts),
    }
    emit(shown, as_json, _lines(shown, figures))


def _lines(shown: dict[str, Any], figures: Any) -> list[str]:
    def said(name: str, given: Interval, unit: str) -> str:
        return f"{name:8}{given.value:,.4g} {unit} ({given.low:,.4g} to {given.high:,.4g})"

    rests = f"{figures.runs} runs of this installation" if figures.runs else "the stated prior alone"
    return [
        f"{shown['recipe']} on {shown['device']}, {shown['threads']} threads; 90 % intervals, resting on {rests}",
        said("time", figures.seconds, "s"),
        said("memory", figures.peak_memory_mb, "MB") + ("" if shown["fits"] is not False else ": does not fit now"),
        said("energy", figures.energy_kwh, "kWh"),
        said("money", figures.usd, f"USD, {shown['grade']}"),
    ]
