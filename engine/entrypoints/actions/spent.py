"""All money of an idea as one figure of its ledger; inside the caller's transaction."""

from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.evidence import append
from db.models import LedgerEntry, Product
from db.views.money import EVER, MonthMoney, money_by_month
from engine.errors import N_
from engine.evidence import GRADES, Evidence, Grade
from engine.wording.notes import APART, INVOICED, METERED, TYPED

MEASURE = "cost.actual_usd"
SUMMED = N_("metered, invoiced and typed money; an invoice takes the place of what was metered for the same month")


def spent_in_all(session: Session, product: Product) -> None:
    """Write down all money of an idea, when there is more than what was metered."""
    session.flush()
    if session.scalars(select(LedgerEntry.id).where(LedgerEntry.product_id == product.id).limit(1)).first() is None:
        return
    months = [row for row in money_by_month(session, *EVER) if row.product_id == product.id]
    evidence = Evidence(
        MEASURE,
        float(sum(row.usd for row in months)),
        cast(Grade, max((row.grade for row in months), key=GRADES.index)),
        "model",
        "db.views.money",
        {},
        note=_parts(months),
        method=SUMMED,
    )
    append(session, product.id, evidence)


def _parts(months: list[MonthMoney]) -> str:
    parts = {
        METERED: sum(row.metered_usd for row in months),
        INVOICED: sum(row.invoiced_usd for row in months),
        TYPED: sum(row.typed_usd for row in months),
    }
    return APART.join(said.format(usd=f"{usd:.2f}") for said, usd in parts.items() if usd)
