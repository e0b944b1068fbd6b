"""`prospectus cost actual`, `add`, `import`, `budget`, `export`: what was spent."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.costs.ledger import CATEGORIES
from engine.entrypoints.cli.options import Json, Product, read, tables
from engine.entrypoints.cli.output import emit, table
from engine.errors import N_, UnknownName

Month = Annotated[str | None, typer.Option(help="Such as 2026-05; this month without it.")]
By = Annotated[str, typer.Option(help="Who says so.")]
Category = Annotated[str, typer.Option(help=f"One of {', '.join(CATEGORIES)}.")]


def actual(
    month: Month = None,
    since: Annotated[str | None, typer.Option(help="First month; the same month without it.")] = None,
    product: Product = None,
    as_json: Json = False,
) -> None:
    """Say what was spent, by month, product and category, with budgets and the forecast to the month's end."""
    from db.views.money import dearest_runs, money_by_month, product_names
    from engine.entrypoints.actions.budgets import budget_states, company_month
    from engine.entrypoints.actions.ledger import checked_month

    last = checked_month(month)
    names = read(product_names)
    slugs = {i: slug for i, (slug, _name) in names.items()}
    if product is not None and product not in slugs.values():
        raise UnknownName(N_("product"), product, sorted(slugs.values()))
    rows = [
        _month_row(row, slugs)
        for row in read(money_by_month, first=checked_month(since) if since else last, last=last)
        if product is None or slugs.get(row.product_id) == product
    ]
    today = datetime.now(UTC).date()
    document = {
        "usd": sum(row["usd"] for row in rows),
        "rows": rows,
        "runs": [
            {"run": one.run_id, "product": slugs.get(one.product_id), "usd": one.usd, "invoiced_usd": one.invoiced_usd}
            for one in read(dearest_runs, month=last)
            if product is None or slugs.get(one.product_id) == product
        ],
        "month_end": _end(read(company_month, today=today)),
        "budgets": [_budget(state, slugs) for state in read(budget_states, today=today)],
    }
    head = ("month", "product", "category", "USD", "grade", "metered", "invoiced", "typed")
    cells = [
        (r["month"], r["product"], r["category"], f"{r['usd']:.4f}", r["grade"], *_parts(r)) for r in document["rows"]
    ]
    emit(document, as_json, table(head, cells))


def _parts(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"{row[name]:.4f}" for name in ("metered_usd", "invoiced_usd", "typed_usd"))


def _month_row(row: Any, slugs: Mapping[int, str]) -> dict[str, Any]:
    same = ("month", "category", "usd", "grade", "metered_usd", "invoiced_usd", "typed_usd", "entries")
    return {"product": slugs.get(row.product_id), **{name: getattr(row, name) for name in same}}


def _end(end: Any) -> dict[str, Any]:
    return {
        "spent_usd": end.spent,
        "expected_usd": end.expected,
        "low_usd": end.low,
        "high_usd": end.high,
        "days_left": end.days_left,
        "reason": end.reason,
    }


def _budget(state: Any, slugs: Mapping[int, str]) -> dict[str, Any]:
    return {
        "product": slugs.get(state.product_id),
        "category": state.category or None,
        "usd": state.usd,
        "share": state.share,
        "crossed": state.crossed,
        "will_exceed": state.will_exceed,
        **_end(state.end),
    }


def add(
    amount: Annotated[float, typer.Argument(help="How much.")],
    *,
    category: Category,
    source: Annotated[str, typer.Option(help="Who says so, or how it was reckoned.")],
    by: By,
    date: Annotated[str, typer.Option(help="Such as 2026-05-31; today without it.")] = "",
    currency: Annotated[str, typer.Option(help="USD, CNY or EUR.")] = "USD",
    product: Product = None,
    run: Annotated[str, typer.Option(help="The run it was for.")] = "",
    grade: Annotated[str, typer.Option(help="quoted or assumed.")] = "assumed",
    description: Annotated[str, typer.Option(help="What it was for.")] = "",
    as_json: Json = False,
) -> None:
    """Write down money that was spent: staff, labelling, data, storage."""
    from engine.entrypoints.actions.ledger import add_money

    tables()
    given = {"amount": amount, "category": category, "source": source, "currency": currency, "run": run}
    given |= {"date": date or datetime.now(UTC).date().isoformat(), "product": product, "grade": grade}
    entry = add_money(given | {"description": description}, by)
    emit({"entry": entry}, as_json, [f"Entry {entry} is in the ledger."])


def import_(
    file: Annotated[Path, typer.Argument(help="A CSV; docs/costs.md names its columns.")],
    *,
    by: By,
    entries: Annotated[bool, typer.Option("--entries", help="Typed money instead of invoices.")] = False,
    as_json: Json = False,
) -> None:
    """Import invoices, which make money measured; one imported twice counts once."""
    from engine.entrypoints.actions import ledger

    tables()
    done = (ledger.import_entries if entries else ledger.import_invoices)(file.read_bytes(), file.name, by)
    document = {"new": done.new, "known": done.known, "usd": done.usd}
    emit(document, as_json, [f"{done.new} new, {done.known} already there, {done.usd:.2f} USD."])


def budget(
    usd: Annotated[float | None, typer.Argument(help="A month; without it the budget ends.")] = None,
    *,
    by: By,
    month: Month = None,
    product: Product = None,
    category: Annotated[str, typer.Option(help="Of one category only.")] = "",
    warn_at: Annotated[list[float] | None, typer.Option(help="Shares to warn at; 0.5, 0.8 and 1 without it.")] = None,
    as_json: Json = False,
) -> None:
    """Say what may be spent a month, from a month on."""
    from engine.entrypoints.actions.ledger import THRESHOLDS, set_budget

    tables()
    shares = tuple(warn_at or THRESHOLDS)
    number = set_budget(usd, by, month=month, product=product, category=category, thresholds=shares)
    emit({"budget": number}, as_json, [f"Budget {number} is set."])


def export(
    out: Annotated[Path, typer.Argument(help="Where the CSV is written.")],
    *,
    month: Month = None,
    since: Annotated[str | None, typer.Option(help="First month; the same month without it.")] = None,
    focus: Annotated[str, typer.Option(help="Version of the FinOps specification: 1.0, 1.1 or 1.2.")] = "1.0",
    as_json: Json = False,
) -> None:
    """Write the ledger as a FOCUS-conformant CSV."""
    from engine.entrypoints.actions.exports import focus_csv
    from engine.entrypoints.actions.ledger import checked_month

    tables()
    last = checked_month(month)
    text = focus_csv(since or last, last, focus)
    out.write_text(text, encoding="utf-8")
    rows = text.count("\n") - 1
    emit({"file": out, "rows": rows, "focus": focus}, as_json, [f"{rows} rows in {out}."])


def add_to(app: typer.Typer) -> None:
    """Put the commands of this module into the group."""
    app.command("actual")(actual)
    app.command("add")(add)
    app.command("import")(import_)
    app.command("budget")(budget)
    app.command("export")(export)
