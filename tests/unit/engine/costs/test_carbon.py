"""Energy x intensity of the grid, worked out by hand; intensities are Our World in Data's (2023)."""

import pytest

from engine.costs.carbon import grid, grids, kg_co2, serving_footprint, serving_kwh_per_1k, training_footprint
from engine.errors import InputError, UnknownName
from engine.interval import Interval, interval


def test_intensities_are_quoted_by_country() -> None:
    assert (grid("DE").grams_per_kwh, grid("deu").year) == (380.95, 2023)
    assert grid("FR").grams_per_kwh < 60 < 580 < grid("CN").grams_per_kwh
    assert grid("WORLD").grams_per_kwh == 475
    assert {one.grade for one in grids().values()} == {"quoted"}
    assert next(iter(grids())) == "WORLD"
    with pytest.raises(UnknownName, match="WORLD"):
        grid("Atlantis")


def test_energy_of_a_thousand_requests() -> None:
    # 36 W, 10 requests/s at 50 %: 200 s x 36 W = 7,200 J = 0.002 kWh; at 380.95 g that is 0.7619 g.
    energy = serving_kwh_per_1k(interval(36.0), interval(10.0), 0.5)
    assert energy.value == pytest.approx(0.002)
    assert kg_co2(energy, 380.95).value == pytest.approx(0.0007619)


def test_the_ends_combine_worst_with_worst() -> None:
    energy = serving_kwh_per_1k(Interval(36.0, 18.0, 72.0), Interval(10.0, 5.0, 20.0), 0.5)
    assert energy == pytest.approx((0.002, 0.0005, 0.008))


def test_a_run_is_counted_where_the_driver_counts_and_assumed_elsewhere() -> None:
    counted = training_footprint(100.0, "local_gpu", grid("US"), joules=3.6e6)
    assert counted.kg.value == pytest.approx(0.369473)
    assert (counted.grade, counted.kwh.low) == ("modelled", 1.0)
    powered = training_footprint(3600.0, "local_cpu", grid("US"))
    assert powered.kwh == pytest.approx((0.035, 0.015, 0.075))  # 35 W (15 to 75) for an hour
    assert powered.grade == "assumed"
    assert serving_footprint("local_cpu", interval(100.0), 0.3, grid("US")).grade == "assumed"


@pytest.mark.parametrize("utilisation", [0.0, 1.5])
def test_impossible_shares_and_rates_are_refused(utilisation: float) -> None:
    with pytest.raises(InputError, match="utilisation"):
        serving_kwh_per_1k(interval(1.0), interval(1.0), utilisation)
    with pytest.raises(InputError, match="rate of requests"):
        serving_kwh_per_1k(interval(1.0), interval(0.0), 0.5)
    with pytest.raises(InputError, match="power of “abacus”"):
        training_footprint(1.0, "abacus", grid("US"))
