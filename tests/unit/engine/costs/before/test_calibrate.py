import math

import numpy as np
import pytest

from engine.costs.before.calibrate import Observed, doubt, errors_unseen, fit, predict, unfitted
from engine.costs.before.prior import Kind, Prior, prior

KNOWN = Prior(
    kinds={"fixed": Kind(1.0, 0.5), "work": Kind(0.1, 0.5, parallel=0.9), "clock": Kind(1.0, 0.1, clock=True)},
    machine_spread=0.5,
    threads_spread=0.3,
    noise=0.05,
    errors=(-0.1, 0.1),
)


def runs(machine: float, work: float, count: int = 12) -> list[Observed]:
    """Runs of a machine that is `machine` times slower, where a unit of work takes `work` times as long again."""
    found = []
    for place in range(count):
        amounts = {"fixed": 1.0, "work": 5.0 * (place + 1)}
        seconds = machine * (1.0 + 0.1 * work * amounts["work"])
        found.append(Observed(f"r{place}", 1, [([amounts], seconds), ([{"clock": 3.0}], 3.0)]))
    return found


def test_without_runs_the_prior_speaks() -> None:
    fitted = fit(KNOWN, [])
    assert fitted == unfitted(KNOWN)
    assert predict(KNOWN, fitted, {"fixed": 2.0, "work": 10.0}, 1) == pytest.approx(3.0)
    assert predict(KNOWN, fitted, {"work": 10.0}, 2) == pytest.approx(10 * 0.1 * (0.1 + 0.9 / 2))  # Amdahl's law


def test_several_runs_find_what_a_unit_takes_and_one_moves_towards_it() -> None:
    truth = 2.0 * (1.0 + 0.1 * 1.5 * 40)
    asked = {"fixed": 1.0, "work": 40.0}
    before, one, many = (predict(KNOWN, fit(KNOWN, runs(2.0, 1.5, count)), asked, 1) for count in (0, 1, 12))
    assert many == pytest.approx(truth, rel=0.02)
    assert abs(math.log(many / truth)) < abs(math.log(one / truth)) < abs(math.log(before / truth))
    open_before, open_after = (doubt(KNOWN, fit(KNOWN, runs(2.0, 1.5, count)), [asked], 1) for count in (0, 12))
    assert open_after < open_before / 5


def test_a_clock_is_not_slowed_by_a_slow_machine() -> None:
    fitted = fit(KNOWN, runs(3.0, 1.0))
    assert predict(KNOWN, fitted, {"clock": 3.0}, 1) == pytest.approx(3.0, rel=0.02)


def test_one_run_on_a_busy_machine_hardly_counts() -> None:
    good = runs(1.0, 1.0)
    busy = Observed("busy", 1, [([{"fixed": 1.0, "work": 30.0}], 5 * 4.0)])
    expected = predict(KNOWN, fit(KNOWN, good), {"fixed": 1.0, "work": 30.0}, 1)
    assert predict(KNOWN, fit(KNOWN, [*good, busy]), {"fixed": 1.0, "work": 30.0}, 1) == pytest.approx(
        expected, rel=0.03
    )


def test_errors_are_of_runs_left_out() -> None:
    observed = runs(1.0, 1.0)
    odd = Observed("odd", 1, [([{"fixed": 1.0, "work": 30.0}], 2 * 4.0)])
    fitted = fit(KNOWN, [*observed, odd])
    unseen = errors_unseen(KNOWN, [*observed, odd], fitted)
    errors = [one.error for one in unseen]
    assert all(KNOWN.noise / 2 < one.spread < 3 * KNOWN.noise for one in unseen)
    assert errors[-1] == pytest.approx(math.log(2), abs=0.05)
    assert np.abs(errors[:-1]).max() < 0.05


def test_a_peak_is_its_fullest_moment() -> None:
    held = Observed("m", 1, [([{"fixed": 1.0}, {"work": 100.0}], 20.0)])
    fitted = fit(KNOWN, [held] * 6)
    assert fitted.shifts["work"] > 0.1 > abs(fitted.shifts["fixed"])


@pytest.mark.parametrize("quantity", ["seconds", "megabytes"])
def test_the_stated_prior_is_whole(quantity: str) -> None:
    stated = prior(quantity)
    assert all(kind.unit > 0 and kind.spread > 0 and 0 <= kind.parallel <= 1 for kind in stated.kinds.values())
    assert min(stated.errors) < 0 < max(stated.errors)
