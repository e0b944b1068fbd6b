"""Rolling windows: nothing behind a window's start is seen, and the last window decides nothing."""

import dataclasses

import numpy as np
import pytest

from engine.market.backtest import backtest, combined
from engine.market.calendar import following
from engine.market.issue import outlook, plan_of
from engine.market.rolling import FULL, fits, history_of, windows_of
from engine.market.series_clean import TimeSeries

PLAN = plan_of(4, 3, ["seasonal_naive", "drift"])


def series(y: list[float], season_length: int = 4, name: str = "sales") -> TimeSeries:
    freq = {4: "QS", 1: "YS"}[season_length]
    start = ["2001-01-01"]
    return TimeSeries(name, freq, season_length, (*start, *following(freq, start, len(y) - 1)), tuple(y))


LINE = [10.0 + 2 * i for i in range(32)]


def test_windows_follow_each_other_and_end_with_the_series() -> None:
    assert [len(history_of(series(LINE), 4, window, 3).y) for window in (0, 1, 2, FULL)] == [20, 24, 28, 32]
    assert windows_of(series(LINE[:13]), 4, 3) == 0
    assert windows_of(series(LINE[:14]), 4, 3) == 2


def test_scores_of_a_line_are_known() -> None:
    """Drift goes on along the line; the last season again is 4 steps of 2 too low, and so is the scale."""
    found = outlook([series(LINE)], PLAN).backtest
    figures = {report.method: report.scores for report in found.reports}
    assert (figures["drift"].mae, figures["seasonal_naive"].mae) == pytest.approx((0.0, 8.0))
    assert (figures["seasonal_naive"].mase, figures["seasonal_naive"].rmse) == pytest.approx((1.0, 8.0))
    assert found.chosen == "drift"


def test_the_last_window_decides_nothing_and_is_what_is_reported() -> None:
    calm = outlook([series(LINE)], PLAN).backtest
    fallen = outlook([series([*LINE[:-4], *[y - 60 for y in LINE[-4:]]])], PLAN).backtest
    assert fallen.chosen_of == calm.chosen_of == {"sales": "drift"}
    assert [report.earlier for report in fallen.reports] == [report.earlier for report in calm.reports]
    assert next(r.scores.mae for r in fallen.reports if r.method == "drift") == pytest.approx(60)


def test_no_window_sees_what_came_after_its_start() -> None:
    other = [*LINE[:-8], *np.random.default_rng(0).normal(50, 20, 8).tolist()]
    one, two = (fits([series(y)], PLAN) for y in (LINE, other))
    for method in ("seasonal_naive", "drift"):
        assert one[method, 0, 1].forecast.tolist() == two[method, 0, 1].forecast.tolist()
        assert one[method, 0, FULL].forecast.tolist() != two[method, 0, FULL].forecast.tolist()


def test_a_series_too_short_is_named_and_gets_a_wide_naive_interval() -> None:
    long, short = series(LINE), series(LINE[:9], name="young")
    found = outlook([long, short], PLAN)
    young = found.issued[1]
    assert found.backtest.too_short == ("young",)
    assert young.method == "seasonal_naive" and young.y_hat == young.naive
    assert young.note is not None and "too few to test" in str(young.note)
    usual = next(one for one in outlook([long], PLAN, "seasonal_naive").issued)
    assert young.hi_90[0] - young.y_hat[0] > usual.hi_90[0] - usual.y_hat[0]


def test_one_members_explosion_reaches_no_screen() -> None:
    """Every member but one says 100; the combination stays, and the exploding one itself is held in its bound."""
    plan = plan_of(4, 2, ["auto_ets", "auto_ces", "auto_theta", "auto_arima", "seasonal_naive"])
    plan = dataclasses.replace(plan, names=(*plan.names, "combination"), configs={
        **plan.configs, **plan_of(4, 2, ["combination"]).configs})  # fmt: skip
    one = series([100.0 + i % 4 for i in range(32)])
    known = fits([one], dataclasses.replace(plan, names=("seasonal_naive",)))
    naive = {key[2]: fit for key, fit in known.items()}
    members = {(name, 0, window): fit for window, fit in naive.items() for name in plan.names if name != "combination"}
    wild = {key: dataclasses.replace(fit, forecast=fit.forecast * (1e9 if key[0] == "auto_arima" else 1))
            for key, fit in members.items()}  # fmt: skip
    work = combined([one], plan, wild)
    assert work.fits["combination", 0, FULL].forecast == pytest.approx([100, 101, 102, 103], abs=3)
    assert backtest(work).chosen != "auto_arima"
