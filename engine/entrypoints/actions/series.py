"""Markets and their series: write down, link, import; what arrives grades the forecasts that were issued before."""

import contextlib
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy.orm import Session

from db.forecasts import add_grade, gradable
from db.markets import add_market as add_row
from db.markets import get_market, link_product, list_markets, unlink_product
from db.models import Series, SeriesVersion
from db.products import get_product
from db.series import get_series, let_speak, newest_versions, series_of, store_series
from db.session import in_transaction
from engine.data.carriers import is_here
from engine.entrypoints.actions.brought import is_light, keep_upload
from engine.entrypoints.actions.checks import NAME_LENGTH, TEXT_LENGTH, checked_text
from engine.entrypoints.actions.growth import growth_figures
from engine.entrypoints.actions.routines import queue_routine
from engine.errors import N_, DataError, InputError, ProspectusError
from engine.market.addresses import Reach
from engine.market.child import series as series_apart
from engine.market.collections import CARRIER
from engine.market.fetch import PUBLIC, TABLES, fetch
from engine.market.growth import graded
from engine.market.issue import plan_of
from engine.market.naive import naive_scale
from engine.market.samples import sample_series
from engine.market.series import Seen, read_series, seen
from engine.market.series_clean import TimeSeries, is_another, with_earlier
from engine.market.stored import note_document, stored_series
from engine.routines.forecast import ROUTINE, SERIES_FILE, Config
from engine.spec import build_config

ENDINGS = {
    "application/vnd.apache.parquet": ".parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/tab-separated-values": ".tsv",
}
"""Of tables whose address has none; all others are CSV."""
SAMPLES = "real-series"
SAMPLE_MARKET = N_("Real series to try")
SAMPLE_SOURCE = N_("Data sets of R and statsmodels: public domain, or as free as their carrier")


Read = Callable[[], Iterable[TimeSeries]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of an import."""

    market: str
    """Its slug."""
    series: Mapping[str, int]
    """Ids by name."""
    new: int
    """How many have new points."""
    graded: int
    """Forecasts that what arrived was held against."""
    refused: Mapping[str, ProspectusError]
    notes: Sequence[str]
    """Of the file, then of each series that has some."""


def add_market(name: str, note: str = "", products: Sequence[str] = ()) -> str:
    """Write a market down and link it to ideas; returns its slug."""
    called = checked_text(N_("The market's name"), name, NAME_LENGTH)
    said = checked_text(N_("The note"), note, TEXT_LENGTH, required=False)

    def work(session: Session) -> str:
        market = add_row(session, called, said)
        for slug in products:
            link_product(session, market.id, get_product(session, slug).id)
        return market.slug

    return in_transaction(work)


def link_market(market: str, product: str, *, linked: bool = True) -> None:
    """Let an idea be meant for a market, or no longer; its growth becomes the idea's evidence."""

    def work(session: Session) -> None:
        found, idea = get_market(session, market), get_product(session, product)
        (link_product if linked else unlink_product)(session, found.id, idea.id)
        growth_figures(session, found.id)

    in_transaction(work)


def speak_for_market(series_id: int) -> None:
    """Let a series' growth be its market's."""

    def work(session: Session) -> None:
        series = get_series(session, series_id)
        let_speak(session, series)
        growth_figures(session, series.market_id)

    in_transaction(work)


def look_at_series(path: Path, value: str | None = None) -> Seen:
    """What is in a brought file, before anything is stored; `value` names the column that is forecast beside the
    others. Raises DataError."""
    with _read(path, value) as (found, _series):
        return found


@contextlib.contextmanager
def _read(path: Path, value: str | None) -> Iterator[tuple[Seen, Read]]:
    """What is in a file, and its series as often as they are asked for. Large files are read in a process of their own,
    and of their series one at a time is held."""
    if is_light(path):
        found = read_series(path, y=value)
        yield seen(found), lambda: found.series
        return
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / "series.jsonl"
        yield series_apart(path, value, to), lambda: stored_series(to)


def has_sample_series() -> bool:
    """Whether the carriers of the real series are here."""
    return is_here(CARRIER)


def import_series(
    path: Path,
    market: str,
    *,
    source: str = "",
    licence: str = "",
    value: str | None = None,
) -> Kept:
    """Store the series of a file in a market that exists, as new versions where their points are new.

    Raises DataError for a file no series can be made of, UnknownName for the market; nothing is stored then.
    """
    origin = checked_text(N_("The source"), source or path.name, TEXT_LENGTH, required=False)
    with _read(path, value) as (found, read):
        told = [str(note) for note in found.notes]
        return _keep(read, market, source=origin, licence=licence, refused=found.refused, notes=told)


def fetch_series(url: str, reach: Reach = PUBLIC) -> Path:
    """The table at a public address, kept like a file that was brought. Raises InputError for one that may not or
    cannot be read; what it holds is looked at by `look_at_series`."""
    found = fetch(url, kinds=TABLES, reach=reach)
    ending = "" if PurePosixPath(found.file_name).suffix else ENDINGS.get(found.content_type, ".csv")
    return keep_upload(found.file_name + ending, found.body)


def bring(
    path: Path,
    *,
    market: str | None = None,
    name: str = "",
    product: str | None = None,
    source: str = "",
    value: str | None = None,
) -> Kept:
    """`import_series` into a market that exists or, where none is named, into a new one, linked to an idea.

    The file is read first, so that no empty market is left by one that cannot be used.
    """
    origin = checked_text(N_("The source"), source or path.name, TEXT_LENGTH, required=False)
    with _read(path, value) as (found, read):
        slug = market or add_market(name or path.stem)
        if product:
            link_market(slug, product)
        told = [str(note) for note in found.notes]
        return _keep(read, slug, source=origin, refused=found.refused, notes=told)


def _keep(
    read: Read,
    market: str,
    *,
    source: str,
    licence: str = "",
    refused: Mapping[str, ProspectusError],
    notes: Sequence[str],
) -> Kept:
    def work(session: Session) -> Kept:
        row = get_market(session, market)
        known = {stored.unique_id: stored for stored in series_of(session, row.id)}
        ids: dict[str, int] = {}
        others: dict[str, ProspectusError] = {}
        told: list[str] = []
        new = grades = 0
        for brought in read():
            try:
                one = _joined(session, brought, known.get(brought.unique_id))
            except DataError as error:
                others[brought.unique_id] = error
                continue
            stored, version, fresh = store_series(
                session,
                row.id,
                one.unique_id,
                freq=one.freq,
                season_length=one.season_length,
                ds=one.ds,
                y=one.y,
                past=one.past,
                report=[note_document(note) for note in one.notes],
                unit=one.unit,
                source=source,
                licence=licence,
            )
            ids[one.unique_id] = stored.id
            new += fresh
            grades += _grade(session, version, one.season_length) if fresh else 0
            told += [f"{one.unique_id}: {note}" for note in one.notes]
        if others and not ids:
            raise next(iter(others.values()))
        return Kept(row.slug, ids, new, grades, {**refused, **others}, [*notes, *told])

    return in_transaction(work)


def _joined(session: Session, one: TimeSeries, row: Series | None) -> TimeSeries:
    """What is brought, behind the points that are known before it. Raises DataError for another series of the name."""
    if row is None:
        return one
    version = newest_versions(session, [row.id])[row.id]
    past = {name: tuple(values) for name, values in version.past.items()}
    known = TimeSeries(row.unique_id, row.freq, row.season_length, tuple(version.ds), tuple(version.y), past)
    if is_another(known, one):
        raise _another(known, one)
    return with_earlier(one, known)


def _another(known: TimeSeries, one: TimeSeries) -> DataError:
    return DataError(
        N_("“{name}” is in this market already, with points from {first} to {last} that these do not continue: "
           "they run from {start} to {end}."),
        name=one.unique_id,
        first=known.ds[0],
        last=known.ds[-1],
        start=one.ds[0],
        end=one.ds[-1],
        remedy=N_("Give the series another name, or bring it into another market."),
    )  # fmt: skip


def _grade(session: Session, version: SeriesVersion, season_length: int) -> int:
    """Hold this version's points against the forecasts that knew less; returns how many were graded."""
    actual, count = dict(zip(version.ds, version.y, strict=True)), 0
    for forecast in gradable(session, version):
        known = session.get_one(SeriesVersion, forecast.version_id)
        figures = graded(actual, forecast, naive_scale(known.y, season_length))
        if figures is not None:
            add_grade(session, forecast.id, version.id, figures)
            count += 1
    return count


def load_sample_series() -> Kept:
    """The classics that carriers hold, as a market of their own; once. Raises MissingPart without a carrier."""
    series = sample_series()

    def work(session: Session) -> str:
        known = {market.slug for market in list_markets(session)}
        return SAMPLES if SAMPLES in known else add_row(session, str(SAMPLE_MARKET), slug=SAMPLES, sample=True).slug

    return _keep(lambda: series, in_transaction(work), source=str(SAMPLE_SOURCE), refused={}, notes=[])


def queue_forecast(
    series_ids: Sequence[int],
    horizon: int = 12,
    *,
    author: str = "",
    product_slug: str | None = None,
    **config: object,
) -> str:
    """Queue a forecast of stored series; returns the run's id.

    Raises InputError, UnknownName or MissingPart for settings that cannot work, before anything is queued.
    """
    settings = {"horizon": horizon, **config}
    built: Config = build_config(ROUTINE.config, settings)
    plan_of(built.horizon, built.windows, [name.strip() for name in built.methods.split(",") if name.strip()])
    if not series_ids:
        raise InputError(N_("No series was chosen."))

    def stored(session: Session) -> list[dict[str, object]]:
        rows = [get_series(session, series_id) for series_id in series_ids]
        versions = newest_versions(session, series_ids)
        return [
            {
                "series_id": row.id,
                "version_id": versions[row.id].id,
                "author": author,
                "unique_id": row.unique_id,
                "freq": row.freq,
                "season_length": row.season_length,
                "ds": versions[row.id].ds,
                "y": versions[row.id].y,
                "past": versions[row.id].past,
            }
            for row in rows
        ]

    inputs = {SERIES_FILE: json.dumps(in_transaction(stored)).encode()}
    return queue_routine("forecast", settings, inputs=inputs, product_slug=product_slug)
