"""Locks that live as long as a transaction, by name."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def hold(session: Session, name: str) -> None:
    """Be the only transaction that holds `name` until this one ends; wait for the other one first.

    PostgreSQL: an advisory lock. SQLite lets one writer in at a time anyway (`in_transaction` from its start,
    any other transaction from its first change).
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"prospectus {name}"}
        )
