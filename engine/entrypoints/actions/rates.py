"""Rates that people add, import or refresh, and the rates that the database holds; appended, never overwritten."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import costs
from db.models import Product, Rate
from db.money import to_usd
from db.session import in_transaction
from engine.costs.rates import RateEntry, cloud_rates, token_rates
from engine.costs.rates.checks import checked_entry
from engine.costs.rates.entry import MEMORY
from engine.costs.rates.hunt import hunted_rates
from engine.costs.rates.tables import read_table, row_of
from engine.entrypoints.actions.checks import checked_text
from engine.entrypoints.actions.figures import recompute_product
from engine.errors import N_, ConfigError, MissingPart, StoredFileError
from engine.evidence import Grade

log = logging.getLogger("prospectus")
AUTHOR_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought."""

    read: int
    new: int
    """Those that were not there yet."""


def add_rate(given: Mapping[str, str], author: str) -> str:
    """Append one rate, given as the columns of a CSV; returns its key.

    Raises ConfigError with every fault; the rates in force stay as they are then.
    """
    name = checked_text(N_("Your name"), author, AUTHOR_LENGTH)
    cells = {field: str(value).strip() for field, value in given.items() if value is not None}
    if not cells.get("source") and cells.get("grade", "assumed") == "assumed":
        cells["source"] = MEMORY
    entry, faults = checked_entry("typed", 1, row_of(cells), _today(), origin="typed", author=name)
    if entry is None:
        raise ConfigError(tuple(faults))
    _append([entry])
    return entry.key


def import_rates(data: bytes, file: str, author: str) -> Imported:
    """Append the rates of a CSV: all of them or, with any fault, none. Raises DataError or ConfigError."""
    name = checked_text(N_("Your name"), author, AUTHOR_LENGTH)
    entries = read_table(data, Path(file).name, _today(), name)
    return Imported(len(entries), _append(entries))


def import_lists() -> Imported:
    """Append what the installed packages list: cloud prices and prices of hosted models.

    A list that is missing or damaged is logged and left out; the rates in force stay.
    """
    entries: list[RateEntry] = []
    for read in (cloud_rates, token_rates):
        try:
            entries += read()
        except (MissingPart, StoredFileError) as error:
            log.warning("%s", error)
    return Imported(len(entries), _append(entries))


def refresh_gpus() -> Imported:
    """Append today's GPU prices from the network. Raises MissingPart without gpuhunt or an answer."""
    entries = hunted_rates(_today())
    return Imported(len(entries), _append(entries))


def book(session: Session | None = None, kinds: Iterable[str] = ()) -> list[RateEntry]:
    """Every rate that the database holds (of these kinds), for the lookups of `engine.costs.rates`."""
    if session is None:
        return in_transaction(lambda opened: book(opened, kinds))
    query = select(Rate).order_by(Rate.valid_from, Rate.id)
    wanted = tuple(kinds)
    return [_entry(rate) for rate in session.scalars(query.where(Rate.kind.in_(wanted)) if wanted else query)]


def _append(entries: Sequence[RateEntry]) -> int:
    def work(session: Session) -> int:
        new = costs.load_rates(session, [entry.as_dict() for entry in entries])
        if new and any(entry.kind == "compute" and not entry.provider for entry in entries):
            for product in session.scalars(select(Product)):  # the machine's own hour may have changed
                recompute_product(session, product)
        return new

    return in_transaction(work)


def _entry(rate: Rate) -> RateEntry:
    same: tuple[str, ...] = (
        "key",
        "unit",
        "source",
        "note",
        "checked_on",
        "valid_from",
        "fingerprint",
        "kind",
        "provider",
        "region",
    )
    same += ("item", "currency", "quoted", "url", "origin", "author")
    fields: dict[str, Any] = {name: getattr(rate, name) for name in same}
    return RateEntry(
        usd=to_usd(rate.usd_nano),
        low_usd=to_usd(rate.low_nano),
        high_usd=to_usd(rate.high_nano),
        grade=cast(Grade, rate.grade),
        **fields,
    )


def _today() -> date:
    return datetime.now(UTC).date()
