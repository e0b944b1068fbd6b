"""`prospectus market size`: how large a market is, of an idea or of figures on the command line."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from engine.entrypoints.cli.options import Json, read, tables
from engine.entrypoints.cli.output import emit, table
from engine.errors import N_, InputError
from engine.interval import Interval
from engine.market.size import APPROACHES, INPUTS, LEVELS, Given, MarketSize, Sized, market_size

PREFIX = "market."
NAMES = tuple(key.removeprefix(PREFIX) for keys in INPUTS.values() for key in keys)


def size(
    product: Annotated[str | None, typer.Argument(help="The idea's short name; without one nothing is stored.")] = None,
    given: Annotated[
        list[str] | None,
        typer.Option("--input", help=f"NAME=VALUE or NAME=VALUE:LOW:HIGH, shares as 0.1; NAME= empties it. {NAMES}"),
    ] = None,
    why: Annotated[str, typer.Option(help="Where the figures come from; needed to store them.")] = "",
    author: Annotated[str, typer.Option(help="Who types them; needed to store them.")] = "",
    as_json: Json = False,
) -> None:
    """Compute TAM, SAM and SOM bottom-up and top-down; what is empty stays unknown and says why."""
    typed = dict(_typed(text) for text in given or [])
    if product is None:
        found = market_size({key: one for key, one in typed.items() if one is not None})
        emit(document(found), as_json, lines(found))
        return
    from db.views.demand import demand
    from engine.entrypoints.actions import sizes

    tables()
    if typed:
        changes = {key: None if one is None else (one.value, one.low, one.high, why) for key, one in typed.items()}
        sizes.size_market(product, changes, author)
    sheet = read(demand, slug=product)
    found = market_size(sizes.input_rows(sheet.figures))
    emit({"idea": product, **document(found), "score": _score(sheet.figures)}, as_json, lines(found))


def _typed(text: str) -> tuple[str, Given | None]:
    name, equals, figures = text.partition("=")
    key = name if name.startswith(PREFIX) else PREFIX + name
    if not equals or key.removeprefix(PREFIX) not in NAMES:
        raise InputError(
            N_("“{text}” is no input; write NAME=VALUE or NAME=VALUE:LOW:HIGH with one of {known}."),
            text=text,
            known=", ".join(NAMES),
        )
    if not figures:
        return key, None
    try:
        numbers = [float(part) for part in figures.split(":")]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 3):
        raise InputError(N_("“{text}”: write VALUE or VALUE:LOW:HIGH, in plain numbers."), text=text)
    return key, Given(*numbers)


def document(found: MarketSize) -> dict[str, Any]:
    """The JSON form: by level the best figure, both approaches, and by how much they differ."""
    return {
        "unit": "USD a year",
        "interval": "95 % range of the draws",
        **{level: _said(found.best(level)) for level in LEVELS},
        "approaches": {
            approach: {level: _said(found.sized[approach, level]) for level in LEVELS} for approach in APPROACHES
        },
        "disagreements": [
            {"level": one.level, "bottom_up_over_top_down": _ends(one.ratio), "apart": one.apart}
            for one in found.disagreements
        ],
    }


def _said(one: Sized) -> dict[str, Any]:
    if one.figure is None:
        return {"value": None, "low": None, "high": None, "approach": one.approach, "unknown": unknown(one)}
    exact = [key.removeprefix(PREFIX) for key in one.exact]
    return {**_ends(one.figure), "approach": one.approach, "taken_as_exact": exact}


def unknown(one: Sized) -> str:
    """Why a level is not known."""
    return f"unknown because {', '.join(key.removeprefix(PREFIX) for key in one.missing)} is empty"


def _ends(figure: Interval) -> dict[str, float]:
    return {"value": figure.value, "low": figure.low, "high": figure.high}


def _score(figures: Mapping[str, Any]) -> dict[str, Any] | None:
    found = figures.get("market.attractiveness")
    if found is None:
        return None
    return {"value": found.value, "low": found.low, "high": found.high, "grade": found.grade, "note": found.note}


def lines(found: MarketSize) -> list[str]:
    """The same for a person."""
    rows: list[tuple[str, ...]] = []
    for level in LEVELS:
        for approach in APPROACHES:
            one = found.sized[approach, level]
            if one.figure is None:
                rows.append((level.upper(), approach, unknown(one), "", ""))
            else:
                rows.append((level.upper(), approach, *(f"{number:,.4g}" for number in one.figure)))
    said = table(("level", "approach", "US$ a year", "low", "high"), rows)
    for apart in found.disagreements:
        said.append(f"{apart.level.upper()}: bottom-up is {apart.ratio.value:.3g} times top-down")
    return said
