"""The ledger as files for other programs."""

from sqlalchemy.orm import Session

from db.session import in_transaction
from db.views.charges import charges
from db.views.money import bounds
from engine.costs.focus import Charge, export
from engine.entrypoints.actions.ledger import checked_month


def focus_csv(first: str, last: str | None = None, version: str = "1.0") -> str:
    """The ledger of the months from `first` to `last` as a CSV of a FOCUS version. Raises InputError, UnknownName."""
    begin, (_, after) = bounds(checked_month(first))[0], bounds(checked_month(last or first))

    def work(session: Session) -> str:
        return export((Charge(**fields) for fields in charges(session, begin, after)), version)

    return in_transaction(work)
