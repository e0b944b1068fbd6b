"""Markets, the series that belong to them, the forecasts issued of these, and their grades."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, now


class Market(Base):
    """Where ideas are sold. It belongs to the ideas that `ProductMarket` links, and series belong to it."""

    __tablename__ = "markets"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(default="")
    sample: Mapped[bool] = mapped_column(default=False)
    """Shipped with Prospectus; shown as such."""
    created_at: Mapped[datetime] = mapped_column(default=now)


class ProductMarket(Base):
    """An idea that is meant for a market. Several ideas may share one, and one idea may have several."""

    __tablename__ = "product_markets"

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True)
    market_id: Mapped[int] = mapped_column(ForeignKey("markets.id"), primary_key=True, index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Series(Base):
    """A named quantity over time; its points are those of its newest version."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("market_id", "unique_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    market_id: Mapped[int] = mapped_column(ForeignKey("markets.id"))
    unique_id: Mapped[str] = mapped_column(String(200))
    """Its name in the file it came from."""
    freq: Mapped[str] = mapped_column(String(10))
    """Distance of its points as Nixtla writes it: YE, QE, ME, W, D, B, h, min, s, or a number for plain steps."""
    season_length: Mapped[int]
    """Points until the same season comes again; 1 for none."""
    unit: Mapped[str] = mapped_column(String(60), default="")
    source: Mapped[str] = mapped_column(default="")
    licence: Mapped[str] = mapped_column(default="")
    is_demand: Mapped[bool] = mapped_column(default=False)
    """Its growth speaks for the market's; one series of a market at most."""
    created_at: Mapped[datetime] = mapped_column(default=now)


class SeriesVersion(Base):
    """All points of a series as of one import. Appended, never changed: actuals arrive as a further version."""

    __tablename__ = "series_versions"
    __table_args__ = (Index("ix_series_versions_newest", "series_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """sha256 over its points: the same points are stored once."""
    ds: Mapped[list[Any]]
    """Moments in ISO 8601, at equal distances, oldest first."""
    y: Mapped[list[Any]]
    """One number a moment."""
    past: Mapped[dict[str, Any]]
    """Covariates by name: one number a moment of `ds`, and further ones that are known ahead."""
    report: Mapped[list[Any]]
    """What was done to what was brought: {"template": ..., "values": {...}} each."""
    created_at: Mapped[datetime] = mapped_column(default=now)


class Forecast(Base):
    """A forecast that was issued. Never changed: it is graded against what came."""

    __tablename__ = "forecasts"
    __table_args__ = (
        CheckConstraint("horizon > 0", name="horizon_positive"),
        Index("ix_forecasts_series", "series_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("series_versions.id"))
    """What was known when it was issued."""
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"), index=True)
    method: Mapped[str] = mapped_column(String(40))
    config: Mapped[dict[str, Any]]
    horizon: Mapped[int]
    ds: Mapped[list[Any]]
    y_hat: Mapped[list[Any]]
    lo_90: Mapped[list[Any]]
    hi_90: Mapped[list[Any]]
    naive: Mapped[list[Any]]
    """What seasonal naive said at the same moment: the record is kept beside it."""
    backtest: Mapped[dict[str, Any]]
    """The table that the method was chosen by and reported on; see `engine.market.backtest`."""
    note: Mapped[dict[str, Any]]
    """Why the method or its interval is what it is: {"template": ..., "values": {...}}, or empty."""
    scenario: Mapped[str] = mapped_column(String(80), default="")
    """Name of the path of covariates it assumes; "" for the base."""
    base_id: Mapped[int | None] = mapped_column(ForeignKey("forecasts.id"), index=True)
    """The forecast without the scenario, issued beside it."""
    seconds: Mapped[float] = mapped_column(default=0.0)
    author: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class ForecastGrade(Base):
    """How a forecast did by the points that had come at one time. Appended; the newest of a forecast counts."""

    __tablename__ = "forecast_grades"
    __table_args__ = (
        UniqueConstraint("forecast_id", "version_id"),
        Index("ix_forecast_grades_newest", "forecast_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    forecast_id: Mapped[int] = mapped_column(ForeignKey("forecasts.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("series_versions.id"))
    """The points it was graded by."""
    points: Mapped[int]
    """How many of the forecast's moments had come."""
    mae: Mapped[float]
    rmse: Mapped[float]
    mase: Mapped[float | None]
    """None where the series never moved from season to season, so that no scale is there."""
    smape: Mapped[float]
    pinball: Mapped[float]
    coverage_90: Mapped[float]
    naive_mae: Mapped[float]
    """Of seasonal naive on the same moments."""
    created_at: Mapped[datetime] = mapped_column(default=now)
