"""What a report compares with: figures as they were before a month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import EvidenceRow, Forecast, ForecastGrade, Product, Series, SeriesVersion
from db.views.money import bounds


@dataclass(frozen=True, slots=True)
class Before:
    """A figure as it stood."""

    value: float
    low: float | None
    high: float | None
    grade: str
    at: datetime


def accuracy_before(session: Session, month: str) -> Mapping[tuple[int, str], Before]:
    """Each idea's deciding figure, the newest before a month began, by product and split (empty for none)."""
    moment = datetime.combine(bounds(month)[0], time(), UTC)
    query = (
        select(EvidenceRow)
        .join(Product, Product.id == EvidenceRow.product_id)
        .where(EvidenceRow.measure == Product.bar_measure, EvidenceRow.created_at < moment)
        .order_by(EvidenceRow.id)
    )
    return {
        (row.product_id, str(row.context.get("split", ""))): Before(
            row.value, row.low, row.high, row.grade, row.created_at
        )
        for row in session.scalars(query)
    }


@dataclass(frozen=True, slots=True)
class Graded:
    """A forecast beside what came."""

    id: int
    series: str
    method: str
    created_at: datetime
    ds: tuple[str, ...]
    y_hat: tuple[float, ...]
    lo_90: tuple[float, ...]
    hi_90: tuple[float, ...]
    actual: tuple[float | None, ...]
    """None for moments that have not come."""
    points: int
    mae: float
    naive_mae: float
    coverage_90: float
    graded_at: datetime


def graded_forecasts(session: Session, limit: int) -> tuple[Graded, ...]:
    """Forecasts that were graded, by their newest grade; the newest first."""
    newest = select(func.max(ForecastGrade.id)).group_by(ForecastGrade.forecast_id)
    query = (
        select(Forecast, ForecastGrade, Series.unique_id, SeriesVersion)
        .join(ForecastGrade, ForecastGrade.forecast_id == Forecast.id)
        .join(Series, Series.id == Forecast.series_id)
        .join(SeriesVersion, SeriesVersion.id == ForecastGrade.version_id)
        .where(ForecastGrade.id.in_(newest))
        .order_by(ForecastGrade.id.desc())
        .limit(limit)
    )
    return tuple(_graded(*row) for row in session.execute(query))


def _graded(forecast: Forecast, grade: ForecastGrade, series: str, version: SeriesVersion) -> Graded:
    came = dict(zip(version.ds, version.y, strict=True))
    return Graded(
        forecast.id,
        series,
        forecast.method,
        forecast.created_at,
        tuple(forecast.ds),
        tuple(forecast.y_hat),
        tuple(forecast.lo_90),
        tuple(forecast.hi_90),
        tuple(came.get(ds) for ds in forecast.ds),
        grade.points,
        grade.mae,
        grade.naive_mae,
        grade.coverage_90,
        grade.created_at,
    )


def forecasts_issued(session: Session) -> int:
    """How many forecasts there are, graded or not."""
    return session.scalar(select(func.count()).select_from(Forecast)) or 0
