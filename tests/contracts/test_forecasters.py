"""Every forecaster keeps the contract of `engine.spec.forecaster.Forecaster`."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from engine import catalog
from engine.errors import UnknownName
from engine.market.methods import BASELINE, is_here
from engine.market.running import Refusal, continue_all
from engine.spec.forecaster import FAMILIES, Forecaster, History, Said

ALL = list(catalog.forecasters().values())
HERE = [method for method in ALL if is_here(method)]
SMALL = {"epochs": 2, "rows": 400, "rounds": 20, "hidden": 8}
HORIZON = 6


def seasonal(points: int = 48, seed: int = 0, level: float = 50.0) -> History:
    """A rising monthly series with a season and noise."""
    rng, t = np.random.default_rng(seed), np.arange(points)
    y = level + 0.5 * t + 5 * np.sin(2 * np.pi * t / 12) + rng.normal(0, 0.5, points)
    if_members = {"auto_ets": Said(np.full(HORIZON, 70.0), 0.8), "auto_theta": Said(np.full(HORIZON, 72.0), 0.9)}
    return History(f"series {seed}", y, 12, said=if_members)


def config_of(method: Forecaster) -> object:
    """Settings that are quick."""
    fields = {field.name for field in dataclasses.fields(method.config)}
    return method.config(**{name: value for name, value in SMALL.items() if name in fields})


@pytest.mark.parametrize("method", ALL, ids=lambda m: m.name)
def test_it_describes_itself(method: Forecaster) -> None:
    assert method.title and method.summary.endswith(".") and method.family in FAMILIES
    assert method.config.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert all(field.metadata["label"] for field in dataclasses.fields(method.config))
    assert set(method.members) <= set(catalog.forecasters()) - {method.name}
    assert (method.family == "combination") == bool(method.members)


def test_names_orders_and_the_baseline() -> None:
    assert len({method.order for method in ALL}) == len(ALL)
    assert next(iter(catalog.forecasters())) == BASELINE
    with pytest.raises(UnknownName, match="seasonal_naive"):
        catalog.forecaster("crystal_ball")


@pytest.mark.parametrize("method", HERE, ids=lambda m: m.name)
def test_it_continues_several_series_with_one_finite_number_a_step(method: Forecaster) -> None:
    histories = [seasonal(seed=seed, level=10.0 ** (seed + 1)) for seed in range(3)]
    before = [history.y.copy() for history in histories]
    made = continue_all(method, histories, HORIZON, config_of(method))
    assert [forecast.shape for forecast in made] == [(HORIZON,)] * 3
    assert all(np.isfinite(forecast).all() for forecast in made)
    assert all(np.array_equal(a, history.y) for a, history in zip(before, histories, strict=True))


@pytest.mark.parametrize("method", HERE, ids=lambda m: m.name)
def test_it_says_the_same_twice(method: Forecaster) -> None:
    first, second = (continue_all(method, [seasonal()], HORIZON, config_of(method))[0] for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("method", HERE, ids=lambda m: m.name)
def test_what_is_too_short_is_refused_with_its_length(method: Forecaster) -> None:
    points = method.shortest - 1
    if points < 1:
        return
    (found,) = continue_all(method, [History("short", np.arange(1.0, points + 1), 12)], 3, config_of(method))
    assert isinstance(found, Refusal)
    assert found.values["points"] == points


@pytest.mark.parametrize("method", [m for m in HERE if not m.pooled and not m.members], ids=lambda m: m.name)
def test_a_constant_series_stays_constant(method: Forecaster) -> None:
    (found,) = continue_all(method, [History("still", np.full(30, 7.0), 12)], HORIZON, config_of(method))
    assert found == pytest.approx(np.full(HORIZON, 7.0))


def test_listing_them_imports_no_heavy_library() -> None:
    code = (
        "import sys; from engine import catalog; catalog.forecasters();"
        "print({'torch', 'sklearn', 'statsforecast', 'pandas', 'scipy', 'fracast'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
