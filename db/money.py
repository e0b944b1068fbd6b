"""Ledger money: integer nano-USD in the database, Decimal at the edge."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func

NANO = Decimal(10) ** 9


def to_nano(usd: Decimal | float | str) -> int:
    """Nano-USD of an amount, half to even. Raises ValueError for what is not finite."""
    amount = Decimal(str(usd))
    if not amount.is_finite():
        raise ValueError(f"{usd!r} is no amount of money")
    return int((amount * NANO).to_integral_value(rounding=ROUND_HALF_EVEN))


def to_usd(nano: int) -> Decimal:
    """USD of an integer amount in nano-USD."""
    return Decimal(nano) / NANO


def sum_nano(column: Any) -> ColumnElement[int]:
    """The sum of a column of nano-USD as a whole number, which PostgreSQL would make a decimal one."""
    return cast(func.sum(column), BigInteger)


def price_seconds(seconds: float, usd_nano_per_hour: int) -> int:
    """Nano-USD of metered seconds at an hourly rate, rounded once, half to even."""
    amount = Decimal(seconds) * usd_nano_per_hour / 3600
    return int(amount.to_integral_value(rounding=ROUND_HALF_EVEN))
