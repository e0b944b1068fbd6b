"""The serving curve in a business: few requests cost more each, and the parts of a whole agree with it."""

from dataclasses import replace

import numpy as np
import pytest

from engine import catalog
from engine.business.groups import by_tenth, middle
from engine.business.load import curve_of, times_dearer
from engine.business.margin import SECONDS_PER_MONTH
from engine.business.scenario import from_document, to_document
from engine.business.simulate import simulate
from tests.unit.engine.business.material import fixed

MODEL = catalog.pricing_model("subscription")


def test_a_curve_is_the_rising_rates_and_what_a_request_takes_at_each() -> None:
    assert curve_of([10.0, 25.0, 20.0, 40.0]) == ((10.0, 4.0), (25.0, 1.6), (40.0, 1.0))
    assert curve_of([10.0]) == curve_of([]) == curve_of([10.0, 8.0]) == ()
    curve, half = curve_of([10.0, 40.0]), SECONDS_PER_MONTH * 0.5
    assert times_dearer(curve, np.array([0.0, 10 * half]), 0.5).tolist() == [4.0]
    asked = np.array([5 * half, 25 * half, 40 * half, 900 * half])
    assert times_dearer(curve, asked, 0.5) == pytest.approx([4.0, 2.5, 1.0, 1.0])


def test_few_requests_cost_by_the_curve_and_the_tenths_add_up() -> None:
    plain = fixed(hires=(), money=())
    curved = replace(plain, curve=((1000.0, 2.5), (2500.0, 1.0)))
    assert from_document(to_document(curved)) == curved
    flat, dear = (simulate(middle(given, MODEL)).totals for given in (plain, curved))
    assert dear["serving"] == pytest.approx(2.5 * flat["serving"], rel=1e-5), "far below 1,000 a second"
    for one, other in zip(by_tenth(plain, MODEL), by_tenth(curved, MODEL), strict=True):
        assert other.serving == pytest.approx(2.5 * one.serving, rel=1e-4)
