"""The sums of each day, kept beside the ledger in the same transaction."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models import DayTotal


class Counted(NamedTuple):
    """What an entry is added to."""

    day: date
    product_id: int | None
    category: str
    basis: str
    grade: str


def count_day(session: Session, place: Counted, usd_nano: int, *, entries: int = 1) -> None:
    """Add money to a day's sum; two transactions that add to the same one both count."""
    table = DayTotal.__table__
    assert isinstance(table, Table)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {
        "day": place.day,
        "product_id": place.product_id or 0,
        "category": place.category,
        "basis": place.basis,
        "grade": place.grade,
        "month": month_of(place.day),
        "usd_nano": usd_nano,
        "entries": entries,
    }
    statement = dialect.insert(table).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[column.name for column in table.primary_key],
            set_={
                "usd_nano": table.c.usd_nano + statement.excluded.usd_nano,
                "entries": table.c.entries + statement.excluded.entries,
            },
        )
    )


def month_of(day: date) -> str:
    """`2026-05`."""
    return f"{day:%Y-%m}"
