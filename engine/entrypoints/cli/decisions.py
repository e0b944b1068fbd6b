"""`prospectus decisions` and `prospectus risks`: what was decided and what could go wrong, listed and added to."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer

from engine.entrypoints.cli.options import Json, read, tables
from engine.entrypoints.cli.output import emit, table
from engine.errors import N_, InputError

app = typer.Typer(help="Decisions: list, add, outcome.", no_args_is_help=True)
risks = typer.Typer(help="The risk register: list, add, see.", no_args_is_help=True)
Idea = Annotated[str, typer.Argument(help="The idea's short name, as `products list` shows it.")]
Of = Annotated[str | None, typer.Option("--idea", help="Only of this idea.")]
Author = Annotated[str, typer.Option(help="Who says so.")]
Step = Annotated[int, typer.Option(help="From 1, least, to 5, most.")]
Owner = Annotated[str, typer.Option(help="Who looks after it.")]
Mitigation = Annotated[str, typer.Option(help="What is done against it.")]


@app.command("list")
def list_(idea: Of = None, as_json: Json = False) -> None:
    """List the decisions, newest first, with their days of review and what came of them."""
    from db.views.decisions import decision_log

    tables()
    today = datetime.now(UTC).date()
    rows = _of(decision_log, idea)
    documents = [_decision(row, today) for row in rows]
    heads = ("id", "day", "idea", "verdict", "stands", "review", "due", "outcome", "reason")
    cells = [
        (
            each["id"],
            each["at"].date(),
            each["idea"],
            each["verdict"],
            "yes" if each["stands"] else "no",
            each["review_on"],
            "yes" if each["due"] else "no",
            each["outcomes"][0]["came"] if each["outcomes"] else None,
            each["reason"],
        )
        for each in documents
    ]
    emit({"decisions": documents}, as_json, table(heads, cells))


def _of(view: Callable[..., Any], slug: str | None) -> Any:
    """What a view says of one idea, or of all. Raises UnknownName."""
    from db.products import get_product

    if slug is not None:
        read(get_product, slug=slug)
    return read(view, slug=slug)


def _decision(row: Any, today: date) -> dict[str, Any]:
    return {
        "id": row.id,
        "idea": row.slug,
        "verdict": row.verdict,
        "reason": row.reason,
        "expected": row.expected or None,
        "author": row.author,
        "at": row.created_at,
        "review_on": row.review_on,
        "due": row.due(today),
        "stands": row.stands,
        "figures": row.figures,
        "measured": row.measured,
        "outcomes": [
            {"came": seen.came, "what": seen.what, "author": seen.author, "at": seen.created_at}
            for seen in row.outcomes
        ],
    }


@app.command()
def add(  # noqa: PLR0917  options of a command
    idea: Idea,
    verdict: Annotated[str, typer.Argument(help="go, hold or stop.")],
    reason: Annotated[str, typer.Option(help="One sentence why.")],
    author: Author,
    review: Annotated[str | None, typer.Option(help="Day of review, such as 2027-03-31.")] = None,
    expected: Annotated[str, typer.Option(help="What it should lead to.")] = "",
    as_json: Json = False,
) -> None:
    """Decide: go, hold or stop. What the ledger says that day is kept with it."""
    from db.views.decisions import decision_log
    from engine.entrypoints.actions.products import decide

    tables()
    decide(idea, verdict, reason, author, _day(review), expected)
    row = _of(decision_log, idea)[0]
    emit(_decision(row, datetime.now(UTC).date()), as_json, [f"decision {row.id}: {row.verdict} for {row.slug}"])


def _day(given: str | None) -> date | None:
    try:
        return None if given is None else date.fromisoformat(given)
    except ValueError as error:
        words = N_("The day of review must be a date such as {example}, not “{value}”.")
        raise InputError(words, example="2027-03-31", value=given) from error


@app.command()
def outcome(
    decision: Annotated[int, typer.Argument(help="Its id, as `decisions list` shows it.")],
    came: Annotated[str, typer.Argument(help="better, as_expected, worse or too_early.")],
    what: Annotated[str, typer.Option(help="What happened.")],
    author: Author,
    as_json: Json = False,
) -> None:
    """Write down what came of a decision; what was written before stays."""
    from engine.entrypoints.actions.decisions import record_outcome

    tables()
    record_outcome(decision, came, what, author)
    document = {"decision": decision, "came": came, "what": what, "author": author}
    emit(document, as_json, [f"decision {decision}: {came}"])


@risks.command("list")
def list_risks(idea: Of = None, as_json: Json = False) -> None:
    """List the risks: open ones first, the greatest exposure first."""
    from db.views.risks import risk_register

    tables()
    documents = [_risk(row) for row in _of(risk_register, idea)]
    heads = ("id", "idea", "kind", "exposure", "pressing", "owner", "risk", "mitigation")
    cells = [
        (
            each["id"],
            each["idea"],
            each["kind"],
            "closed" if each["closed"] else each["exposure"],
            "yes" if each["pressing"] else "no",
            each["owner"],
            each["risk"],
            each["mitigation"],
        )
        for each in documents
    ]
    emit({"risks": documents}, as_json, table(heads, cells))


def _risk(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "idea": row.slug,
        "kind": row.kind,
        "risk": row.title,
        "likelihood": row.seen.likelihood,
        "impact": row.seen.impact,
        "exposure": row.seen.exposure,
        "pressing": row.seen.pressing,
        "owner": row.seen.owner or None,
        "mitigation": row.seen.mitigation or None,
        "closed": row.seen.closed,
        "author": row.seen.author,
        "at": row.seen.created_at,
        "seen_before": len(row.before),
    }


@risks.command("add")
def add_risk(  # noqa: PLR0917  options of a command
    idea: Idea,
    kind: Annotated[str, typer.Argument(help="data, talent, law, competition or cost.")],
    risk: Annotated[str, typer.Argument(help="The risk in one line.")],
    likelihood: Step,
    impact: Step,
    author: Author,
    owner: Owner = "",
    mitigation: Mitigation = "",
    as_json: Json = False,
) -> None:
    """Write a risk of an idea down."""
    from engine.entrypoints.actions import risks as actions

    tables()
    added = actions.add_risk(idea, kind, risk, likelihood, impact, owner, mitigation, author=author)
    _told(added, as_json)


@risks.command()
def see(  # noqa: PLR0917  options of a command
    risk: Annotated[int, typer.Argument(help="Its id, as `risks list` shows it.")],
    likelihood: Step,
    impact: Step,
    author: Author,
    owner: Owner = "",
    mitigation: Mitigation = "",
    closed: Annotated[bool, typer.Option("--closed", help="It is over.")] = False,
    as_json: Json = False,
) -> None:
    """Say how a risk is seen now; how it was seen before stays."""
    from engine.entrypoints.actions import risks as actions

    tables()
    actions.see_risk(risk, likelihood, impact, owner, mitigation, closed=closed, author=author)
    _told(risk, as_json)


def _told(risk_id: int, as_json: bool) -> None:
    from db.views.risks import risk_register

    row = next(row for row in read(risk_register) if row.id == risk_id)
    state = "closed" if row.seen.closed else f"exposure {row.seen.exposure} of 25"
    emit(_risk(row), as_json, [f"risk {row.id}: {row.title} ({row.slug}), {state}"])
