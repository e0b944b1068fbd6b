"""Data sets: each stored once by its content."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Dataset
from engine.errors import N_, UnknownName


def store_dataset(
    session: Session,
    *,
    name: str,
    fingerprint: str,
    file_sha256: str,
    folder: str,
    text_column: str,
    label_column: str,
    language: str,
    labels: Sequence[str],
    profile: Mapping[str, Any],
    rows_per_split: Mapping[str, int],
    licence: str = "",
    source: str = "",
    input_kind: str = "text",
    parent_id: int | None = None,
    change: str = "",
    columns: Sequence[str] = (),
) -> tuple[Dataset, bool]:
    """The data set with this content, and whether it was there already; nothing of an old one is changed."""
    found = session.scalars(select(Dataset).where(Dataset.fingerprint == fingerprint)).first()
    if found is not None:
        return found, True
    dataset = Dataset(
        name=name,
        fingerprint=fingerprint,
        file_sha256=file_sha256,
        folder=folder,
        text_column=text_column,
        label_column=label_column,
        language=language,
        licence=licence,
        source=source,
        input_kind=input_kind,
        parent_id=parent_id,
        change=change,
        columns=list(columns),
        labels=list(labels),
        profile=dict(profile),
        rows_train=rows_per_split["train"],
        rows_validation=rows_per_split["validation"],
        rows_test=rows_per_split["test"],
    )
    session.add(dataset)
    session.flush()
    return dataset, False


def get_dataset(session: Session, dataset_id: int) -> Dataset:
    """One data set; raises UnknownName."""
    dataset = session.get(Dataset, dataset_id)
    if dataset is None:
        known = session.execute(select(Dataset.id, Dataset.name).order_by(Dataset.id.desc()).limit(10))
        raise UnknownName(N_("data set"), str(dataset_id), [f"{row.id} ({row.name})" for row in known])
    return dataset
