"""Documents, the signals read from them, what people corrected, and what an idea must comply with.

Documents and signals are stored once; everything that people say of them is appended, and the newest counts.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Signed, now


class DocumentRow(Base):
    """A text that somebody brought."""

    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    """Of title and text: the same document is stored once."""
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str]
    url: Mapped[str] = mapped_column(default="")
    published_on: Mapped[date | None]
    language: Mapped[str] = mapped_column(String(2))
    cut: Mapped[bool] = mapped_column(default=False)
    """Whether its end was left out because it was too long."""
    author: Mapped[str] = mapped_column(String(120))
    """Who brought it."""
    created_at: Mapped[datetime] = mapped_column(default=now)


class SignalRow(Base):
    """What one document says, as it was first read."""

    __tablename__ = "signals"
    __table_args__ = (Index("ix_signals_same_as", "same_as_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), unique=True)
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("signals.id"))
    """The signal that said nearly the same before; None for what was new."""
    novelty: Mapped[float]
    """1 minus the likeness to the likest signal before it."""
    signature: Mapped[list[Any]]
    """MinHash of the document."""
    fields: Mapped[dict[str, Any]]
    """dimension, topic, ...: {"value", "p", "shares"} each."""
    classifier: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(default=now)


class SignalCorrection(Signed, Base):
    """What a person says a field of a signal is. The same value as read confirms it."""

    __tablename__ = "signal_corrections"
    __table_args__ = (Index("ix_signal_corrections_newest", "signal_id", "field", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id"))
    field: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(60))


class SignalLink(Base):
    """That a signal concerns an idea, or (linked False) that it does not after all."""

    __tablename__ = "signal_links"
    __table_args__ = (Index("ix_signal_links_newest", "signal_id", "product_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    linked: Mapped[bool] = mapped_column(default=True)
    p: Mapped[float | None]
    """How likely, when shared words and no person made the link."""
    author: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class SignalClassifier(Signed, Base):
    """Who reads the dimension of new documents of a language. The newest counts."""

    __tablename__ = "signal_classifiers"
    __table_args__ = (CheckConstraint("kind in ('words', 'zero_shot', 'headlines', 'run')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(10))
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"), index=True)


class Visit(Base):
    """That somebody looked at a page: the digest says what is new since the visit before."""

    __tablename__ = "visits"
    __table_args__ = (Index("ix_visits_newest", "page", "who", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(String(40))
    who: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=now)


class ObligationAnswer(Signed, Base):
    """What somebody answered to a question that decides which obligations apply. Appended; the newest counts."""

    __tablename__ = "obligation_answers"
    __table_args__ = (Index("ix_obligation_answers_newest", "product_id", "question", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    question: Mapped[str] = mapped_column(String(40))
    answer: Mapped[bool | None]
    """None takes the answer before back."""


class ObligationState(Signed, Base):
    """Where an idea stands with one obligation or grant. Appended; the newest of a key counts."""

    __tablename__ = "obligation_states"
    __table_args__ = (
        CheckConstraint("status in ('open', 'in progress', 'met', 'does not apply')", name="status"),
        Index("ix_obligation_states_newest", "product_id", "key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    key: Mapped[str] = mapped_column(String(80))
    """Of the catalogue in `engine/market/obligations/`."""
    status: Mapped[str] = mapped_column(String(20))
    owner: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(default="")
    """What was read, where the person looked it up: an address or a title."""
    checked_on: Mapped[date | None]
    """The day on which the source was read."""
    note: Mapped[str] = mapped_column(default="")
    amount_nano: Mapped[int | None] = mapped_column(BigInteger)
    """Of a grant: what may come in, in nano-USD."""
