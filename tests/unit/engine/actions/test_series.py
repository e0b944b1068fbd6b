"""Markets and series: imported, versioned, forecast by a worker, graded when actuals arrive, growth as evidence."""

from pathlib import Path

import pytest

from db.evidence import current
from db.models import Forecast, ForecastGrade, SeriesVersion
from db.products import get_product
from db.session import session_scope
from db.views.forecasts import markets, series_sheet, track_record
from engine.entrypoints.actions.series import (
    add_market,
    bring,
    fetch_series,
    import_series,
    link_market,
    load_sample_series,
    look_at_series,
    queue_forecast,
    speak_for_market,
)
from engine.entrypoints.worker import Worker
from engine.errors import DataError, InputError, UnknownName
from tests.rows import a_product
from tests.unit.engine.market.site import Reply, here, serving

QUICK = {"methods": "seasonal_naive,drift,auto_theta", "windows": 2}


def write_sales(path: Path, months: int) -> Path:
    """Sales that rise by 2 a month, 10 more in December."""
    rows = [f"{_month(i)},{100 + 2 * i + (10 if i % 12 == 11 else 0)}" for i in range(months)]
    path.write_text("\n".join(["ds,sales", *rows, ""]), encoding="utf-8")
    return path


def write_priced(path: Path, months: int) -> Path:
    """Sales of 300 less three times the price, and a little noise."""
    prices = [40 + 7 * i % 11 for i in range(months)]
    rows = [f"{_month(i)},{300 - 3 * price + (i * 5) % 3},{price}" for i, price in enumerate(prices)]
    path.write_text("\n".join(["ds,sales,price", *rows, ""]), encoding="utf-8")
    return path


def _month(i: int) -> str:
    return f"{2018 + i // 12}-{i % 12 + 1:02d}-01"


def finish(run_id: str) -> None:
    """Let a worker do it."""
    from db.runs import get_run

    def done() -> bool:
        with session_scope() as session:
            return get_run(session, run_id).state not in ("queued", "running")

    Worker(threads=1, only=[run_id]).run(until=done)


def test_a_forecast_is_stored_graded_when_actuals_arrive_and_becomes_growth(database: str, tmp_path: Path) -> None:
    with session_scope() as session:
        slug = a_product(session).slug
    kept = bring(write_sales(tmp_path / "sales.csv", 48), name="Parcel insight", product=slug, source="our books")
    (series_id,) = kept.series.values()
    speak_for_market(series_id)
    finish(queue_forecast([series_id], 12, author="Lin", **QUICK))
    with session_scope() as session:
        (forecast,) = series_sheet(session, series_id).forecasts
        assert (forecast.horizon, forecast.ds[0], forecast.author) == (12, "2022-01-01", "Lin")
        assert {"seasonal_naive", "drift", "auto_theta"} == set(forecast.backtest["methods"])
        growth = current(session, get_product(session, slug).id).get("market.growth_per_year")
        assert growth is not None and growth.grade == "modelled"
        score = current(session, get_product(session, slug).id).get("market.attractiveness")
        assert score is not None and not score.stale
        assert 0 < growth.value < 0.3 and growth.low is not None and growth.low < growth.value
        assert track_record(session, kept.market) == []
    later = import_series(write_sales(tmp_path / "sales.csv", 54), kept.market)
    assert (later.new, later.graded) == (1, 1)
    assert import_series(write_sales(tmp_path / "sales.csv", 54), kept.market).new == 0
    with session_scope() as session:
        (forecast,) = series_sheet(session, series_id).forecasts
        assert forecast.grade is not None and forecast.grade.points == 6
        assert forecast.grade.naive_mae == pytest.approx(24)
        (record,) = track_record(session, kept.market)
        assert (record.forecasts, record.points) == (1, 6)
        assert session.query(SeriesVersion).count() == 2
    import_series(write_sales(tmp_path / "sales.csv", 60), kept.market)
    with session_scope() as session:
        assert session.query(ForecastGrade).count() == 2
        assert track_record(session, kept.market)[0].points == 12


@pytest.mark.sqlite_only  # the test above harvests a forecast on either
def test_a_scenario_stands_beside_its_base_and_is_not_graded(database: str, tmp_path: Path) -> None:
    kept = bring(write_priced(tmp_path / "sales.csv", 48), value="sales")
    (series_id,) = kept.series.values()
    given = {"methods": "auto_arima", "windows": 2, "scenario": "cheaper", "column": "price", "change": -0.2}
    finish(queue_forecast([series_id], 6, author="Lin", **given))
    with session_scope() as session:
        other, base = series_sheet(session, series_id).forecasts
        assert (base.scenario, other.scenario, other.base_id) == ("", "cheaper", base.id)
        assert other.y_hat[-1] - base.y_hat[-1] == pytest.approx(3 * 0.2 * 44, abs=5)
    import_series(write_priced(tmp_path / "sales.csv", 54), kept.market, value="sales")
    with session_scope() as session:
        assert [grade.forecast_id for grade in session.query(ForecastGrade)] == [base.id]


def test_samples_come_once_with_four_frequencies(database: str) -> None:
    first, second = load_sample_series(), load_sample_series()
    assert first.series == second.series
    assert (first.new, second.new) == (11, 0)
    with session_scope() as session:
        (market,) = markets(session)
        assert market.sample
        assert {row.freq for row in market.series} == {"YS", "QS", "MS", "W"}


def test_what_cannot_be_used_leaves_nothing_behind(database: str, tmp_path: Path) -> None:
    path = tmp_path / "zeros.csv"
    path.write_text("ds,y\n" + "".join(f"2020-{m:02d}-01,0\n" for m in range(1, 13)), encoding="utf-8")
    with pytest.raises(DataError, match="zero in all its 12 rows"):
        bring(path, name="Nowhere")
    with pytest.raises(InputError, match="No series"):
        queue_forecast([], 12)
    with pytest.raises(UnknownName, match="crystal_ball"):
        queue_forecast([1], 12, methods="crystal_ball")
    with pytest.raises(UnknownName, match="market"):
        import_series(write_sales(tmp_path / "sales.csv", 24), "nowhere")
    with session_scope() as session:
        assert markets(session) == []
        assert session.query(Forecast).count() == 0


def test_a_market_is_linked_and_unlinked(database: str) -> None:
    with session_scope() as session:
        slug = a_product(session).slug
    market = add_market("Shops", products=[slug])
    with session_scope() as session:
        assert markets(session)[0].products == ((slug, "Review insight"),)
    link_market(market, slug, linked=False)
    with session_scope() as session:
        assert markets(session)[0].products == ()


def test_a_table_is_read_from_a_public_address_and_from_no_other(database: str, tmp_path: Path) -> None:
    table = Reply(write_sales(tmp_path / "sales.csv", 24).read_bytes(), kind="text/csv")
    with serving({"/sales": table, "/page": Reply(b"<p>no table</p>")}) as port:
        path = fetch_series(f"http://site.example:{port}/sales", here())
        assert path.name == "sales.csv" and set(bring(path, name="Shops").series) == {"sales"}
        with pytest.raises(InputError, match="text/html"):
            fetch_series(f"http://site.example:{port}/page", here())
        with pytest.raises(InputError, match="not a public address"):
            fetch_series("http://127.0.0.1/sales")


def test_a_large_file_is_read_apart_and_kept_as_a_small_one_is(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "hours.csv"
    hours = [f"2026-01-{1 + i // 24:02d} {i % 24:02d}:00:00" for i in range(72)]
    rows = [f"{name},{hour},{5 + i % 24}" for name in ("a", "b") for i, hour in enumerate(hours)]
    path.write_text("\n".join(["unique_id,ds,y", *rows, *(f"still,{hour},0" for hour in hours), ""]), encoding="utf-8")
    here_seen, here_kept = look_at_series(path), bring(path, name="Here")
    monkeypatch.setattr("engine.entrypoints.actions.brought.LIGHT_BYTES", 0)
    seen, kept = look_at_series(path), bring(path, name="Apart")
    assert (seen.names, seen.notes, seen.noted) == (here_seen.names, here_seen.notes, here_seen.noted)
    assert str(seen.refused["still"]) == str(here_seen.refused["still"])
    assert (list(kept.series), kept.notes) == (list(here_kept.series), here_kept.notes)
    with session_scope() as session:
        one, other = (series_sheet(session, found.series["b"]) for found in (here_kept, kept))
        assert (one.ds, one.y, one.row.freq) == (other.ds, other.y, "h") and len(one.y) == 72


def test_another_series_of_the_same_name_is_refused_and_new_points_alone_go_on(database: str, tmp_path: Path) -> None:
    whole = write_sales(tmp_path / "sales.csv", 48).read_text(encoding="utf-8").splitlines()

    def part(first: int, last: int) -> Path:
        path = tmp_path / "sales.csv"
        path.write_text("\n".join([whole[0], *whole[1 + first : 1 + last], ""]), encoding="utf-8")
        return path

    kept = bring(part(0, 24), name="Shops")
    import_series(part(24, 30), kept.market)
    with pytest.raises(DataError, match="in this market already, with points from 2018-01-01 to 2020-06-01"):
        import_series(part(36, 48), kept.market)
    with session_scope() as session:
        assert series_sheet(session, kept.series["sales"]).ds[::29] == ("2018-01-01", "2020-06-01")
