"""What every business model promises. A new one is covered by being there."""

import dataclasses
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import catalog
from engine.business.usage import deciles
from engine.errors import ConfigError
from engine.spec import build_config, field_type
from engine.spec.pricing import PricingModel, Use

MODELS = list(catalog.pricing_models().values())
DOCUMENT = Path(__file__).parents[2] / "docs" / "business.md"
MONTHS, PATHS = 6, 4


@pytest.fixture(params=MODELS, ids=[m.name for m in MODELS])
def model(request: pytest.FixtureRequest) -> PricingModel:
    found: PricingModel = request.param
    return found


def terms(model: PricingModel) -> dict[str, Any]:
    """Settings filled with the starting points, the uncertain ones as arrays."""
    config = build_config(model.config, {name: start.value for name, start in model.starts.items()})
    assert model.needs(config) == ()
    model.check(config)
    given = dataclasses.asdict(config)
    spread = np.linspace(0.8, 1.2, PATHS, dtype=np.float32)
    return given | {name: s.value * spread for name, s in model.starts.items() if s.low is not None}


def use(customers: float, share: float = 0.5) -> Use:
    new = np.full((MONTHS, PATHS), customers / 10, np.float32)
    there = np.cumsum(new, axis=0, dtype=np.float32)
    return Use(new, there, there * np.float32(1.1), np.full(PATHS, 4000, np.float32), deciles(np.array([share])))


def totals(model: PricingModel, given: Use) -> dict[str, Any]:
    found = model.earn(terms(model), given)
    return {name: getattr(found, name) for name in found.__dataclass_fields__}


def test_it_has_words_and_a_place(model: PricingModel) -> None:
    assert model.name.isidentifier()
    assert model.title
    assert model.summary.endswith(".")
    assert [m.order for m in MODELS].count(model.order) == 1


def test_its_form_can_be_drawn(model: PricingModel) -> None:
    config: Any = build_config(model.config, {})
    assert config.__dataclass_params__.frozen
    for setting in dataclasses.fields(model.config):
        value, metadata = getattr(config, setting.name), setting.metadata
        assert metadata["label"], setting.name
        assert field_type(model.config, setting.name) in (int, float), setting.name
        assert metadata["minimum"] is not None, f"{setting.name}: no setting of a price list is negative"
        assert value is None or value >= metadata["minimum"], setting.name
    with pytest.raises(ConfigError, match="“nonsense” is no setting here"):
        build_config(model.config, {"nonsense": 1})


def test_no_price_is_invented(model: PricingModel) -> None:
    """What stands for money has no default but 0, and the starting points fill whatever is needed."""
    config = build_config(model.config, {})
    for setting in dataclasses.fields(model.config):
        if "usd" in setting.name:
            assert getattr(config, setting.name) in (None, 0.0), setting.name
    assert set(model.needs(config)) <= model.starts.keys()
    assert model.needs(config), "with nothing typed nothing is known"


def test_starting_points_lie_within_their_limits(model: PricingModel) -> None:
    for name, start in model.starts.items():
        for value in (start.value, start.low, start.high):
            if value is not None:
                build_config(model.config, {name: value})
        assert (start.low or start.value) <= start.value <= (start.high or start.value)


def test_it_has_the_setting_that_all_are_compared_by(model: PricingModel) -> None:
    assert "sign_ups" in {setting.name for setting in dataclasses.fields(model.config)}


def test_what_it_earns_has_the_shape_of_its_customers(model: PricingModel) -> None:
    for name, values in totals(model, use(100)).items():
        shape = np.broadcast_shapes(np.shape(values), (MONTHS, PATHS))
        assert shape == (MONTHS, PATHS), name
        assert np.isfinite(values).all(), name
        assert (np.asarray(values) >= 0).all(), name


def test_it_earns_alike_when_asked_again(model: PricingModel) -> None:
    first, again = totals(model, use(100)), totals(model, use(100))
    assert all(np.array_equal(first[name], again[name]) for name in first)


def test_two_groups_earn_together_what_they_earn_apart(model: PricingModel) -> None:
    """Also the tenths of the customers, which margins are shown by."""
    whole = use(100)
    part = 1 / len(whole.deciles)
    tenths = [
        Use(whole.new * part, whole.customers * part, whole.units * part, whole.requests, whole.deciles[i : i + 1])
        for i in range(len(whole.deciles))
    ]
    together = totals(model, whole)
    apart = [totals(model, tenth) for tenth in tenths]
    for name, values in together.items():
        assert np.allclose(sum(group[name] for group in apart), values, rtol=1e-4), name


def test_nobody_brings_nothing(model: PricingModel) -> None:
    assert all(not np.any(values) for values in totals(model, use(0)).values())


def test_recurring_revenue_is_part_of_the_revenue(model: PricingModel) -> None:
    found = totals(model, use(100))
    assert (found["recurring_usd"] <= found["revenue_usd"] * (1 + 1e-6)).all()
    assert (found["paying"] <= use(100).customers + use(100).new + 1e-6).all()


def test_heavier_use_never_asks_for_less_serving(model: PricingModel) -> None:
    light = use(100)
    heavy = replace(light, requests=light.requests * 2)
    assert (totals(model, heavy)["requests"] >= totals(model, light)["requests"]).all()


def test_its_plans_hold_all_customers(model: PricingModel) -> None:
    given = {name: value if value is None else float(np.mean(value)) for name, value in terms(model).items()}
    plans = model.tiers(given)
    if not plans:
        return
    assert sum(plan.share for plan in plans) == pytest.approx(1)
    whole = use(100)
    parts = sum(model.earn(p.terms, whole).revenue_usd * p.share for p in plans)
    assert np.allclose(parts, model.earn(given, whole).revenue_usd, rtol=1e-4)


def test_the_documentation_names_it(model: PricingModel) -> None:
    assert f"| `{model.name}` |" in DOCUMENT.read_text(encoding="utf-8")


def test_listing_models_loads_nothing_heavy() -> None:
    script = (
        "import sys; from engine import catalog; catalog.pricing_models();"
        "print(sorted({'torch', 'sklearn', 'scipy', 'pandas', 'SALib'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
