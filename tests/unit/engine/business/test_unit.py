"""What a customer is worth: golden values and closed forms."""

import numpy as np
import pytest

from engine import catalog
from engine.business.cohort import cohort_curve
from engine.business.draws import Futures
from engine.business.simulate import Paths, prepare, simulate
from engine.business.unit import UnitEconomics, lifetime_value, payback_months, unit_economics
from engine.errors import InputError
from tests.unit.engine.business.material import plain_subscription, scenario

CLOSE = 0.005
"""Of the issue: 0.5 %."""


def of(given: object, model: str = "subscription", paths: int = 1) -> tuple[UnitEconomics, Paths]:
    deal = prepare(given, catalog.pricing_model(model), Futures(paths), luck=False)  # type: ignore[arg-type]
    found = simulate(deal)
    return unit_economics(deal, found.totals), found


def test_the_closed_form_of_a_lifetime_value() -> None:
    """margin / churn, and with a discount of 1 % a month both conventions of the golden list."""
    assert lifetime_value(80, 0.05) == pytest.approx(1600)
    assert lifetime_value(80, 0.05, 0.01) == pytest.approx(1346.67, abs=0.01)
    assert lifetime_value(80, 0.05, 0.01, paid="end") == pytest.approx(1266.67, abs=0.01)
    assert lifetime_value(80, 0.05) / 600 == pytest.approx(2.667, abs=0.001)
    assert payback_months(600, 80) == 7.5
    assert payback_months(600, 0) == float("inf")


@pytest.mark.parametrize("churn", [0.0, -0.1, 1.01])
def test_churn_outside_its_limits_is_refused_with_the_rule_and_the_value(churn: float) -> None:
    with pytest.raises(InputError, match=rf"above 0.0 and at most 1.0, not {churn}"):
        lifetime_value(80, churn)


@pytest.mark.parametrize(("discount", "ltv"), [(0.0, 1600.0), (0.01, 1346.67)])
def test_the_simulated_cohort_agrees_with_the_closed_form(discount: float, ltv: float) -> None:
    unit, _ = of(plain_subscription(discount=discount))
    assert unit.ltv[0] == pytest.approx(ltv, rel=CLOSE / 100)
    assert unit.cac[0] == pytest.approx(600)
    assert unit.ratio[0] == pytest.approx(ltv / 600, rel=CLOSE / 100)
    assert unit.payback[0] == pytest.approx(7.5)
    assert unit.margin[0] == pytest.approx(80)


def test_slow_churn_is_followed_past_the_last_computed_month() -> None:
    unit, _ = of(plain_subscription(churn=0.004))
    assert unit.ltv[0] == pytest.approx(80 / 0.004, rel=CLOSE)


def test_expansion_that_outruns_churn_has_no_bound() -> None:
    unit, _ = of(plain_subscription(churn=0.02, expansion_per_month=0.03))
    assert unit.ltv[0] == np.inf


def test_early_churn_is_that_of_the_first_three_months() -> None:
    """1 + s + s^2 + s^3 / (1 - r) months with s = 0.8 early and r = 0.95 later."""
    unit, _ = of(plain_subscription(early_churn_per_month=0.2))
    months = 1 + 0.8 + 0.64 + 0.512 / (1 - 0.95)
    assert unit.ltv[0] == pytest.approx(80 * months, rel=CLOSE / 100)


def test_a_cohort_stays_and_pays_back_as_the_closed_form_says() -> None:
    """80 (1 - .95^n) / .05 reaches 600 in the course of month 10: ln(1 - 600 / 1,600) / ln(.95) = 9.2."""
    curve = cohort_curve(plain_subscription(), catalog.pricing_model("subscription"))
    assert curve.staying[:3] == pytest.approx((1, 0.95, 0.9025))
    assert curve.earned_usd[11] == pytest.approx(1600 * (1 - 0.95**12), rel=CLOSE / 100)
    assert (curve.cac_usd, curve.paid_in) == (pytest.approx(600), 10)
    nobody = cohort_curve(plain_subscription(**{"organic.leads_per_month": 0}), catalog.pricing_model("subscription"))
    assert (nobody.cac_usd, nobody.paid_in) == (None, None)


def test_nobody_who_comes_has_no_cost_of_winning() -> None:
    unit, _ = of(plain_subscription(**{"organic.leads_per_month": 0}))
    assert np.isnan(unit.cac[0])


def test_a_licence_is_worth_its_price_and_its_maintenance() -> None:
    given = scenario(without=("early_churn_per_month", "realised_price"))
    unit, found = of(given, "licence", 64)
    assert found.paths == len(unit.ltv) == 64
    assert (unit.ltv > 0).mean() > 0.9
