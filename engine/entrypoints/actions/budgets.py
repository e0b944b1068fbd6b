"""Budgets against what was spent, with a forecast to the end of the month."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from db.ledger import budgets_in_force
from db.money import to_usd
from db.views.money import money_by_day
from engine.costs.month_end import WINDOW_DAYS, MonthEnd, month_end

DayMoney = Mapping[tuple[int | None, str], Mapping[date, Decimal]]


@dataclass(frozen=True, slots=True)
class BudgetState:
    """One budget in one month."""

    id: int
    product_id: int | None
    """None for the whole company."""
    category: str
    """Empty for all."""
    usd: float
    thresholds: tuple[float, ...]
    end: MonthEnd
    since: str
    author: str
    reason: str

    @property
    def share(self) -> float:
        """How much of it is spent."""
        return self.end.spent / self.usd

    @property
    def crossed(self) -> float | None:
        """The highest threshold that is reached."""
        return max((share for share in self.thresholds if self.share >= share), default=None)

    @property
    def will_exceed(self) -> bool | None:
        """Whether the month is expected to end above it; None when nobody can say."""
        return None if self.end.expected is None else self.end.expected > self.usd


def budget_states(session: Session, today: date) -> Sequence[BudgetState]:
    """Every budget in force this month: the company's first, then by what is spent of it."""
    month = f"{today:%Y-%m}"
    days = _recent(session, today)
    states = []
    for budget in budgets_in_force(session, month):
        assert budget.usd_nano is not None
        spent = _of(days, budget.product_id, budget.category)
        states.append(
            BudgetState(
                id=budget.id,
                product_id=budget.product_id,
                category=budget.category,
                usd=float(to_usd(budget.usd_nano)),
                thresholds=tuple(budget.thresholds),
                end=month_end(spent, today),
                since=budget.from_month,
                author=budget.author,
                reason=budget.reason,
            )
        )
    return sorted(states, key=lambda one: (one.product_id is not None, one.category != "", -one.share))


def company_month(session: Session, today: date) -> MonthEnd:
    """All money of this month, and what it will be at its end."""
    return month_end(_of(_recent(session, today), None, ""), today)


def _recent(session: Session, today: date) -> DayMoney:
    return money_by_day(session, min(today.replace(day=1), today - timedelta(days=WINDOW_DAYS)), today)


def _of(days: DayMoney, product_id: int | None, category: str) -> dict[date, float]:
    """The days of one product and category, or of all where they are not named."""
    found: dict[date, float] = defaultdict(float)
    for (product, kind), by_day in days.items():
        if (product_id is None or product == product_id) and (not category or kind == category):
            for day, usd in by_day.items():
                found[day] += float(usd)
    return found
