import numpy as np
import pytest

from engine.evaluation.paired import compare
from engine.evaluation.pareto import RESAMPLED, dominated, drawn, joint_quality, pareto_front
from engine.evaluation.stored import Predictions
from engine.interval import Interval, interval


def _run(name: str, right: int, n: int = 100, shift: int = 0) -> Predictions:
    """`right` of `n` rows right, the wrong ones after `shift` rows."""
    y = np.zeros(n, dtype=np.int64)
    answers = np.zeros(n, dtype=np.int64)
    answers[(np.arange(right, n) + shift) % n] = 1
    return Predictions(name, y, np.arange(n), np.eye(2, dtype=np.float32)[answers])


def _front(quality: list[float], cost: list[float], latency: list[float]) -> list[bool]:
    beaten = dominated(*(np.array([values]) for values in (quality, cost, latency)))
    return [not row.any() for row in beaten[0]]


def test_domination_by_hand() -> None:
    # b is beaten by a; c is dearest and best; d is worst but fastest; e equals a and beats it in nothing.
    assert _front([0.9, 0.8, 0.95, 0.5, 0.9], [1, 2, 3, 3, 1], [10, 10, 20, 5, 10]) == [True, False, True, True, True]


def test_who_beats_whom_is_named() -> None:
    runs = [_run("good", 90), _run("poor", 60)]
    good, poor = pareto_front(runs, [interval(1.0), interval(1.0)], [interval(5.0), interval(5.0)])
    assert (good.on_front, good.beaten_by, good.chance) == (True, (), 1.0)
    assert (poor.on_front, poor.beaten_by, poor.chance) == (False, (0,), 0.0)
    assert (good.quality, poor.quality) == (0.9, 0.6)


def test_near_runs_share_the_chance() -> None:
    """Equal quality on different rows, equal cost and latency: each is on the front about every second time."""
    runs = [_run("a", 90), _run("b", 90, shift=50)]
    found = pareto_front(runs, [interval(1.0)] * 2, [interval(5.0)] * 2)
    assert all(0.4 < one.chance < 0.65 for one in found)  # ties leave both on the front
    assert all(one.on_front for one in found)


def test_an_uncertain_latency_makes_an_uncertain_front() -> None:
    runs = [_run("a", 90), _run("b", 90)]
    apart = pareto_front(runs, [interval(1.0)] * 2, [Interval(5.0, 4.9, 5.1), Interval(6.0, 5.9, 6.1)])
    near = pareto_front(runs, [interval(1.0)] * 2, [Interval(5.0, 3.5, 7.2), Interval(6.0, 4.2, 8.6)])
    assert apart[1].chance == 0.0
    assert 0.1 < near[1].chance < 0.5


def test_draws_of_an_interval_have_its_ends() -> None:
    values = drawn(Interval(10.0, 8.0, 12.5), np.random.default_rng(0))
    assert len(values) == RESAMPLED
    assert np.quantile(values, (0.025, 0.5, 0.975)) == pytest.approx((8.0, 10.0, 12.5), rel=0.03)
    assert set(drawn(interval(3.0), np.random.default_rng(0))) == {3.0}


def test_joint_quality_is_paired() -> None:
    """What is hard is hard for both: the difference varies as the paired test says, less than independent ones."""
    runs = [_run("a", 90), _run("b", 85)]
    points, samples = joint_quality(runs, "quality.accuracy", 0)
    paired = compare(*runs)
    assert points == pytest.approx((0.9, 0.85))
    low, high = np.quantile(samples[:, 0] - samples[:, 1], (0.025, 0.975))
    assert (low, high) == pytest.approx((paired.low, paired.high), abs=0.011)
    assert np.std(samples[:, 0] - samples[:, 1]) < 0.7 * np.hypot(*samples.std(axis=0))
