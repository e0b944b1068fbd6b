"""Data sets, each stored once by its content."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Signed, now


class Dataset(Base):
    """A prepared table of texts or pictures and labels with its splits; never changed after it is stored."""

    __tablename__ = "datasets"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    """sha256 over the kept rows and their splits."""
    file_sha256: Mapped[str] = mapped_column(String(64), index=True)
    folder: Mapped[str]
    """Relative to PROSPECTUS_HOME."""
    input_kind: Mapped[str] = mapped_column(String(10), default="text")
    """text or image."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("datasets.id"), index=True)
    """The version that this one was made from."""
    change: Mapped[str] = mapped_column(String(20), default="")
    """What made it of its parent: labels, mask, ...; "" for an import."""
    columns: Mapped[list[Any]] = mapped_column(default=list)
    """Names of the further columns that were kept, for slices and groups."""
    text_column: Mapped[str] = mapped_column(String(200))
    label_column: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(16))
    licence: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    labels: Mapped[list[Any]]
    profile: Mapped[dict[str, Any]]
    rows_train: Mapped[int]
    rows_validation: Mapped[int]
    rows_test: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Labelling(Signed, Base):
    """A label that a person gave a row in the browser. Append-only; the newest of a row counts.

    They become part of the data when a new version is made of them.
    """

    __tablename__ = "labellings"
    __table_args__ = (Index("ix_labellings_row", "dataset_id", "row", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dataset_id: Mapped[int] = mapped_column(ForeignKey("datasets.id"))
    row: Mapped[int]
    """Line number in the source file."""
    label: Mapped[str]
    """"" when the label was taken back."""
