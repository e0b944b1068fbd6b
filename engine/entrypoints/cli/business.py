"""`prospectus business`: an idea as a business, in many futures."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from engine import catalog
from engine.business.compare import Compared, best, compare, missing_for_all, missing_of_own
from engine.business.copula import Pair
from engine.business.draws import Futures
from engine.business.groups import Group, by_tenth, by_tier
from engine.business.scenario import Scenario, check, chosen_model
from engine.business.sensitivity import Moved, Shares, Swing, moved, shares, tornado
from engine.business.simulate import Unknown, names_of, prepare
from engine.entrypoints import settings
from engine.entrypoints.actions.actuals import bring_actuals, read_kept, use_actuals
from engine.entrypoints.actions.scenarios import read_given, scenario_from_file, start_scenario
from engine.entrypoints.cli.options import Json, read, tables
from engine.entrypoints.cli.output import emit, table
from engine.errors import N_, InputError

app = typer.Typer(help="Business models: simulate one, compare them.", no_args_is_help=True)
Idea = Annotated[str, typer.Argument(help="The idea's short name, as `products list` shows it.")]
Key = Annotated[str, typer.Option("--scenario", help="Key of a saved scenario; the newest without it.")]
File = Annotated[Path | None, typer.Option("--file", help="A scenario as JSON, instead of a saved one.")]
Paths = Annotated[int, typer.Option(help="How many futures.")]
Correlate = Annotated[
    list[str] | None,
    typer.Option(
        "--correlate",
        help="Two inputs that move together and their rank correlation, -1 to 1: "
        "churn_per_month,requests_per_customer=-0.5. May be repeated; beside those of the scenario.",
    ),
]
Seed = Annotated[int, typer.Option(help="Names the futures.")]
MOST_PATHS = 1_000_000
NEVER = N_("never")


@app.command()
def simulate(  # noqa: PLR0917  options of a command
    idea: Idea,
    model: Annotated[str, typer.Option(help="Business model; the scenario's own without it.")] = "",
    scenario: Key = "",
    file: File = None,
    paths: Paths = 10_000,
    seed: Seed = 20260101,
    correlate: Correlate = None,
    as_json: Json = False,
) -> None:
    """Simulate one business model: results, what moves them most, margin by plan and by tenth of the customers."""
    given = _correlated(_scenario(idea, scenario, file), correlate or ())
    chosen = catalog.pricing_model(model or chosen_model(given))
    row = _known(compare(given, [chosen], _futures(idea, paths, seed), threads=settings.threads())[0])
    swings, parts = tornado(given, chosen), shares(given, chosen, _futures(idea, paths, seed))
    pairs = moved(prepare(given, chosen, _futures(idea, paths, seed)))
    tenths, tiers = by_tenth(given, chosen), by_tier(given, chosen)
    document = {
        "idea": idea,
        **_document(row),
        "tornado": [_finite(asdict(swing)) for swing in swings],
        "sobol": [asdict(part) for part in parts.parts],
        "rank_correlation": dict(parts.correlations),
        "together": list(parts.together),
        "correlations": [{**asdict(one.pair), "drawn": one.drawn, "followed": one.followed} for one in pairs],
        "tenths": [_group(group) for group in tenths],
        "tiers": [_group(group) for group in tiers],
    }
    emit(document, as_json, [*_lines(row, swings, parts, tenths), *map(_moved, pairs)])


@app.command("compare")
def compare_(  # noqa: PLR0917  options of a command
    idea: Idea,
    scenario: Key = "",
    file: File = None,
    paths: Paths = 10_000,
    seed: Seed = 20260101,
    correlate: Correlate = None,
    start: Annotated[
        str, typer.Option(help="Your name: fill what is missing with starting points from memory, and save that.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Compare all business models in the same futures; one whose prices are empty says what is missing."""
    if start:
        tables()
        scenario = start_scenario(idea, start, scenario)
    given = _correlated(_scenario(idea, scenario, file), correlate or ())
    rows = compare(
        given, list(catalog.pricing_models().values()), _futures(idea, paths, seed), threads=settings.threads()
    )
    top = best(rows)
    empty = missing_for_all(rows)
    document = {
        "idea": idea,
        "best": top.model if top else None,
        "missing": list(empty),
        "models": [_document(row) for row in rows],
    }
    emit(document, as_json, [*_told_once(empty), *table(HEAD, [_row(row) for row in rows])])


def _told_once(empty: tuple[str, ...]) -> list[str]:
    """What makes every model unknown."""
    return [str(Unknown(empty, names_of(None, empty, ())))] if empty else []


def _own(row: Compared) -> str:
    """What this model alone lacks."""
    own = missing_of_own(row)
    if not own:
        return ""
    model = catalog.pricing_model(row.model)
    return str(Unknown(own, names_of(model, (), tuple(key.partition(".")[2] for key in own))))


@app.command("actuals")
def actuals_(  # noqa: PLR0917  options of a command
    idea: Idea,
    file: Annotated[Path, typer.Argument(help="CSV, Excel or Parquet, a subscription, invoice or purchase a row.")],
    kind: Annotated[str, typer.Option(help="subscriptions, invoices or purchases.")],
    author: Annotated[str, typer.Option(help="Your name.")],
    use: Annotated[bool, typer.Option("--use", help="Make a scenario with what was seen.")] = False,
    as_json: Json = False,
) -> None:
    """Bring what customers really did; purchases also queue the fit of their lifetime."""
    tables()
    number = bring_actuals(idea, file, kind, author)
    key = use_actuals(idea, "", number, author) if use else None
    kept = next(row for row in read(read_kept, slug=idea) if row.id == number)
    churn, months = kept.document["churn"], kept.document["months"]
    lines = [f"{kept.document['customers']:,} customers, {months[0]['month']} to {months[-1]['month']}"]
    if churn is not None:
        lines.append(f"churn a month {churn['value']:.2%}, 95%: {churn['low']:.2%} to {churn['high']:.2%}")
    if key is not None:
        lines.append(f"scenario {key}")
    emit({"id": number, "scenario": key, **kept.document}, as_json, lines)


HEAD = ("model", "NPV, median", "90%", "breaks even in 24", "cash runs out", "margin", "LTV/CAC", "unknown because")


def _scenario(idea: str, key: str, file: Path | None) -> Scenario:
    if file is None:
        found: Scenario = read(read_given, slug=idea, key=key).scenario
        return found
    tables()
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(N_("{file} is no readable JSON: {reason}."), file=file, reason=error) from error
    if not isinstance(document, dict):
        raise InputError(N_("{file} is no readable JSON: {reason}."), file=file, reason=type(document).__name__)
    return scenario_from_file(idea, document)


def _correlated(scenario: Scenario, given: Sequence[str]) -> Scenario:
    """The scenario with further pairs that move together. Raises InputError or ConfigError."""
    pairs = []
    for text in given:
        figures, equals, rank = text.partition("=")
        first, comma, second = figures.partition(",")
        try:
            value = float(rank) if equals and comma else math.nan
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise InputError(
                N_("{name} needs two inputs and a number, such as {example}, not {value}."),
                name="--correlate",
                example="churn_per_month,requests_per_customer=-0.5",
                value=text,
            )
        pairs.append(Pair(first.strip(), second.strip(), value))
    found = replace(scenario, pairs=(*scenario.pairs, *pairs))
    if pairs:
        check(found, catalog.pricing_models())
    return found


def _moved(one: Moved) -> str:
    drawn = "not drawn" if one.drawn is None else f"drawn {one.drawn:+.2f}"
    ignored = "" if one.followed or one.drawn is None else ", as a shared measurement decides it"
    return f"Together: {one.pair.first}, {one.pair.second}: stated {one.pair.rank:+.2f}, {drawn}{ignored}"


def _futures(idea: str, paths: int, seed: int) -> Futures:
    if not 1 <= paths <= MOST_PATHS:
        raise InputError(
            N_("{name} must be from {minimum} to {maximum}, not {value}."),
            name="--paths",
            minimum=1,
            maximum=MOST_PATHS,
            value=paths,
        )
    if seed < 0:
        raise InputError(N_("{name} must be at least {minimum}, not {value}."), name="--seed", minimum=0, value=seed)
    return Futures(paths, seed, idea)


def _known(row: Compared) -> Compared:
    if row.unknown is not None:
        raise row.unknown
    return row


def _document(row: Compared) -> dict[str, Any]:
    """One model. An end without a bound is null; what is unknown says why."""
    if row.outcome is None:
        return {"model": row.model, "unknown": _own(row), "missing": list(missing_of_own(row))}
    found = row.outcome
    return {
        "model": row.model,
        "paths": found.paths,
        "grade": found.grade,
        "evidence": list(found.evidence),
        "figures": {name: _finite(asdict(given)) for name, given in found.figures.items()},
        "chances": dict(found.chances),
        "mean_npv_usd": found.mean_npv_usd,
        "unknown_figures": {name: str(reason) for name, reason in found.unknown.items()},
        "decides": row.decides.key if row.decides else None,
        "findings": [{"text": str(f), **f.values} for f in row.findings],
    }


def _finite(values: dict[str, Any]) -> dict[str, Any]:
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in values.items()}


def _group(group: Group) -> dict[str, Any]:
    return _finite(asdict(group) | {"gross": group.gross, "margin": group.margin})


def _row(row: Compared) -> tuple[object, ...]:
    if row.outcome is None:
        return (row.model, *(None,) * 6, _own(row) or None)
    figures, chances = row.outcome.figures, row.outcome.chances
    npv, margin, ratio = (figures.get(name) for name in ("npv_usd", "gross_margin", "ltv_to_cac"))
    out = chances.get("p_cash_out")
    return (
        row.model,
        f"{npv.median:,.0f}" if npv else None,
        f"{npv.low:,.0f} to {npv.high:,.0f}" if npv else None,
        f"{chances['p_break_even_24m']:.0%}",
        None if out is None else f"{out:.0%}",
        f"{margin.median:.0%}" if margin else None,
        f"{ratio.median:.2f}" if ratio else None,
        "; ".join(sorted({str(reason) for reason in row.outcome.unknown.values()})) or None,
    )


def _lines(row: Compared, swings: list[Swing], parts: Shares, tenths: list[Group]) -> list[str]:
    assert row.outcome is not None
    lines = [f"{row.model}, {row.outcome.paths:,} futures, {row.outcome.grade}"]
    for name, given in row.outcome.figures.items():
        ends = [NEVER if math.isinf(x) else f"{x:,.2f}" for x in (given.median, given.low, given.high)]
        lines.append(f"  {name:22}{ends[0]:>16}   90%: {ends[1]} to {ends[2]}")
    lines += [f"  {name:22}{share:>16.1%}" for name, share in row.outcome.chances.items()]
    lines += [f"  {name:22}{reason}" for name, reason in row.outcome.unknown.items()]
    told = {part.key: f"{part.total:.0%}" for part in parts.parts} | {
        key: f"{found:+.2f}" for key, found in parts.correlations.items()
    }
    last = "rank correlation, as some inputs move together" if parts.correlations else "share of variance"
    lines.append(f"What moves cash at month 36 most (change at the low and the high end, {last}):")
    lines += [f"  {s.key:38}{s.at_low:>+14,.0f}{s.at_high:>+14,.0f}{told[s.key]:>8}" for s in swings[:10]]
    if math.isnan(tenths[-1].gross):
        return [*lines, "Nobody comes, so there is no customer to earn from."]
    lines.append("Gross profit of a customer and month, by tenth of the customers, lightest first:")
    lines.append("  " + "  ".join(f"{group.gross:,.2f}" for group in tenths))
    return lines
