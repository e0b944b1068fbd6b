"""What pages read of series and their forecasts, and do about them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.store.reading import acts, view_by
from db.views import forecasts as views
from db.views.forecasts import ForecastRow, MarketRow, Record, SeriesRow, SeriesSheet
from engine.entrypoints.actions import brought, series
from engine.entrypoints.actions.series import Kept

if TYPE_CHECKING:
    from engine.market.series import Seen

__all__ = ["ForecastRow", "Kept", "MarketRow", "Record", "SeriesRow", "SeriesSheet"]


def markets() -> Sequence[MarketRow]:
    """Every market with its series; the samples last."""
    rows: Sequence[MarketRow] = view_by(views.markets)
    return rows


def series_sheet(series_id: int) -> SeriesSheet:
    """One series with its forecasts. Raises UnknownName."""
    found: SeriesSheet = view_by(views.series_sheet, series_id=series_id)
    return found


def track_record(market: str) -> Sequence[Record]:
    """How methods' forecasts did in a market."""
    rows: Sequence[Record] = view_by(views.track_record, market=market)
    return rows


def forecasts_live() -> Sequence[str]:
    """Runs that forecast now or wait to."""
    found: Sequence[str] = view_by(views.forecasts_live)
    return found


@st.cache_resource(max_entries=4, show_spinner=False)
def look_at_series(path: Path, value: str | None) -> "Seen":
    """What is in a brought file. Raises DataError."""
    return series.look_at_series(path, value)


keep_upload = brought.keep_upload
fetch_series = series.fetch_series
has_sample_series = series.has_sample_series
bring = acts(series.bring)
load_sample_series = acts(series.load_sample_series)
link_market = acts(series.link_market)
speak_for_market = acts(series.speak_for_market)
queue_forecast = acts(series.queue_forecast)
