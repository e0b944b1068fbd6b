"""Worth of information against worked examples and closed forms."""

import math

import numpy as np
import pytest

from engine.portfolio.information import evpi, evpi_of_states, evppi, evppi_of_one, worths


@pytest.mark.parametrize(
    ("values", "chances", "expected"),
    [
        ([[10, 8, 6], [14, 15, 2], [7, 8, 9]], [0.2, 0.4, 0.4], 2.8),
        ([[400_000, 100_000, -200_000], [0, 0, 0]], [0.5, 0.3, 0.2], 40_000),
    ],
)
def test_worked_examples(values: list[list[float]], chances: list[float], expected: float) -> None:
    """A table of three decisions (9.6 without, 12.4 with information), and a launch of 190,000 USD expected value."""
    assert evpi_of_states(np.array(values, float), np.array(chances)) == pytest.approx(expected)


def loss(mean: float, sd: float) -> float:
    """Worth of perfect information on a normal value against nothing: sd x unit normal loss (Raiffa & Schlaifer)."""
    u = abs(mean) / sd
    density = math.exp(-u * u / 2) / math.sqrt(2 * math.pi)
    return sd * (density - u * 0.5 * math.erfc(u / math.sqrt(2)))


def test_a_normal_value_against_nothing() -> None:
    dice = np.random.default_rng(1)
    a, b = dice.normal(0, 80, 60_000), dice.normal(0, 60, 60_000)
    values = np.stack([50 + a + b, np.zeros(60_000)])
    assert evpi(values) == pytest.approx(loss(50, 100), rel=0.03)
    assert evppi(values, a) == pytest.approx(loss(50, 80), rel=0.04)
    assert evppi(values, b) == pytest.approx(loss(50, 60), rel=0.06)
    assert evppi_of_one(values, 0, a) == pytest.approx(evppi(values, a), rel=0.02)


def test_what_has_no_part_in_it_is_worth_nothing() -> None:
    dice = np.random.default_rng(2)
    value, noise = dice.normal(30, 50, 40_000), dice.normal(0, 1, 40_000)
    values = np.stack([value, np.zeros(40_000)])
    assert evppi(values, noise) < 0.02 * evpi(values)
    first, second = worths(values, {"noise": (0, noise), "value": (None, value)})
    assert (first.name, second.name) == ("value", "noise")
    assert first.share == pytest.approx(1.0, abs=0.02)


def test_a_decision_that_is_sure_gains_nothing() -> None:
    values = np.stack([np.linspace(10, 20, 1000), np.zeros(1000)])
    assert evpi(values) == 0
    assert worths(values, {"x": (None, np.linspace(0, 1, 1000))})[0].share == 0
