"""Series and their versions: actuals arrive as a further version, and nothing that was there is changed."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Series, SeriesVersion
from engine.errors import N_, UnknownName


def store_series(
    session: Session,
    market_id: int,
    unique_id: str,
    *,
    freq: str,
    season_length: int,
    ds: Sequence[str],
    y: Sequence[float],
    past: Mapping[str, Sequence[float]],
    report: Sequence[Mapping[str, Any]],
    unit: str = "",
    source: str = "",
    licence: str = "",
) -> tuple[Series, SeriesVersion, bool]:
    """The series of this name in the market, its version with these points, and whether that is new.

    Where the series is there already, its unit and source follow the newest import; its points are a new version.
    """
    series = session.scalars(select(Series).where(Series.market_id == market_id, Series.unique_id == unique_id)).first()
    if series is None:
        series = Series(market_id=market_id, unique_id=unique_id)
        session.add(series)
    series.freq, series.season_length = freq, season_length
    series.unit, series.source, series.licence = (
        unit or series.unit or "",
        source or series.source or "",
        licence or (series.licence or ""),
    )
    session.flush()
    mark = _fingerprint(ds, y, past)
    newest = newest_version(session, series.id)
    if newest is not None and newest.fingerprint == mark:
        return series, newest, False
    version = SeriesVersion(
        series_id=series.id,
        fingerprint=mark,
        ds=list(ds),
        y=list(y),
        past={name: list(values) for name, values in past.items()},
        report=[dict(note) for note in report],
    )
    session.add(version)
    session.flush()
    return series, version, True


def _fingerprint(ds: Sequence[str], y: Sequence[float], past: Mapping[str, Sequence[float]]) -> str:
    contents = json.dumps([list(ds), list(y), {name: list(past[name]) for name in sorted(past)}])
    return hashlib.sha256(contents.encode()).hexdigest()


def newest_version(session: Session, series_id: int) -> SeriesVersion | None:
    """The points that stand."""
    query = select(SeriesVersion).where(SeriesVersion.series_id == series_id)
    return session.scalars(query.order_by(SeriesVersion.id.desc()).limit(1)).first()


def newest_versions(session: Session, series_ids: Sequence[int]) -> dict[int, SeriesVersion]:
    """The points that stand, by series."""
    newest = select(func.max(SeriesVersion.id)).where(SeriesVersion.series_id.in_(series_ids))
    query = select(SeriesVersion).where(SeriesVersion.id.in_(newest.group_by(SeriesVersion.series_id)))
    return {version.series_id: version for version in session.scalars(query)}


def get_series(session: Session, series_id: int) -> Series:
    """One series; raises UnknownName."""
    found = session.get(Series, series_id)
    if found is None:
        raise UnknownName(N_("series"), str(series_id), [str(i) for i in session.scalars(select(Series.id).limit(10))])
    return found


def series_of(session: Session, market_id: int) -> Sequence[Series]:
    """The series of a market, by name."""
    return session.scalars(select(Series).where(Series.market_id == market_id).order_by(Series.unique_id)).all()


def let_speak(session: Session, series: Series) -> None:
    """Make its growth the market's; another series that was so before is no more."""
    for other in series_of(session, series.market_id):
        other.is_demand = other.id == series.id
    session.flush()
