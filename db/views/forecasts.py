"""Markets, their series, and the forecasts of a series with their grades: a few queries each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Forecast, ForecastGrade, Market, Product, ProductMarket, Run, Series
from db.series import get_series, newest_version

SHOWN = 30
ROUTINE = "forecast"


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One series in a list."""

    id: int
    unique_id: str
    freq: str
    unit: str
    is_demand: bool
    forecasts: int


@dataclass(frozen=True, slots=True)
class MarketRow:
    """One market with its series and the ideas that are meant for it."""

    slug: str
    name: str
    sample: bool
    products: tuple[tuple[str, str], ...]
    """Slug and name."""
    series: tuple[SeriesRow, ...]


@dataclass(frozen=True, slots=True)
class GradeRow:
    """How a forecast did."""

    points: int
    mae: float
    mase: float | None
    coverage_90: float
    naive_mae: float


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """A stored forecast."""

    id: int
    method: str
    scenario: str
    base_id: int | None
    created_at: datetime
    author: str
    run_id: str | None
    horizon: int
    ds: tuple[str, ...]
    y_hat: tuple[float, ...]
    lo_90: tuple[float, ...]
    hi_90: tuple[float, ...]
    backtest: Mapping[str, Any]
    note: Mapping[str, Any]
    options: Mapping[str, Any]
    grade: GradeRow | None


@dataclass(frozen=True, slots=True)
class SeriesSheet:
    """Everything the page shows of a series."""

    row: SeriesRow
    market: str
    source: str
    season_length: int
    ds: tuple[str, ...]
    y: tuple[float, ...]
    columns: tuple[str, ...]
    """Covariates."""
    report: Sequence[Mapping[str, Any]]
    forecasts: tuple[ForecastRow, ...]
    """Newest first."""


@dataclass(frozen=True, slots=True)
class Record:
    """How one method's graded forecasts did in a market."""

    method: str
    forecasts: int
    points: int
    mae_to_naive: float
    """Mean absolute error relative to seasonal naive's on the same moments, all moments together."""
    coverage_90: float


def markets(session: Session) -> list[MarketRow]:
    """Every market, oldest first."""
    counts = dict(session.execute(select(Forecast.series_id, func.count()).group_by(Forecast.series_id)).all())
    series: dict[int, list[SeriesRow]] = {}
    for row in session.scalars(select(Series).order_by(Series.unique_id)):
        series.setdefault(row.market_id, []).append(_series_row(row, counts.get(row.id, 0)))
    linked: dict[int, list[tuple[str, str]]] = {}
    query = select(ProductMarket.market_id, Product.slug, Product.name).join(Product).order_by(Product.name)
    for market_id, slug, name in session.execute(query):
        linked.setdefault(market_id, []).append((slug, name))
    return [
        MarketRow(m.slug, m.name, m.sample, tuple(linked.get(m.id, ())), tuple(series.get(m.id, ())))
        for m in session.scalars(select(Market).order_by(Market.sample, Market.id))
    ]


def _series_row(row: Series, forecasts: int) -> SeriesRow:
    return SeriesRow(row.id, row.unique_id, row.freq, row.unit, row.is_demand, forecasts)


def series_sheet(session: Session, series_id: int) -> SeriesSheet:
    """One series with its newest forecasts and their newest grades. Raises UnknownName."""
    row = get_series(session, series_id)
    version = newest_version(session, series_id)
    assert version is not None
    query = select(Forecast).where(Forecast.series_id == series_id).order_by(Forecast.id.desc()).limit(SHOWN)
    found = session.scalars(query).all()
    grades = _newest_grades(session, [forecast.id for forecast in found])
    market = session.get_one(Market, row.market_id)
    return SeriesSheet(
        row=_series_row(row, len(found)),
        market=market.slug,
        source=row.source,
        season_length=row.season_length,
        ds=tuple(version.ds),
        y=tuple(version.y),
        columns=tuple(version.past),
        report=tuple(version.report),
        forecasts=tuple(_forecast_row(forecast, grades.get(forecast.id)) for forecast in found),
    )


def _newest_grades(session: Session, forecast_ids: Sequence[int]) -> dict[int, ForecastGrade]:
    newest = select(func.max(ForecastGrade.id)).where(ForecastGrade.forecast_id.in_(forecast_ids))
    query = select(ForecastGrade).where(ForecastGrade.id.in_(newest.group_by(ForecastGrade.forecast_id)))
    return {grade.forecast_id: grade for grade in session.scalars(query)}


def _forecast_row(found: Forecast, grade: ForecastGrade | None) -> ForecastRow:
    return ForecastRow(
        id=found.id,
        method=found.method,
        scenario=found.scenario,
        base_id=found.base_id,
        created_at=found.created_at,
        author=found.author,
        run_id=found.run_id,
        horizon=found.horizon,
        ds=tuple(found.ds),
        y_hat=tuple(found.y_hat),
        lo_90=tuple(found.lo_90),
        hi_90=tuple(found.hi_90),
        backtest=found.backtest,
        note=found.note,
        options=found.config,
        grade=GradeRow(grade.points, grade.mae, grade.mase, grade.coverage_90, grade.naive_mae) if grade else None,
    )


def track_record(session: Session, market: str) -> list[Record]:
    """Graded forecasts of a market's series by method, the most often graded first."""
    newest = select(func.max(ForecastGrade.id)).group_by(ForecastGrade.forecast_id)
    query = (
        select(Forecast.method, ForecastGrade)
        .join(ForecastGrade, ForecastGrade.forecast_id == Forecast.id)
        .join(Series, Series.id == Forecast.series_id)
        .join(Market, Market.id == Series.market_id)
        .where(Market.slug == market, ForecastGrade.id.in_(newest))
    )
    groups: dict[str, list[ForecastGrade]] = {}
    for method, grade in session.execute(query):
        groups.setdefault(method, []).append(grade)
    return sorted((_record(method, found) for method, found in groups.items()), key=lambda r: (-r.forecasts, r.method))


def _record(method: str, grades: Sequence[ForecastGrade]) -> Record:
    points = sum(grade.points for grade in grades)
    mae, naive = (sum(g.mae * g.points for g in grades), sum(g.naive_mae * g.points for g in grades))
    covered = sum(grade.coverage_90 * grade.points for grade in grades) / points
    return Record(method, len(grades), points, mae / naive if naive > 0 else 1.0, covered)


def forecasts_live(session: Session) -> list[str]:
    """Ids of the runs that forecast now or wait to, oldest first."""
    query = select(Run.id).where(Run.recipe == ROUTINE, Run.state.in_(("queued", "running")))
    return list(session.scalars(query.order_by(Run.created_at)))
