"""Key figures with their unit in the label."""

import pytest

from dashboard.components.kpis import Kpi, _in_label
from dashboard.formats import NBSP


@pytest.mark.parametrize(
    ("value", "interval", "number", "ends"),
    [
        ("15 万美元", "8.2 万美元至 17 万美元", "15", "8.2 至 17"),
        ("15 万美元", "9,000 美元至 17 万美元", "15", "9,000 美元至 17 万美元"),
        ("$152K", "$82K to $169K", "$152K", "$82K to $169K"),
    ],
)
def test_a_chinese_unit_goes_to_the_label(value: str, interval: str, number: str, ends: str) -> None:
    given = Kpi("最低现金", value.replace(" ", NBSP), "measured", interval.replace(" ", NBSP))
    _label, shown, range_shown = _in_label(given)
    assert (shown, range_shown) == (number, ends.replace(" ", NBSP))
