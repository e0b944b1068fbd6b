import math
from dataclasses import replace

import pytest

from engine.costs.before import energy
from engine.costs.before.calibrate import Unseen, spread, unfitted
from engine.costs.before.devices import on_gpu
from engine.costs.before.estimate import (
    Calibration,
    Finished,
    calibrate,
    estimate,
    half_width,
    quantile,
    uncalibrated,
)
from engine.costs.before.prior import prior
from engine.costs.large.speed import gpu
from engine.errors import InputError
from engine.interval import Interval
from engine.spec.work import Bought, Work

WORK = Work(
    {"setup": {"start": 1}, "fit": {"torch": 1, "gflop_trained": 500}, "serve": {"clock": 3, "curves": 1}},
    {"train": {"mb_python": 1, "mb_torch": 1, "mb_batch": 300}, "export": {"mb_python": 1}},
)


def test_four_figures_that_belong_together() -> None:
    found = estimate(WORK, 1, uncalibrated(), watts=36.0, usd_per_hour=0.36)
    assert sum(found.phases.values()) == pytest.approx(found.seconds.value)
    assert sum(found.memory_parts.values()) == pytest.approx(found.peak_memory_mb.value)
    assert found.usd.value == pytest.approx(found.seconds.value * 0.0001)
    assert found.energy_kwh.value == pytest.approx(36.0 * found.seconds.value / 3.6e6)
    for figure in (found.seconds, found.peak_memory_mb, found.energy_kwh, found.usd):
        assert 0 < figure.low < figure.value < figure.high
    assert (found.runs, found.grade) == (0, "assumed")


def test_own_runs_narrow_the_interval_and_move_the_value() -> None:
    before = estimate(WORK, 1, uncalibrated(), watts=35.0, usd_per_hour=0.02)
    runs = []
    for place in range(12):
        work = Work({**WORK.phases, "fit": {"torch": 1, "gflop_trained": 100.0 * (place + 1)}}, WORK.moments)
        told = estimate(work, 1, uncalibrated(), watts=35.0, usd_per_hour=0.02)
        slow = {name: seconds * (3.0 if name == "fit" else 1.0) for name, seconds in told.phases.items() if seconds}
        runs.append(Finished(f"r{place}", 1, work, slow, told.peak_memory_mb.value * 1.1))
    learned = Calibration.from_dict(calibrate(runs).as_dict())
    after = estimate(WORK, 1, learned, watts=35.0, usd_per_hour=0.02)
    truth = sum(before.phases.values()) + 2 * before.phases["fit"]
    assert after.seconds.value == pytest.approx(truth, rel=0.05)
    assert after.seconds.high / after.seconds.low < before.seconds.high / before.seconds.low
    assert after.peak_memory_mb.value == pytest.approx(1.1 * before.peak_memory_mb.value, rel=0.03)
    assert after.runs == 12
    older = {name: value for name, value in learned.as_dict().items() if name != "seconds_unseen"}
    assert Calibration.from_dict(older) == uncalibrated()


def test_the_error_that_nine_in_ten_keep_within_is_of_a_rank_between_two() -> None:
    """Hutson 1999: rank 0.9 (n + 1) of n, in proportion between its neighbours."""
    assert quantile([0.01 * n for n in range(1, 20)]) == pytest.approx(0.18)  # n = 19: the 18th
    assert quantile([0.01 * n for n in range(1, 16)]) == pytest.approx(0.144)  # n = 15: between the 14th and the last
    assert quantile([0.03, 0.01, 0.02]) == 0.03  # rank 3.6 of 3: no less than the largest


def test_the_interval_follows_what_is_open_about_the_run_itself() -> None:
    """Lei et al. 2018, section 5.2, by hand: errors as multiples of what was expected, times what is expected here."""
    stated, fitted = prior("seconds"), unfitted(prior("seconds"))
    known, unknown = [{"start": 1.0}], [{"krows_uncounted": 1.0}]
    unseen = [Unseen(0.1 * (-1) ** n, 0.05) for n in range(9)]
    for parts in (known, unknown):
        expected = 2.0 * spread(stated, fitted, parts, 1)
        assert half_width(stated, fitted, unseen, parts, 1) == pytest.approx(expected)
    assert spread(stated, fitted, known, 1) == pytest.approx(math.sqrt(0.5**2 + 0.3**2 + 0.12**2))  # as prior.yml says
    few = half_width(stated, fitted, unseen[:3], known, 1)
    errors = quantile([0.1] * 3 + [abs(error) for error in stated.errors])
    assert few == pytest.approx(math.hypot(errors, 1.645 * math.sqrt(0.5**2 + 0.3**2)))


def test_a_gpu_takes_the_arithmetic_and_leaves_the_rest() -> None:
    here = estimate(WORK, 1, uncalibrated(), watts=35.0, usd_per_hour=0.02)
    there = estimate(on_gpu(WORK, gpu("t4")), 1, uncalibrated(), watts=35.0, usd_per_hour=0.02)
    expected = here.phases["fit"] - 500 * 0.018 + 500 / (65e3 * 0.15)
    assert there.phases["fit"] == pytest.approx(expected, rel=0.3)
    assert there.phases["serve"] == here.phases["serve"]


def test_energy_is_power_times_time() -> None:
    assert energy.kwh(Interval(3600, 1800, 7200), 1000.0) == Interval(1.0, 0.5, 2.0)
    assert energy.power_of("local_cpu").watts.value == 35.0
    assert energy.power_of_gpu("h100").watts.high == 700.0
    for ask in (energy.power_of, energy.power_of_gpu):
        with pytest.raises(InputError, match="abacus"):
            ask("abacus")


def test_a_recipe_that_does_not_count_gets_a_wide_interval() -> None:
    narrow = estimate(WORK, 1, uncalibrated(), watts=35.0, usd_per_hour=0.02)
    wide = estimate(Work(WORK.phases, WORK.moments, counted=False), 1, uncalibrated(), watts=35.0, usd_per_hour=0.02)
    assert math.log(wide.seconds.high / wide.seconds.value) > math.log(narrow.seconds.high / narrow.seconds.value)


def test_what_an_api_is_to_get_is_counted_before_it_is_asked() -> None:
    """100 requests of 400 characters: 100 tokens each in English at 4 a token (3 to 5), an answer of 2 (1 to 6)."""
    asks = Bought(100, 40_000.0, "en", 4, 10.0, 100.0, "typed", 0.5)
    bought = Work({"evaluate": {"requests_waited": 40.0}}, {"evaluate": {"mb_python": 1}}, bought=asks)
    assert Work.from_dict(bought.as_dict()) == bought
    found = estimate(bought, 1, uncalibrated(), watts=35.0, usd_per_hour=0.36, grade="quoted")
    assert found.bought is not None
    assert found.bought.tokens_read == (10_000, 8_000, pytest.approx(40_000 / 3))
    assert found.bought.tokens_written == (200, 100, 400)
    assert found.bought.usd == pytest.approx((0.12, 0.09, 40_000 / 3 * 1e-5 + 0.04))
    assert found.usd.value == pytest.approx(found.seconds.value * 0.0001 + 0.12)
    assert (found.seconds.value, found.grade) == (pytest.approx(40.0), "assumed")
    capped = estimate(replace(bought, bought=replace(asks, cap_usd=0.1)), 1, uncalibrated(), watts=1.0, usd_per_hour=0)
    assert capped.usd == pytest.approx((0.1, 0.09, 0.1))
