"""Data sets, each stored once by its content."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, now


class Dataset(Base):
    """A prepared table of texts and labels with its splits; never changed after it is stored."""

    __tablename__ = "datasets"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    """sha256 over the kept rows and their splits."""
    file_sha256: Mapped[str] = mapped_column(String(64), index=True)
    folder: Mapped[str]
    """Relative to PROSPECTUS_HOME."""
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
