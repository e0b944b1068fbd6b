"""Forecasts that were issued, and their grades. Both are appended and never changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Forecast, ForecastGrade, SeriesVersion


def issue(session: Session, **fields: Any) -> Forecast:
    """Append a forecast; `fields` are columns of `Forecast`."""
    forecast = Forecast(**fields)
    session.add(forecast)
    session.flush()
    return forecast


def forecasts_of(session: Session, series_id: int, limit: int = 50) -> Sequence[Forecast]:
    """The forecasts of a series, newest first."""
    query = select(Forecast).where(Forecast.series_id == series_id).order_by(Forecast.id.desc()).limit(limit)
    return session.scalars(query).all()


def gradable(session: Session, version: SeriesVersion) -> Sequence[Forecast]:
    """Forecasts of the series that knew less than this version and are not graded by it yet. Scenarios are none:
    what they assumed did not happen."""
    graded = select(ForecastGrade.forecast_id).where(ForecastGrade.version_id == version.id)
    query = select(Forecast).where(
        Forecast.series_id == version.series_id,
        Forecast.version_id < version.id,
        Forecast.scenario == "",
        Forecast.id.not_in(graded),
    )
    return session.scalars(query.order_by(Forecast.id)).all()


def add_grade(session: Session, forecast_id: int, version_id: int, figures: Mapping[str, Any]) -> ForecastGrade:
    """Append a grade."""
    grade = ForecastGrade(forecast_id=forecast_id, version_id=version_id, **figures)
    session.add(grade)
    session.flush()
    return grade
