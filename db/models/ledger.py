"""Money that was spent: invoices and what people typed, the sums of each day, and budgets."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Signed


class Invoice(Signed, Base):
    """An invoice whose lines are in the ledger. Imported twice it counts once."""

    __tablename__ = "invoices"
    __table_args__ = (UniqueConstraint("supplier", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    supplier: Mapped[str] = mapped_column(String(120))
    number: Mapped[str] = mapped_column(String(80))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    """Of its lines: another file with the same lines is the same invoice."""
    usd_nano: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[int]


class LedgerEntry(Signed, Base):
    """A line of an invoice, or money that a person typed. Appended; a mistake is taken back by a reversing entry."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("reverses_id"),
        Index("ix_ledger_entries_day", "day", "id"),
        Index("ix_ledger_entries_invoice", "invoice_id"),
        Index("ix_ledger_entries_run", "run_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    category: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(String(10))
    """invoice or typed."""
    usd_nano: Mapped[int] = mapped_column(BigInteger)
    """US dollars of that day; negative for a credit note or a reversal."""
    grade: Mapped[str] = mapped_column(String(10))
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    quoted: Mapped[dict[str, Any] | None]
    """Of another currency: the amount, the exchange rate and its day."""
    quantity: Mapped[float | None]
    unit: Mapped[str] = mapped_column(String(20), default="")
    supplier: Mapped[str] = mapped_column(String(120), default="")
    region: Mapped[str] = mapped_column(String(40), default="")
    description: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entries.id"))


class DayTotal(Base):
    """Sums of a day's entries, kept in the transaction that writes them, so that no page adds up the ledger."""

    __tablename__ = "day_totals"
    __table_args__ = (Index("ix_day_totals_month", "month"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0 for money of no product."""
    category: Mapped[str] = mapped_column(String(20), primary_key=True)
    basis: Mapped[str] = mapped_column(String(10), primary_key=True)
    """metered, invoice or typed."""
    grade: Mapped[str] = mapped_column(String(10), primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    usd_nano: Mapped[int] = mapped_column(BigInteger)
    entries: Mapped[int]


class Budget(Signed, Base):
    """What may be spent in a month, from a month on. Appended: the newest that has begun is in force."""

    __tablename__ = "budgets"
    __table_args__ = (CheckConstraint("usd_nano > 0", name="positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    """None for the whole company."""
    category: Mapped[str] = mapped_column(String(20), default="")
    """Empty for all."""
    from_month: Mapped[str] = mapped_column(String(7))
    usd_nano: Mapped[int | None] = mapped_column(BigInteger)
    """None: there is no budget from this month on."""
    thresholds: Mapped[list[Any]]
    """Shares of the budget at which the page warns."""
    reason: Mapped[str] = mapped_column(default="")
