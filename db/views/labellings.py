"""What people labelled of one data set."""

from collections import defaultdict

from sqlalchemy.orm import Session

from db.labellings import labels_by_author
from db.shapes import GivenLabel, LabellingState


def labelling_state(session: Session, dataset_id: int) -> LabellingState:
    """The standing labels of every row and person; one query."""
    rows: dict[int, list[GivenLabel]] = defaultdict(list)
    for given in labels_by_author(session, dataset_id):
        rows[given.row].append(GivenLabel(given.row, given.label, given.author, given.created_at))
    return LabellingState(dataset_id, {row: tuple(found) for row, found in rows.items()})
