"""The measurement, on predictors whose speed is known."""

import time
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.errors import InputError
from engine.inference import serving
from engine.inference.serving import ServingPoint, saturated, serving_curve, single_latency


class Sleeps:
    """Takes `each` seconds a call and `more` seconds a text."""

    labels = ("a",)
    bytes = 0

    def __init__(self, each: float, more: float = 0.0) -> None:
        self._each, self._more = each, more
        self.calls = 0

    def predict(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.calls += 1
        time.sleep(self._each + self._more * len(texts))
        return np.ones((len(texts), 1), dtype=np.float32)


def level(concurrency: int, rate_rps: float, p95_ms: float = 10.0) -> ServingPoint:
    return ServingPoint(concurrency, rate_rps, rate_rps, rate_rps, p95_ms, p95_ms, p95_ms, p95_ms, 20)


def test_a_model_that_batches_well_gets_faster_with_clients() -> None:
    points = serving_curve(Sleeps(0.02), ["a", "b"], (1, 2, 4, 8), 0.4)
    levels = [p.concurrency for p in points]
    assert levels == [1, 2, 4, 8][: len(levels)]
    assert points[0].rate_rps <= 50
    assert points[-1].rate_rps > 1.5 * points[0].rate_rps
    for point in points:
        assert point.rate_low <= point.rate_rps <= point.rate_high
        assert point.p95_low <= point.p95_ms <= point.p95_high
        assert 20 <= point.p50_ms <= point.p95_ms
        assert point.requests >= 20


def test_levels_that_bring_nothing_end_the_curve() -> None:
    grew = [level(1, 100.0), level(2, 100.0), level(4, 180.0)]
    assert not saturated(grew)
    assert not saturated([*grew, level(8, 181.0)])
    assert saturated([*grew, level(8, 181.0), level(16, 185.0)])
    assert not saturated([*grew, level(8, 181.0), level(16, 186.0)])
    assert saturated([level(1, 0.4, p95_ms=2_001.0)])


def test_a_slow_level_ends_the_curve_after_twenty_requests_or_five_times_its_seconds() -> None:
    begun = time.perf_counter()
    points = serving_curve(Sleeps(0.05), ["a"], (1, 2), 0.1)
    assert time.perf_counter() - begun > 0.5
    assert points[0].requests < 20
    assert 0 < points[0].rate_rps <= 20


def test_a_p95_above_two_seconds_ends_the_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.inference.serving.SLOWEST_P95_MS", 5.0)
    assert len(serving_curve(Sleeps(0.01), ["a"], (1, 2, 4), 0.1)) == 1


def test_the_fault_of_a_model_is_raised() -> None:
    class Broken(Sleeps):
        def predict(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if self.calls > 5:
                raise ValueError("broken")
            return super().predict(texts)

    with pytest.raises(ValueError, match="broken"):
        serving_curve(Broken(0.001), ["a"], (4,), 0.2)


def test_single_latency_is_that_of_the_calls() -> None:
    model = Sleeps(0.005)
    latency = single_latency(model, ["a", "b"], 30)
    assert model.calls == 33
    assert 5 <= latency.p50.low <= latency.p50.value <= latency.p50.high < 15
    assert latency.p50.value <= latency.p95.value
    assert latency.p95.low <= latency.p95.value <= latency.p95.high
    assert (latency.p50.n, len(latency.p50.quantiles)) == (30, 101)


def test_measuring_needs_a_text() -> None:
    with pytest.raises(InputError, match="at least one text"):
        serving_curve(Sleeps(0.0), [], (1,), 0.1)
    with pytest.raises(InputError, match="at least one text"):
        single_latency(Sleeps(0.0), [])


@pytest.mark.parametrize("n", [1, 2, 7, 40])
def test_intervals_are_those_of_resamples_that_are_drawn(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "RESAMPLES", 20_000)
    times = np.random.default_rng(1).lognormal(size=n)
    drawn = np.quantile(np.random.default_rng(2).choice(times, size=(20_000, n)), (0.5, 0.95), axis=1)
    for ours, theirs in zip(serving._quantiles(times, 0), drawn, strict=True):
        for share in (0.025, 0.25, 0.75, 0.975):
            end = np.quantile(ours, share)
            assert np.mean(theirs < end) - 0.02 <= share <= np.mean(theirs <= end) + 0.02


def test_a_level_is_measured_as_long_as_is_wished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROSPECTUS_LOAD_MS")
    assert serving.load_seconds() == 0.6
    monkeypatch.setenv("PROSPECTUS_LOAD_MS", "1200")
    assert serving.load_seconds() == 1.2
    for wrong in ("soon", "0", "-5", "60001", "0.6"):
        monkeypatch.setenv("PROSPECTUS_LOAD_MS", wrong)
        with pytest.raises(
            InputError, match=f"PROSPECTUS_LOAD_MS must be a whole number from 20 to 60000, not “{wrong}”"
        ):
            serving_curve(Sleeps(0.0), ["a"])
