"""TAM, SAM and SOM: products of what was typed, ranges by Monte Carlo, nothing invented, nothing impossible."""

import math

import numpy as np
import pytest

from engine.errors import InputError
from engine.market.size import (
    BUYERS,
    MEASURES,
    REACHABLE,
    REACHABLE_SHARE,
    RELEVANT,
    SPEND,
    TRADE,
    WINNABLE,
    WINNABLE_SHARE,
    Given,
    market_size,
    normal_quantile,
)

BOTTOM = {BUYERS: Given(1000), REACHABLE: Given(400), WINNABLE: Given(20), SPEND: Given(300)}
TOP = {TRADE: Given(3e6), RELEVANT: Given(0.5), REACHABLE_SHARE: Given(0.2), WINNABLE_SHARE: Given(0.1)}


def test_without_inputs_everything_is_unknown_and_says_what_is_missing() -> None:
    found = market_size({})
    assert all(one.figure is None and one.missing for one in found.sized.values())
    assert found.best("sam").missing == (REACHABLE, SPEND)


def test_the_value_is_the_product_of_what_was_typed() -> None:
    found = market_size({**BOTTOM, **TOP})
    values = {key: one.figure.value for key, one in found.sized.items() if one.figure}
    assert [values["bottom_up", level] for level in MEASURES] == [300_000, 120_000, 6_000]
    assert [values["top_down", level] for level in MEASURES] == pytest.approx([1_500_000, 300_000, 30_000])
    assert found.best("som").approach == "bottom_up"
    assert set(found.sized["bottom_up", "tam"].exact) == {BUYERS, SPEND}


def test_top_down_speaks_where_bottom_up_is_empty() -> None:
    found = market_size({**TOP, BUYERS: Given(1000)})
    assert found.best("tam").approach == "top_down"
    assert not found.disagreements


def test_two_lognormals_multiply_as_their_closed_form_says() -> None:
    """Medians multiply; the log-widths of independent factors add in squares."""
    buyers, spend = Given(1000, 500, 2000), Given(300, 100, 900)
    found = market_size({BUYERS: buyers, SPEND: spend}, draws=100_000).sized["bottom_up", "tam"].figure
    assert found is not None
    reach = math.hypot(math.log(2), math.log(3))
    assert found.value == 300_000
    assert math.log(found.high / found.value) == pytest.approx(reach, rel=0.03)
    assert math.log(found.value / found.low) == pytest.approx(reach, rel=0.03)


def test_a_share_is_triangular() -> None:
    """The 2.5 % point of a triangle over 0 to 1 with its peak at 0.5 is sqrt(0.025 / 2)."""
    found = market_size({TRADE: Given(1), RELEVANT: Given(0.5, 0, 1)}, draws=100_000).sized["top_down", "tam"].figure
    assert found is not None
    assert found.low == pytest.approx(math.sqrt(0.0125), abs=0.005)
    assert found.high == pytest.approx(1 - math.sqrt(0.0125), abs=0.005)


def test_what_is_part_of_a_market_is_never_larger_than_it() -> None:
    wide = {BUYERS: Given(100, 50, 1000), REACHABLE: Given(90, 10, 900), WINNABLE: Given(80, 1, 900), SPEND: Given(1)}
    found = market_size(wide)
    tam, sam, som = (found.sized["bottom_up", level].figure for level in MEASURES)
    assert tam and sam and som
    assert tam.low >= sam.low >= som.low
    assert tam.high >= sam.high >= som.high


def test_the_same_seed_gives_the_same_range() -> None:
    ranged = {BUYERS: Given(1000, 500, 2000), SPEND: Given(300, 100, 900)}
    assert market_size(ranged).sized == market_size(ranged).sized
    assert market_size(ranged, seed=1).sized != market_size(ranged).sized


def test_both_approaches_say_by_how_much_they_differ() -> None:
    tam = market_size({**BOTTOM, **TOP}).disagreements[0]
    assert (tam.level, tam.ratio.value, tam.apart) == ("tam", pytest.approx(0.2), True)
    ranged = {**BOTTOM, **TOP, BUYERS: Given(1000, 100, 10_000)}
    assert not market_size(ranged).disagreements[0].apart


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({BUYERS: Given(-5)}, "from 0 upwards, not -5"),
        ({SPEND: Given(math.nan)}, "not nan"),
        ({RELEVANT: Given(1.2)}, "at most 100 %, not 120 %"),
        ({BUYERS: Given(10, 20, 30)}, "10 must lie between 20 and 30"),
        ({BUYERS: Given(10, 5)}, "both ends"),
        ({BUYERS: Given(100), REACHABLE: Given(300)}, "cannot exceed"),
        ({BUYERS: Given(100), WINNABLE: Given(300)}, "cannot exceed"),
        ({BUYERS: Given(100, 50, 200), REACHABLE: Given(60, 30, 900)}, "900"),
        ({"market.guess": Given(1)}, "is no input"),
    ],
)
def test_what_cannot_be_is_refused_by_name_rule_and_value(given: dict[str, Given], said: str) -> None:
    with pytest.raises(InputError, match=said):
        market_size(given)


def test_the_normal_quantile_is_scipys() -> None:
    from scipy.stats import norm

    u = np.concatenate((np.linspace(1e-9, 0.05, 500), np.linspace(0.05, 0.95, 500), 1 - np.logspace(-9, -2, 500)))
    assert np.abs(normal_quantile(u) - norm.ppf(u)).max() < 1e-7
