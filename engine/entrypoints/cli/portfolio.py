"""`prospectus portfolio`: which ideas deserve the money, and what to measure first."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from engine.entrypoints.cli.options import Json, read, tables
from engine.entrypoints.cli.output import emit, table
from engine.portfolio.founder import Founder, founder_of

app = typer.Typer(help="The portfolio: rank, next, lenses, allocate.", no_args_is_help=True)
Cash = Annotated[float, typer.Option(help="What the founder has, in USD.")]
Months = Annotated[int, typer.Option(help="Months that the plan may take.")]
People = Annotated[float | None, typer.Option(help="How many can work at the same time; any number without it.")]
Tolerance = Annotated[float | None, typer.Option(help="Risk tolerance in USD; the cash without it.")]
Ideas = Annotated[list[str] | None, typer.Option("--idea", help="Only this idea. May be repeated.")]


def _founder(
    cash: float, months: int, people: float | None, tolerance: float | None, ideas: Sequence[str] | None
) -> Founder:
    tables()
    given = {"cash_usd": cash, "months": months, "people": people, "risk_tolerance_usd": tolerance}
    return founder_of(given | {"ideas": list(ideas or [])})


@app.command()
def rank(  # noqa: PLR0917  options of a command
    cash: Cash,
    months: Months = 18,
    people: People = None,
    tolerance: Tolerance = None,
    idea: Ideas = None,
    as_json: Json = False,
) -> None:
    """Rank the ideas by their chance to be worth most, under the founder's cash."""
    from engine.entrypoints.actions import portfolio

    found = portfolio.rank(_founder(cash, months, people, tolerance, idea))
    rows = [_ranked(each) for each in found.ideas]
    lines = table(
        ("idea", "best in", "rank", "risk-adjusted USD", "mean NPV USD", "unknown because"),
        [
            (
                row["idea"],
                None if row["p_best"] is None else f"{row['p_best']['value']:.3f}",
                f"{row['rank']['low']}-{row['rank']['high']}",
                _usd(row["risk_adjusted_usd"]),
                _usd(row["npv_usd"] and row["npv_usd"]["value"]),
                row["unknown_because"],
            )
            for row in rows
        ],
    )
    emit({"ideas": rows, "evpi_usd": found.evpi_usd, "paths": found.paths}, as_json, lines)


def _ranked(each: Any) -> dict[str, Any]:
    standing = each.standing
    return {
        "idea": each.slug,
        "name": each.name,
        "model": each.model or None,
        "grade": each.grade,
        "p_best": standing.p_best._asdict() if standing.p_best else None,
        "rank": {"low": standing.rank_low, "high": standing.rank_high},
        "npv_usd": standing.npv_usd._asdict() if standing.npv_usd else None,
        "risk_adjusted_usd": standing.risk_adjusted_usd,
        "p_cash_out": standing.p_cash_out,
        "p_loss": standing.p_loss,
        "unknown_because": str(each.reason) if each.reason else None,
    }


@app.command("next")
def next_(cash: Cash, tolerance: Tolerance = None, idea: Ideas = None, as_json: Json = False) -> None:
    """Say what to measure first: the worth, for the choice, of knowing each uncertain figure, and what supplies it."""
    from engine.entrypoints.actions import portfolio
    from engine.entrypoints.actions.supply import Facts, supplies_in, ways_of

    found = portfolio.rank(_founder(cash, 18, None, tolerance, idea))
    supplies = read(supplies_in, slugs=tuple(each.slug for each in found.ideas))
    rows: list[dict[str, Any]] = [
        {
            "idea": each.slug or None,
            "input": each.key,
            "measure": each.measure or None,
            "grade": each.grade,
            "worth_usd": each.worth_usd,
            "share_of_all": each.share,
            "ways": _ways(ways_of(each.key, each.measure, supplies.facts.get(each.slug, Facts()))),
        }
        for each in found.next
    ]
    gaps = [{"idea": gap.slug, "figure": gap.key, "ways": _ways(gap.ways)} for gap in supplies.gaps]
    unknown = [{"idea": each.slug, "because": str(each.reason)} for each in found.ideas if each.reason]
    lines = table(
        ("idea", "input", "grade", "worth USD", "supplied by"),
        [(row["idea"], row["input"], row["grade"], _usd(row["worth_usd"]), _told(row["ways"])) for row in rows],
    )
    lines += [f"{gap['idea']}: nobody knows {gap['figure']}, supplied by {_told(gap['ways'])}" for gap in gaps]
    lines += [f"{each['idea']}: {each['because']}" for each in unknown]
    emit({"next": rows, "evpi_usd": found.evpi_usd, "gaps": gaps, "unknown": unknown}, as_json, lines)


def _ways(ways: Sequence[Any]) -> list[dict[str, str]]:
    return [{"run": way.run} if way.run else {"page": way.page, "why": way.why} for way in ways]


def _told(ways: Sequence[Mapping[str, str]]) -> str:
    return ", ".join(map(_name, ways))


def _name(way: Mapping[str, str]) -> str:
    if "run" in way:
        return f"run {way['run']}"
    return "typing" if way["page"] == "type" else f"page {way['page']}"


@app.command()
def lenses(cash: Cash, tolerance: Tolerance = None, idea: Ideas = None, as_json: Json = False) -> None:
    """Look at the ideas by the team's weights, RICE and the nine-box; say what was left out and what is missing."""
    from engine.entrypoints.actions import lenses as lens
    from engine.entrypoints.actions import portfolio

    found = lens.look(portfolio.rank(_founder(cash, 18, None, tolerance, idea)))
    stand = found.weighed
    rows = [_seen(each, stand.shares) for each in found.ideas]
    document = {
        "ideas": rows,
        "weights": dict(found.weights.weights) or None,
        "weights_by": found.weights.author or None,
        "left_out": {"without_evidence": stand.without_evidence, "alike": stand.alike},
        "weights_that_count": stand.shares,
    }
    lines = table(
        ("idea", "by weights", "without", "RICE", "market x feasibility", "missing"),
        [
            (
                row["idea"],
                row["by_weights"] and f"{row['by_weights']['value']:.2f}",
                ", ".join(row["without"]) or None,
                row["rice"] and f"{row['rice']['value']:.1f}",
                row["nine_box"] and " x ".join(row["nine_box"]),
                ", ".join(row["nine_box_missing"]) or None,
            )
            for row in rows
        ],
    )
    emit(document, as_json, [*lines, *_weights_lines(found)])


def _seen(each: Any, shares: Mapping[str, float]) -> dict[str, Any]:
    lacking = {"attractiveness of the market": each.attractiveness, "chance to meet the bar": each.feasibility}
    return {
        "idea": each.slug,
        "by_weights": each.topsis._asdict() if each.topsis else None,
        "without": [name for name in shares if each.cells.get(name) is None],
        "rice": each.rice._asdict() if each.rice else None,
        "nine_box": each.box,
        "nine_box_missing": [name for name, value in lacking.items() if value is None],
    }


def _weights_lines(found: Any) -> list[str]:
    if not found.weights.weights:
        return ["nobody has said yet what matters: no weights"]
    stand, lines = found.weighed, [f"weights by {found.weights.author}: {_shares(found.weights.weights)}"]
    if stand.without_evidence:
        lines.append(f"left out, fewer than two ideas have evidence: {', '.join(stand.without_evidence)}")
    if stand.alike:
        lines.append(f"left out, alike for all ideas with evidence: {', '.join(stand.alike)}")
    return [*lines, f"the score weighs: {_shares(stand.shares) or 'nothing, as nothing is left'}"]


def _shares(weights: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {100 * weight:.0f} %" for name, weight in weights.items())


@app.command()
def allocate(  # noqa: PLR0917  options of a command
    cash: Cash,
    months: Months = 18,
    people: People = None,
    tolerance: Tolerance = None,
    idea: Ideas = None,
    as_json: Json = False,
) -> None:
    """Plan what to start when, within the budget, the months and the people, to proven optimality."""
    from engine.entrypoints.actions import portfolio

    found = portfolio.allocate_budget(_founder(cash, months, people, tolerance, idea))
    plan = found.plan
    rows: list[dict[str, Any]] = [
        {"idea": slug, "start_month": start, "months": found.months_of[slug]}
        for slug, start in plan.start_month.items()
    ]
    document = {
        "plan": rows,
        "value_usd": plan.value_usd,
        "spent_usd": plan.spent_usd,
        "proven": plan.proven,
        "gap": plan.gap,
        "spent_by_month_usd": list(plan.spent_by_month_usd),
        "people_by_month": list(plan.people_by_month),
        "frontier": [{"budget_usd": usd, "value_usd": value} for usd, value in found.frontier],
        "unknown": list(found.unknown),
    }
    lines = table(
        ("idea", "from month", "months"), [(row["idea"], row["start_month"] + 1, row["months"]) for row in rows]
    )
    lines += [f"worth {_usd(plan.value_usd)} USD for {_usd(plan.spent_usd)} USD"]
    lines += [f"not planned, as it cannot be simulated: {name}" for name in found.unknown]
    emit(document, as_json, lines)


def _usd(value: float | None) -> str | None:
    return None if value is None else f"{value:,.0f}"
