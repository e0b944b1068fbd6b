"""`prospectus products`: ideas."""

from typing import Annotated

import typer

from engine.entrypoints.cli import documents
from engine.entrypoints.cli.options import Json, read, tables
from engine.entrypoints.cli.output import emit, table
from engine.errors import N_, InputError

app = typer.Typer(help="Ideas: list, show, add.", no_args_is_help=True)
ASSUMPTIONS = {
    "price": "economics.price_per_1k_usd",
    "volume": "market.requests_per_month",
    "customers": "market.customers",
}


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List every idea, best rank first."""
    from db.views import portfolio

    rows = read(portfolio)
    lines = table(
        ("idea", "name", "stage", "quality", "P(bar met)", "runs"),
        [
            (
                row.slug,
                row.name,
                row.stage,
                f"{row.quality.value:.3f}" if row.quality else None,
                f"{row.p_bar_met:.0%}" if row.p_bar_met is not None else None,
                row.runs_complete,
            )
            for row in rows
        ],
    )
    emit([documents.product(row) for row in rows], as_json, lines)


@app.command()
def show(product: Annotated[str, typer.Argument(help="The idea's short name.")], as_json: Json = False) -> None:
    """Show one idea's evidence and decisions."""
    from db.views import product_sheet

    sheet = read(product_sheet, slug=product)
    document = {
        **documents.product(sheet.row),
        "customer": sheet.customer,
        "hypothesis": sheet.hypothesis,
        "dataset": {"id": sheet.dataset_id, "name": sheet.dataset_name} if sheet.dataset_id else None,
        "adopted_run": sheet.adopted_run_id,
        "evidence": {found.measure: documents.figure(found) for found in sheet.figures},
        "decisions": [
            {"verdict": d.verdict, "reason": d.reason, "author": d.author, "at": d.created_at} for d in sheet.decisions
        ],
    }
    lines = [f"{sheet.row.name} ({sheet.row.stage})", sheet.hypothesis, ""]
    lines += table(
        ("measure", "value", "low", "high", "grade", "source"),
        [(f.measure, f"{f.value:.4g}", _short(f.low), _short(f.high), f.grade, f.source) for f in sheet.figures],
    )
    emit(document, as_json, lines)


def _short(value: float | None) -> str | None:
    return None if value is None else f"{value:.4g}"


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Name of the idea.")],
    *,
    owner: Annotated[str, typer.Option(help="Who answers for it.")],
    minimum: Annotated[float, typer.Option(help="The bar: the least value of the deciding measure.")],
    measure: Annotated[str, typer.Option(help="The bar: the deciding measure.")] = "quality.f1_macro",
    latency_limit_ms: Annotated[float, typer.Option(help="The bar: p95 of an answer, in milliseconds.")] = 200.0,
    domain: Annotated[str, typer.Option(help="Field of business.")] = "",
    customer: Annotated[str, typer.Option(help="Who pays.")] = "",
    hypothesis: Annotated[str, typer.Option(help="What has to be true.")] = "",
    assume: Annotated[
        list[str] | None,
        typer.Option(help="price=, volume= or customers=VALUE, or VALUE:LOW:HIGH. May be repeated."),
    ] = None,
    why: Annotated[str, typer.Option(help="Where the assumptions come from.")] = "",
    as_json: Json = False,
) -> None:
    """Add an idea with its bar; what is assumed is graded assumed."""
    from db.views import product_sheet
    from engine.entrypoints import actions

    tables()
    given = dict(_assumption(text, why or f"typed by {owner}") for text in assume or [])
    slug = actions.add_idea(
        name, owner, domain, customer, hypothesis, measure, minimum, latency_limit_ms, given, author=owner
    )
    emit(documents.product(read(product_sheet, slug=slug).row), as_json, [f"Added {slug}."])


def _assumption(text: str, why: str) -> tuple[str, tuple[float, float | None, float | None, str]]:
    """`price=0.5:0.3:0.8` as a measure, its value, its ends and the reason."""
    name, _, figures = text.partition("=")
    try:
        numbers = [float(part) for part in figures.split(":")]
    except ValueError:
        numbers = []
    if name not in ASSUMPTIONS or len(numbers) not in (1, 3):
        raise InputError(
            N_("“{text}” is no assumption; write {known}=VALUE or VALUE:LOW:HIGH."),
            text=text,
            known="|".join(ASSUMPTIONS),
        )
    value, low, high = numbers if len(numbers) == 3 else (numbers[0], None, None)
    return ASSUMPTIONS[name], (value, low, high, why)
