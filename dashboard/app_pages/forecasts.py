"""Forecasts: where is demand going?"""

from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import store
from dashboard.components.address import choose, kept_selectbox
from dashboard.components.empty import empty_state
from dashboard.components.errors import live, show_error, shown
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.kpis import kpi_row
from dashboard.components.outlook import tables, words
from dashboard.components.outlook.dialogs import forecast_dialog, import_dialog
from dashboard.components.outlook.picture import draw_picture
from dashboard.components.outlook.watch import draw_runs
from dashboard.components.text import note, plain
from dashboard.i18n import _
from dashboard.page import Page
from dashboard.store import forecasts
from engine.errors import N_, UnknownName


def render() -> None:
    """One series: where it goes, how far to trust that, and what earlier forecasts were worth."""
    markets = forecasts.markets()
    actions = page_head(_("Where is demand going?"))
    held = {str(row.id): (market, row) for market in markets for row in market.series}
    if not held:
        _nothing_yet()
        return
    asked = st.query_params.get("series")
    if asked is not None and asked not in held:
        show_error(UnknownName(N_("series"), asked, list(held)[:10]))
    chosen = kept_selectbox(
        "series",
        list(held),
        lambda i: f"{words.market_name(held[i][0])}: {held[i][1].unique_id}",
        _("Series"),
        actions,
        width=300,
    )
    if actions.button(_("Bring series"), icon=":material/upload:", key="forecasts_import"):
        _import()
    sheet = forecasts.series_sheet(int(chosen))
    if actions.button(_("Forecast"), type="primary", icon=":material/timeline:", key="forecasts_go"):
        forecast_dialog(sheet, forecasts.queue_forecast)
    _draw(sheet, held[chosen][0])


def _draw(sheet: forecasts.SeriesSheet, market: forecasts.MarketRow) -> None:
    answer(words.answer_words(sheet))
    base = words.base_of(sheet)
    if base is not None:
        kpi_row(words.key_figures(sheet, base))
    live(draw_runs, 2.0 if forecasts.forecasts_live() else None)()
    draw_picture(sheet)
    if base is not None and base.backtest.get("methods"):
        section_bar(_("How far to trust the forecast"))
        st.markdown(tables.backtest_note(base))
        tables.backtest_table(base)
    if sheet.forecasts:
        section_bar(_("Forecasts that were issued"))
        tables.stored_table(sheet.forecasts)
    if record := forecasts.track_record(market.slug):
        section_bar(_("Record of the methods in this market"))
        tables.record_table(record)
    _about(sheet, market)


def _about(sheet: forecasts.SeriesSheet, market: forecasts.MarketRow) -> None:
    section_bar(_("The series"))
    lines = [plain(line) for line in words.about_lines(sheet, market)]
    st.markdown("\n".join(f"- {line}" for line in lines))
    if not sheet.row.is_demand:
        said = _("Let its growth speak for the market")
        if st.button(said, icon=":material/trending_up:", key="forecasts_speak", help=words.speak_help()):
            with shown():
                forecasts.speak_for_market(sheet.row.id)
                st.rerun()


def _nothing_yet() -> None:
    answer(_("No series is here yet."))
    said = _("Bring any table with dates and numbers; methods are tested on its past before one is believed.")
    place = empty_state(":material/timeline:", _("No series yet"), said)
    if place.button(_("Bring series"), type="primary", icon=":material/upload:", key="forecasts_first"):
        _import()
    if forecasts.has_sample_series():
        if place.button(_("Try real series"), icon=":material/science:", key="forecasts_samples"):
            with shown():
                forecasts.load_sample_series()
                st.rerun()
    else:
        st.markdown(note(plain(words.samples_missing())))


def _import() -> None:
    ideas = {row.slug: row.name for row in store.portfolio()}
    ways = (forecasts.keep_upload, forecasts.fetch_series)
    import_dialog(forecasts.markets(), ideas, ways, forecasts.look_at_series, _keep)


def _keep(path: Path, **said: Any) -> None:
    with shown():
        kept = forecasts.bring(path, **said)
        choose("series", str(next(iter(kept.series.values()))))
        st.rerun()


PAGE = Page(
    name="forecasts",
    title=N_("Forecasts"),
    icon=":material/timeline:",
    section=N_("Market"),
    order=2,
    render=render,
)
