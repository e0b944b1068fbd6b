"""`prospectus cost`: what will it cost, what did it cost."""

from dataclasses import asdict, replace
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from engine.costs.ownership.inputs import Given, checked_input
from engine.costs.ownership.model import ownership
from engine.entrypoints.cli.options import Json, LabelColumn, TextColumn, read, tables
from engine.entrypoints.cli.output import emit
from engine.entrypoints.cli.tune import _what, settings_of
from engine.errors import N_, InputError
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
        **({"api": asdict(figures.bought)} if figures.bought else {}),
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
        *_bought(figures.bought),
    ]


def _bought(paid: Any) -> list[str]:
    if paid is None:
        return []
    return [
        f"of it   {paid.usd.value:,.4g} USD for {paid.requests:,} requests: about {paid.tokens_read.value:,.0f} tokens "
        f"read and {paid.tokens_written.value:,.0f} written; {paid.price}"
    ]


@app.command("break-even")
def break_even(
    idea: Annotated[str, typer.Argument(help="The idea's short name, as `products list` shows it.")],
    *,
    run: Annotated[str | None, typer.Option(help="Measured run to serve; the one that leads.")] = None,
    model: Annotated[str, typer.Option(help="Hosted model to buy from, as genai-prices names it.")] = "gpt-4o-mini",
    provider: Annotated[str | None, typer.Option(help="Its provider, where several have it.")] = None,
    utilisation: Annotated[float, typer.Option(help="Share of the month in which a device may answer.")] = 0.30,
    percentile: Annotated[int, typer.Option(help="50 or 95: which latency keeps the limit.")] = 95,
    latency_ms: Annotated[float | None, typer.Option(help="The limit; the idea's own.")] = None,
    volume: Annotated[float | None, typer.Option(help="Requests a month; what the idea expects.")] = None,
    usd_per_hour: Annotated[float | None, typer.Option(help="Price of a device's hour; its dated rate.")] = None,
    as_json: Json = False,
) -> None:
    """From which volume serving it ourselves, on reserved devices, costs less than buying it from an API."""
    from engine.entrypoints.actions.break_even import Question, break_even_document, break_even_lines

    asked = Question(run, model, provider, utilisation, percentile, latency_ms, volume, usd_per_hour)
    document = break_even_document(read(serving_case_of, slug=idea), asked)
    emit(document, as_json, break_even_lines(document))


@app.command()
def tco(
    idea: Annotated[str, typer.Argument(help="The idea's short name, as `products list` shows it.")],
    *,
    months: Annotated[int, typer.Option(help="12 to 36.")] = 24,
    served_by: Annotated[str, typer.Option(help="own or api; as the run that leads.")] = "",
    region: Annotated[str, typer.Option(help="Country of the electricity, such as DE; WORLD for the average.")] = "",
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="INPUT=VALUE or INPUT=VALUE:LOW:HIGH, for this answer alone.")
    ] = None,
    as_json: Json = False,
) -> None:
    """What it costs to own an idea: data, labels, training, serving, storage, monitoring, staff; and its carbon."""
    from engine.entrypoints.actions.carbon import carbon_document
    from engine.entrypoints.actions.ownership import as_document, ownership_case

    case = read(ownership_case, slug=idea)
    given = {**case.given, **{name: Given(name, f, "assumed", "typed") for name, f in map(_typed, set_ or [])}}
    found = ownership(given, months, served_by or case.served_by)
    document = as_document(replace(case, given=given), found)
    document["carbon"] = carbon_document(replace(case, given=given), months, found.served_by, region)
    emit(document, as_json, _owned(document))


def serving_case_of(session: Session, slug: str) -> Any:
    """Imported late: the command line starts without it."""
    from engine.entrypoints.actions.serving_costs import serving_case

    return serving_case(session, slug)


def _typed(text: str) -> tuple[str, Interval]:
    name, _equals, figures = text.partition("=")
    try:
        value, low, high = (*map(float, figures.split(":")), None, None)[:3]
    except ValueError:
        raise InputError(N_("--set takes INPUT=VALUE or INPUT=VALUE:LOW:HIGH, not “{value}”."), value=text) from None
    if value is None:
        raise InputError(N_("--set takes INPUT=VALUE or INPUT=VALUE:LOW:HIGH, not “{value}”."), value=text)
    return name, checked_input(name, value, low, high)


def _owned(document: dict[str, Any]) -> list[str]:
    def said(figure: dict[str, float]) -> str:
        return f"{figure['value']:,.2f} USD ({figure['low']:,.2f} to {figure['high']:,.2f})"

    whole = "" if document["whole"] else ", without what is unknown"
    lines = [f"{document['idea']}, {document['months']} months: {said(document['known_usd'])}{whole}"]
    for part, cost in document["parts"].items():
        unknown = f"unknown because {', '.join(cost['missing'])} is empty"
        lines.append(f"  {part:12}" + (f"{said(cost['usd'])}, {cost['grade']}" if cost["usd"] else unknown))
    carbon = document["carbon"]
    if carbon["kg"] is not None:
        lines.append(f"  {'carbon':12}{carbon['kg']:,.3g} kg CO2, {carbon['region']}, {carbon['grade']}")
    return lines
