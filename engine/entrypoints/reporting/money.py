"""Cost against budget, for the portfolio report: budgets of the month, and what each idea has cost."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from db.shapes import ProductRow
from db.views.money import MonthMoney
from engine.costs.ledger import CATEGORY_NAMES
from engine.costs.month_end import MonthEnd
from engine.entrypoints.actions.budgets import BudgetState
from engine.entrypoints.reporting.register import Register, usd
from engine.errors import N_
from engine.evidence import GRADES
from engine.reports.document import Amount, Column, Listed, Mark, Part, Ranges, Section, Table, Text, Unknown

NO_BUDGET = N_("No budget is set for this month.")
NOTHING = N_("No money was recorded.")


def sections(
    products: Sequence[ProductRow],
    budgets: Sequence[BudgetState],
    money: Sequence[MonthMoney],
    today: date,
    register: Register,
) -> list[Section]:
    """Budgets with what is spent and expected of each, and the money of every idea."""
    names = {product.id: product.name for product in products}
    rows = [_budget(state, names, today, register) for state in budgets]
    marks = tuple(Mark(row[0], _share(state, row[2]), 1.0) for row, state in zip(rows, budgets, strict=True))
    words = N_("Share of the budget that is spent; open bar: expected at the month’s end")
    chart = Ranges(words, "share", marks, Text(NO_BUDGET), goal=N_("budget"), bars=True)
    columns = (
        Column(N_("Budget of")),
        Column(N_("Budget a month"), spread=True),
        Column(N_("Spent this month"), spread=True),
        Column(N_("Expected at its end"), spread=True),
        Column(N_("Judgement")),
    )
    table = Table(columns, tuple(rows)) if rows else None
    spent = _spent(products, money, today, register)
    by_idea = tuple(Mark(row[0], _known(row[2])) for row in spent)
    ideas = Ranges(N_("Cost of each idea in all, US$"), "usd", by_idea, Text(NOTHING), bars=True)
    heads = (Column(N_("Idea")), Column(N_("Cost of the month"), spread=True), Column(N_("Cost in all"), spread=True))
    return [
        Section(N_("Cost against budget"), charts=(chart, ideas), table=table),
        Section(N_("Cost by idea"), table=Table(heads, tuple(spent), Unknown(Text(NOTHING)))),
    ]


def _known(part: Part) -> Amount | Unknown:
    return part if isinstance(part, Amount | Unknown) else Unknown(Text(NOTHING))


def _share(state: BudgetState, spent: Part) -> Amount:
    """What is spent of a budget; its ends are what the month may bring."""
    ends = [None if end is None else end / state.usd for end in (state.end.low, state.end.high)]
    return Amount("share", state.share, ends[0], ends[1], "modelled", spent.ref if isinstance(spent, Amount) else "")


def _budget(state: BudgetState, names: Mapping[int, str], today: date, register: Register) -> tuple[Part, ...]:
    about = names.get(state.product_id or 0, "")
    scope: Part = about or N_("Company")
    if state.category:
        scope = Listed((scope, CATEGORY_NAMES[state.category]))
    budget = register.other(
        f"b{state.id}",
        usd(state.usd, grade="assumed"),
        about=about,
        title=Text(N_("Budget a month since {month}"), {"month": state.since}),
        source=Text(N_("typed by {name}"), {"name": state.author}),
        at=today,
    )
    spent, expected = month_parts(f"b{state.id}", about, state.end, today, register)
    return scope, budget, spent, expected, _judgement(state)


def month_parts(ref: str, about: str, end: MonthEnd, today: date, register: Register) -> tuple[Amount, Part]:
    """What is spent of a month, and what is expected at its end."""
    spent = register.other(
        f"{ref}s",
        usd(end.spent, grade="modelled"),
        about=about,
        title=N_("Spent this month"),
        source=N_("sum of the ledger"),
        at=today,
    )
    if end.expected is None:
        return spent, Unknown(Text(end.reason or NOTHING))
    expected = register.other(
        f"{ref}x",
        usd(end.expected, end.low, end.high, "assumed"),
        about=about,
        title=N_("Expected at its end"),
        source=N_("the days left taken to be like the last 28; 90 of 100 cases"),
        at=today,
    )
    return spent, expected


def _judgement(state: BudgetState) -> str:
    if state.end.spent > state.usd:
        return N_("exceeded")
    if state.will_exceed is None:
        return N_("within budget so far")
    return N_("expected to exceed it") if state.will_exceed else N_("expected to keep within it")


def _spent(
    products: Sequence[ProductRow], money: Sequence[MonthMoney], today: date, register: Register
) -> list[tuple[Part, ...]]:
    of: dict[int, list[MonthMoney]] = defaultdict(list)
    for row in money:
        of[row.product_id or 0].append(row)
    found: list[tuple[Part, ...]] = []
    for i, name in [*((product.id, product.name) for product in products), (0, "")]:
        rows = of.get(i, [])
        if not rows and not name:
            continue
        month = [row for row in rows if row.month == f"{today:%Y-%m}"]
        parts = ((f"m{i}", N_("Cost of the month"), month), (f"a{i}", N_("Cost in all"), rows))
        sums: list[Part] = []
        for ref, title, some in parts:
            amount = total(some)
            source = Text(N_("entries of the ledger: {n}"), {"n": sum(row.entries for row in some)})
            if isinstance(amount, Amount):
                amount = register.other(ref, amount, about=name, title=title, source=source, at=today)
            sums.append(amount)
        found.append((name or N_("no idea named"), *sums))
    return found


def total(rows: Sequence[MonthMoney]) -> Amount | Unknown:
    """The sum, graded by its weakest part."""
    if not rows:
        return Unknown(Text(NOTHING))
    grade = next(grade for grade in reversed(GRADES) if any(row.grade == grade for row in rows))
    return usd(float(sum((row.usd for row in rows), Decimal(0))), grade=grade)
