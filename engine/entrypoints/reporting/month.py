"""The managers' report of a month: what every idea cost, what its quality is, and what changed since it began."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from db.shapes import ProductRow
from db.views.money import MonthMoney
from db.views.reports import Before
from engine.entrypoints.actions.budgets import BudgetState
from engine.entrypoints.reporting import money
from engine.entrypoints.reporting.register import Register
from engine.errors import N_
from engine.evidence import Grade, measure
from engine.reports.document import Amount, Column, Part, Report, Section, Table, Text, Unknown

NO_IDEAS = N_("No idea is written down yet.")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the report is made of."""

    products: Sequence[ProductRow]
    budgets: Sequence[BudgetState]
    """Of the running month; none of one that is over."""
    money: Sequence[MonthMoney]
    """Up to the end of the month."""
    before: Mapping[tuple[int, str], Before]
    """Deciding figures as they stood when the month began."""
    day: date
    """Within the month; the last one of a month that is over."""
    at: datetime


def month_report(facts: Facts) -> Report:
    """The report."""
    register, month = Register(), f"{facts.day:%Y-%m}"
    spent = money.total([row for row in facts.money if row.month == month])
    lead = Text(N_("{amount} in {month}."), {"amount": spent, "month": month})
    if isinstance(spent, Unknown):
        lead = Text(N_("No money was recorded in {month}."), {"month": month})
    sections = [
        _accuracy(facts, register),
        *money.sections(facts.products, facts.budgets, facts.money, facts.day, register),
    ]
    return Report(
        "portfolio",
        f"cost-and-accuracy-{month}",
        N_("Managers’ report"),
        Text(N_("Cost and accuracy, {month}"), {"month": month}),
        (),
        (lead,),
        (),
        tuple(sections),
        register.entries,
        facts.at,
    )


def _accuracy(facts: Facts, register: Register) -> Section:
    columns = (
        Column(N_("Idea")),
        Column(N_("Measure")),
        Column(N_("Deciding figure"), spread=True),
        Column(N_("When the month began"), spread=True),
        Column(N_("Change")),
    )
    rows = tuple(_row(product, facts.before, register) for product in facts.products)
    return Section(N_("Accuracy"), table=Table(columns, rows, Unknown(Text(NO_IDEAS))))


def _row(product: ProductRow, before: Mapping[tuple[int, str], Before], register: Register) -> tuple[Part, ...]:
    figure, found = product.quality, measure(product.bar.measure)
    now = register.measured(product, product.bar.measure, figure)
    if figure is None:
        return product.name, found.title, now, None, None
    old = before.get((product.id, str(figure.context.get("split", ""))))
    if old is None:
        unknown = Unknown(Text(N_("no figure a month ago")))
        return product.name, found.title, now, unknown, unknown
    amount = Amount(found.unit, old.value, old.low, old.high, cast(Grade, old.grade))
    return product.name, found.title, now, amount, _change(figure.low, figure.high, old)


def _change(low: float | None, high: float | None, old: Before) -> str:
    """Higher or lower only where the two intervals do not meet: the figures may come from different runs."""
    if low is None or high is None or old.low is None or old.high is None:
        return N_("unknown: there is no interval")
    if low > old.high:
        return N_("higher")
    return N_("lower") if high < old.low else N_("none that the data can show")
