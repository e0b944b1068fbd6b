"""How fast a market grows, as evidence of every idea that is meant for it; inside the caller's transaction."""

from sqlalchemy.orm import Session

from db.evidence import append
from db.forecasts import forecasts_of
from db.markets import products_of
from db.models import Forecast, Market, Product, Series, SeriesVersion
from db.series import series_of
from engine.entrypoints.actions.demand import demand_figures
from engine.errors import N_
from engine.evidence import Evidence
from engine.market.growth import growth_per_year
from engine.wording.notes import AHEAD, FORECAST

GROWTH = "market.growth_per_year"
METHOD = N_("mean of the points ahead over the same points a year before; all low and all high ends together")
LEVEL = 0.9


def growth_figures(session: Session, market_id: int) -> None:
    """Growth by the newest forecast of the series that speaks for the market; nothing where none does.

    What rests on an idea's growth is computed anew.
    """
    speaking = next((series for series in series_of(session, market_id) if series.is_demand), None)
    if speaking is None:
        return
    base = next((found for found in forecasts_of(session, speaking.id) if not found.scenario), None)
    if base is None:
        return
    figure = _figure(session, session.get_one(Market, market_id), speaking, base)
    if figure is None:
        return
    for product_id in products_of(session, market_id):
        append(session, product_id, figure)
        demand_figures(session, session.get_one(Product, product_id))


def _figure(session: Session, market: Market, series: Series, forecast: Forecast) -> Evidence | None:
    known = session.get_one(SeriesVersion, forecast.version_id)
    found = growth_per_year(known.y, series.freq, forecast.y_hat, forecast.lo_90, forecast.hi_90)
    if found is None:
        return None
    growth, points = found
    return Evidence(
        GROWTH,
        growth.value,
        "modelled",
        "model",
        FORECAST.format(id=forecast.id, method=forecast.method),
        {"market": market.slug, "series": series.unique_id},
        growth.low,
        growth.high,
        level=LEVEL,
        note=AHEAD.format(series=series.unique_id, points=points, all=len(forecast.ds), day=forecast.ds[0]),
        method=METHOD,
    )
