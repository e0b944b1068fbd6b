"""Tables of what really happened: churn and use by hand, and what is refused with row, rule and value."""

from datetime import date

import numpy as np
import pytest

from engine import catalog
from engine.business.actuals import from_document, purchases_of, read_actuals
from engine.business.against import against
from engine.errors import DataError
from tests.unit.engine.business.material import scenario

TODAY = date(2026, 6, 30)
SUBSCRIPTIONS = {
    "Customer": ["a", "b", "c", "d"],
    "start": ["2026-01-10", "2026-01-20", "2026-02-01", "2025-12-05"],
    "end": ["", "2026-02-11", "", "2026-05-31"],
}


def test_churn_of_subscriptions_is_lost_over_months_at_risk() -> None:
    """Early: a 3, b 2 (lost in its second month), c 3, d 3 months. Later: a 2, c 1, d 3 (lost in the third)."""
    found = read_actuals(SUBSCRIPTIONS, "subscriptions", TODAY)
    assert found.customers == 4
    assert [(m.month, m.customers) for m in found.months[:3]] == [("2025-12", 1), ("2026-01", 3), ("2026-02", 4)]
    assert found.early_churn is not None and found.churn is not None
    assert (found.early_churn.value, found.early_churn.n) == pytest.approx((1 / 11, 11))
    assert (found.churn.value, found.churn.n) == pytest.approx((1 / 6, 6))
    assert found.churn.low < 1 / 6 < found.churn.high
    assert from_document(found.document()) == found
    assert [(row.month, row.staying) for row in found.cohorts] == [
        ("2025-12", (1, 1, 1, 1, 1, 1)),
        ("2026-01", (2, 2, 1, 1, 1)),
        ("2026-02", (1, 1, 1, 1)),
    ]
    assert (found.staying[2].value, found.staying[2].n) == pytest.approx((3 / 4, 4))


def test_invoices_give_revenue_use_and_the_heaviest_tenth() -> None:
    rows = 20
    table = {
        "customer": [f"c{i % 10}" for i in range(rows)],
        "date": ["2026-04-03"] * 10 + ["2026-05-03"] * 10,
        "amount": ["10"] * rows,
        "requests": [("910" if i % 10 == 0 else "10") for i in range(rows)],
        "currency": ["usd"] * rows,
    }
    found = read_actuals(table, "invoices", TODAY)
    assert [(m.month, m.customers, m.revenue_usd) for m in found.months] == [("2026-04", 10, 100), ("2026-05", 10, 100)]
    assert found.requests_per_customer == pytest.approx(100)
    assert found.top_tenth_share == pytest.approx(0.91)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start": ["31.1.2026", "2026-01-20", "2026-02-01", "2025-12-05"]}, "Row 2, column “start”: a day such as"),
        (
            {"start": ["2026-01-10", "2027-01-20", "2026-02-01", "2025-12-05"]},
            "Row 3, .*that is not in the future",
        ),
        ({"end": ["2025-01-01", "", "", ""]}, "a day not before the start is needed, not “2025-01-01”"),
        ({"customer": ["a", " ", "b", "c"]}, "Row 3, column “customer”: a customer is needed, not “”"),
        ({"currency": ["USD", "EUR", "USD", "USD"]}, "must be in USD; the file has EUR, USD"),
    ],
)
def test_a_wrong_cell_is_named_with_row_rule_and_value(change: dict[str, list[str]], said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_actuals(SUBSCRIPTIONS | change, "subscriptions", TODAY)


def test_a_missing_column_and_a_wrong_amount_are_named() -> None:
    with pytest.raises(
        DataError, match=r"invoices need a column for amount, named one of amount, .*found: customer, date"
    ):
        read_actuals({"customer": ["a"], "date": ["2026-01-01"]}, "invoices", TODAY)
    with pytest.raises(DataError, match="Row 2, column “amount”: a number of at least 0 is needed, not “-4”"):
        purchases_of({"customer": ["a"], "date": ["2026-01-01"], "amount": ["-4"]}, TODAY)


def test_exports_of_other_programs_are_understood() -> None:
    """Headings with spaces, days without noughts or in Chinese, an end that is still to come, dollars by a sign."""
    table = {
        "Customer ID": ["a", "b", "c"],
        "Start date": ["2026/1/5", "2026年2月1日", "2026-03-01 10:22:00"],
        "Cancelled At": ["2027-01-01", "", "2026-04-02T08:00:00Z"],
        "Currency": ["USD", "$", "US$"],
    }
    found = read_actuals(table, "subscriptions", TODAY)
    plain = {
        "customer": ["a", "b", "c"],
        "start": ["2026-01-05", "2026-02-01", "2026-03-01"],
        "end": ["", "", "2026-04-02"],
    }
    assert found == read_actuals(plain, "subscriptions", TODAY)
    with pytest.raises(DataError, match=r"subscriptions need a column for start, named one of start, .*开始日期"):
        read_actuals({"customer": ["a"], "end": [""]}, "subscriptions", TODAY)


def test_purchases_become_arrays() -> None:
    bought = purchases_of({"client": ["x", "y", "x"], "day": ["2026-01-01"] * 3, "total": ["$1,000", "2", "3"]}, TODAY)
    assert bought.customer.tolist() == [0, 1, 0]
    assert bought.amount.tolist() == [1000, 2, 3]
    assert np.ptp(bought.day) == 0


def test_the_plan_stands_beside_what_was_seen() -> None:
    seen = read_actuals(SUBSCRIPTIONS, "subscriptions", TODAY)
    rows = against(scenario(), catalog.pricing_model("subscription"), seen, "x")
    assert [row.month for row in rows] == [month.month for month in seen.months]
    assert rows[0].seen_customers == 1
    assert rows[0].customers[0] < rows[0].customers[1] < rows[0].customers[2]
    assert not rows[-1].within
