"""Markets and their series: write down, link, import; what arrives grades the forecasts that were issued before."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy.orm import Session

from db.forecasts import add_grade, gradable
from db.markets import add_market as add_row
from db.markets import get_market, link_product, list_markets, unlink_product
from db.models import SeriesVersion
from db.products import get_product
from db.series import get_series, let_speak, newest_versions, series_of, store_series
from db.session import in_transaction
from engine.data.carriers import is_here
from engine.entrypoints.actions.checks import NAME_LENGTH, TEXT_LENGTH, checked_text
from engine.entrypoints.actions.data import keep_upload
from engine.entrypoints.actions.growth import growth_figures
from engine.entrypoints.actions.routines import queue_routine
from engine.errors import N_, DataError, InputError, ProspectusError
from engine.market.addresses import Reach
from engine.market.collections import CARRIER
from engine.market.fetch import PUBLIC, TABLES, fetch
from engine.market.growth import graded
from engine.market.issue import plan_of
from engine.market.naive import naive_scale
from engine.market.samples import sample_series
from engine.market.series import Imported, read_series
from engine.market.series_clean import TimeSeries, is_another, with_earlier
from engine.market.stored import note_document
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


def look_at_series(path: Path, value: str | None = None) -> Imported:
    """A brought file as it is read, before anything is stored; `value` names the column that is forecast beside the
    others. Raises DataError."""
    return read_series(path, y=value)


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
    imported: Imported | None = None,
) -> Kept:
    """Store the series of a file in a market that exists, as new versions where their points are new.

    Raises DataError for a file no series can be made of, UnknownName for the market; nothing is stored then.
    """
    found = imported or look_at_series(path, value)
    origin = checked_text(N_("The source"), source or path.name, TEXT_LENGTH, required=False)
    told = [str(note) for note in found.notes]
    return _keep(found.series, market, source=origin, licence=licence, refused=found.refused, notes=told)


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
    found = look_at_series(path, value)
    slug = market or add_market(name or path.stem)
    if product:
        link_market(slug, product)
    return import_series(path, slug, source=source, imported=found)


def _keep(
    series: Sequence[TimeSeries],
    market: str,
    *,
    source: str,
    licence: str = "",
    refused: Mapping[str, ProspectusError],
    notes: Sequence[str],
) -> Kept:
    def work(session: Session) -> Kept:
        row = get_market(session, market)
        kept, others = _joined(series, _known(session, row.id))
        ids: dict[str, int] = {}
        new = grades = 0
        for one in kept:
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
        told = [f"{one.unique_id}: {note}" for one in kept for note in one.notes]
        return Kept(row.slug, ids, new, grades, {**refused, **others}, [*notes, *told])

    return in_transaction(work)


def _known(session: Session, market_id: int) -> dict[str, TimeSeries]:
    """The market's series by name, as their newest versions have them."""
    rows = {row.id: row for row in series_of(session, market_id)}
    versions = newest_versions(session, list(rows))
    return {
        row.unique_id: TimeSeries(
            row.unique_id,
            row.freq,
            row.season_length,
            tuple(versions[key].ds),
            tuple(versions[key].y),
            {name: tuple(values) for name, values in versions[key].past.items()},
        )
        for key, row in rows.items()
    }


def _joined(
    series: Sequence[TimeSeries], known: Mapping[str, TimeSeries]
) -> tuple[list[TimeSeries], dict[str, ProspectusError]]:
    """What is brought, behind the earlier points that are known; by name what is another series than the one known.

    Raises the first refusal when nothing is left.
    """
    kept: list[TimeSeries] = []
    others: dict[str, ProspectusError] = {}
    for one in series:
        before = known.get(one.unique_id)
        if before is not None and is_another(before, one):
            others[one.unique_id] = _another(before, one)
        else:
            kept.append(one if before is None else with_earlier(one, before))
    if series and not kept:
        raise next(iter(others.values()))
    return kept, others


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

    return _keep(series, in_transaction(work), source=str(SAMPLE_SOURCE), refused={}, notes=[])


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
