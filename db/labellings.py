"""Labels that people give in the browser: appended one by one, never changed; the newest of a row counts."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Labelling

TAKEN_BACK = ""


def add_labelling(session: Session, dataset_id: int, row: int, label: str, author: str) -> Labelling:
    """Append a label; `TAKEN_BACK` says that the row has none any more."""
    given = Labelling(dataset_id=dataset_id, row=row, label=label, author=author)
    session.add(given)
    session.flush()
    return given


def take_back_newest(session: Session, dataset_id: int, author: str) -> int | None:
    """Undo the newest standing label that this person gave; returns its row, None when there is none.

    What others said of the row stands, and so counts again.
    """
    newest = select(func.max(Labelling.id)).where(
        Labelling.dataset_id == dataset_id, Labelling.author == author
    ).group_by(Labelling.row)  # fmt: skip
    found = session.scalars(
        select(Labelling)
        .where(Labelling.id.in_(newest), Labelling.label != TAKEN_BACK)
        .order_by(Labelling.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    add_labelling(session, dataset_id, found.row, TAKEN_BACK, author)
    return found.row


def labels_by_author(session: Session, dataset_id: int) -> list[Labelling]:
    """The newest entry of each person for each row, labels taken back left out; oldest first."""
    newest = (
        select(func.max(Labelling.id))
        .where(Labelling.dataset_id == dataset_id)
        .group_by(Labelling.row, Labelling.author)
    )
    wanted = select(Labelling).where(Labelling.id.in_(newest), Labelling.label != TAKEN_BACK).order_by(Labelling.id)
    return list(session.scalars(wanted))
