"""The FOCUS export against the rules of the specification."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from engine.costs.focus import VERSIONS, Charge, broken_rules, columns, export
from engine.costs.ledger import CATEGORIES
from engine.errors import UnknownName

DAY = date(2026, 5, 31)
CHARGES = [
    *(
        Charge(DAY, Decimal("0.000023"), name, "metered", "assumed", quantity=0.001, unit="Hours")
        for name in CATEGORIES
    ),
    Charge(DAY, Decimal("12.5"), "storage", "invoice", "measured", "Cloud, Inc.", "A-1", "parcel", "Parcel “x”"),
    Charge(DAY, Decimal("-2"), "inference", "invoice", "measured", "Cloud, Inc.", "A-2"),
    Charge(DAY, Decimal("-12.5"), "staff", "typed", "assumed", corrects=True, currency="CNY", quoted_amount="90"),
]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_kind_of_entry_keeps_the_rules(version: str) -> None:
    text = export(CHARGES, version)
    assert broken_rules(text, version) == []
    assert len(list(csv.DictReader(io.StringIO(text)))) == len(CHARGES)


def test_money_and_periods_are_written_as_the_specification_asks() -> None:
    rows = list(csv.DictReader(io.StringIO(export(CHARGES))))
    metered, invoiced, credit, reversal = rows[0], rows[-3], rows[-2], rows[-1]
    assert (metered["EffectiveCost"], metered["BilledCost"]) == ("0.000023", "0"), "nobody billed it"
    assert (invoiced["BilledCost"], invoiced["ProviderName"]) == ("12.5", "Cloud, Inc.")
    assert (invoiced["BillingPeriodStart"], invoiced["BillingPeriodEnd"]) == (
        "2026-05-01T00:00:00Z",
        "2026-06-01T00:00:00Z",
    )
    assert (credit["ChargeCategory"], reversal["ChargeClass"]) == ("Credit", "Correction")
    assert (reversal["x_QuotedCurrency"], reversal["x_QuotedAmount"]) == ("CNY", "90")


def test_versions_differ_by_their_columns() -> None:
    assert len(columns("1.0")) == 43 + 5
    assert set(columns("1.0")) < set(columns("1.1")) < set(columns("1.2"))
    assert "InvoiceId" in columns("1.2") and "InvoiceId" not in columns("1.1")
    with pytest.raises(UnknownName, match=r"0\.9"):
        columns("0.9")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("BilledCost", "a lot", "must be a decimal, is 'a lot'"),
        ("ChargeCategory", "Guess", "is not allowed: 'Guess'"),
        ("ProviderName", "", "must not be null"),
        ("ChargePeriodStart", "2026-05-31", "must be a moment in UTC"),
        ("PricingUnit", "", "must be null exactly where PricingQuantity is"),
    ],
)
def test_a_broken_rule_is_found(name: str, value: str, said: str) -> None:
    rows = list(csv.DictReader(io.StringIO(export(CHARGES[:1]))))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns("1.0"))
    writer.writeheader()
    writer.writerow(rows[0] | {name: value})
    assert any(said in fault for fault in broken_rules(out.getvalue()))
