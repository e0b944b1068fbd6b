"""The row of a data set that was prepared."""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from db.datasets import store_dataset
from db.models import Dataset
from engine.entrypoints.home import relative_to_home

if TYPE_CHECKING:
    from engine.data.stored import Prepared


def store_prepared(
    session: Session, prepared: "Prepared", *, name: str, licence: str, source: str, parent_id: int | None = None
) -> tuple[Dataset, bool]:
    """The row of a prepared data set, and whether it was there already."""
    profile = prepared.profile
    return store_dataset(
        session,
        name=name,
        fingerprint=prepared.fingerprint,
        file_sha256=prepared.file_sha256,
        folder=relative_to_home(prepared.folder),
        text_column=profile.text_column,
        label_column=profile.label_column,
        language=prepared.language,
        labels=prepared.labels,
        profile=profile.as_dict(),
        rows_per_split=prepared.rows_per_split,
        licence=licence,
        source=source,
        input_kind=profile.input_kind,
        parent_id=parent_id,
        change=profile.change,
        columns=profile.columns,
    )
