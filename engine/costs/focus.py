"""The ledger in the FinOps Open Cost and Usage Specification (FOCUS), as a CSV.

Column names, their kinds and the values they may hold are those of FOCUS 1.0 (June 2024); 1.1 adds columns about
commitments, capacity and skus, and 1.2 adds invoices, billing accounts and pricing in virtual currencies, each of which
may be empty. Columns that begin with `x_` are ours, as the specification asks of columns that it does not name.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from engine.errors import N_, UnknownName

VERSIONS = ("1.0", "1.1", "1.2")
SERVICE_CATEGORIES: Mapping[str, str] = {
    "training": "AI and Machine Learning",
    "inference": "AI and Machine Learning",
    "data": "Other",
    "labelling": "Other",
    "storage": "Storage",
    "staff": "Other",
}
"""Our categories in the words of FOCUS."""
ISSUER = "Prospectus"
COLUMNS_1_0 = (
    *("AvailabilityZone", "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency"),
    *("BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription"),
    *("ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart", "CommitmentDiscountCategory"),
    *("CommitmentDiscountId", "CommitmentDiscountName", "CommitmentDiscountStatus", "CommitmentDiscountType"),
    *("ConsumedQuantity", "ConsumedUnit", "ContractedCost", "ContractedUnitPrice", "EffectiveCost"),
    *("InvoiceIssuerName", "ListCost", "ListUnitPrice", "PricingCategory", "PricingQuantity", "PricingUnit"),
    *("ProviderName", "PublisherName", "RegionId", "RegionName", "ResourceId", "ResourceName", "ResourceType"),
    *("ServiceCategory", "ServiceName", "SkuId", "SkuPriceId", "SubAccountId", "SubAccountName", "Tags"),
)
COLUMNS_1_1 = (
    *("CapacityReservationId", "CapacityReservationStatus", "CommitmentDiscountQuantity"),
    *("CommitmentDiscountUnit", "ServiceSubcategory", "SkuMeter", "SkuPriceDetails"),
)
COLUMNS_1_2 = (
    *("BillingAccountType", "InvoiceId", "PricingCurrency", "PricingCurrencyContractedUnitPrice"),
    *("PricingCurrencyEffectiveCost", "PricingCurrencyListUnitPrice", "SubAccountType"),
)
OWN = ("x_Category", "x_Grade", "x_Basis", "x_QuotedCurrency", "x_QuotedAmount")
SUBCATEGORIES: Mapping[str, str] = {"Storage": "Other (Storage)", "Other": "Other (Other)"}


@dataclass(frozen=True, slots=True)
class Charge:
    """One entry of the ledger as it is exported."""

    day: date
    usd: Decimal
    category: str
    basis: str
    """metered, invoice or typed."""
    grade: str
    supplier: str = ""
    invoice: str = ""
    product_slug: str = ""
    product_name: str = ""
    run_id: str = ""
    description: str = ""
    region: str = ""
    quantity: float | None = None
    unit: str = ""
    corrects: bool = False
    """Takes an earlier entry back."""
    currency: str = "USD"
    quoted_amount: str = ""


def columns(version: str) -> tuple[str, ...]:
    """The columns of a version, ours at the end. Raises UnknownName."""
    if version not in VERSIONS:
        raise UnknownName(N_("FOCUS version"), version, list(VERSIONS))
    more = (COLUMNS_1_1 if version >= "1.1" else ()) + (COLUMNS_1_2 if version >= "1.2" else ())
    return (*sorted(COLUMNS_1_0 + more), *OWN)


def export(charges: Iterable[Charge], version: str = "1.0") -> str:
    """The charges as a CSV of a FOCUS version. An empty cell is a null."""
    names = columns(version)
    out = io.StringIO()
    writer = csv.DictWriter(out, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for charge in charges:
        writer.writerow(_row(charge))
    return out.getvalue()


def _row(charge: Charge) -> dict[str, str]:
    cost = format(charge.usd, "f")
    service = SERVICE_CATEGORIES[charge.category]
    metered = charge.basis == "metered"
    begin, end = charge.day, charge.day + timedelta(days=1)
    month = charge.day.replace(day=1)
    return {
        "BilledCost": cost if charge.basis == "invoice" else "0",
        "BillingAccountId": "prospectus",
        "BillingAccountName": "Prospectus",
        "BillingAccountType": "Installation",
        "BillingCurrency": "USD",
        "BillingPeriodStart": _moment(month),
        "BillingPeriodEnd": _moment((month + timedelta(days=32)).replace(day=1)),
        "ChargeCategory": "Credit" if charge.usd < 0 and not charge.corrects else "Usage" if metered else "Purchase",
        "ChargeClass": "Correction" if charge.corrects else "",
        "ChargeDescription": charge.description or charge.category,
        "ChargeFrequency": "Usage-Based" if metered else "One-Time",
        "ChargePeriodStart": _moment(begin),
        "ChargePeriodEnd": _moment(end),
        "ConsumedQuantity": _number(charge.quantity) if metered else "",
        "ConsumedUnit": charge.unit if metered and charge.quantity is not None else "",
        "ContractedCost": cost,
        "EffectiveCost": cost,
        "InvoiceId": charge.invoice,
        "InvoiceIssuerName": charge.supplier or ISSUER,
        "ListCost": cost,
        "PricingCategory": "Standard",
        "PricingQuantity": _number(charge.quantity),
        "PricingUnit": charge.unit if charge.quantity is not None else "",
        "PricingCurrency": "USD",
        "PricingCurrencyEffectiveCost": cost,
        "ProviderName": charge.supplier or ISSUER,
        "PublisherName": charge.supplier or ISSUER,
        "RegionId": charge.region,
        "RegionName": charge.region,
        "ResourceId": charge.run_id,
        "ResourceName": charge.run_id,
        "ResourceType": "Run" if charge.run_id else "",
        "ServiceCategory": service,
        "ServiceSubcategory": SUBCATEGORIES.get(service, "Other (AI and Machine Learning)"),
        "ServiceName": charge.category.capitalize(),
        "SkuId": charge.category,
        "SkuPriceId": f"{charge.category}/{charge.basis}",
        "SubAccountId": charge.product_slug,
        "SubAccountName": charge.product_name,
        "SubAccountType": "Product" if charge.product_slug else "",
        "Tags": json.dumps({"product": charge.product_slug} if charge.product_slug else {}, ensure_ascii=False),
        "x_Category": charge.category,
        "x_Grade": charge.grade,
        "x_Basis": charge.basis,
        "x_QuotedCurrency": charge.currency if charge.quoted_amount else "",
        "x_QuotedAmount": charge.quoted_amount,
    }


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _number(value: float | None) -> str:
    return "" if value is None else format(Decimal(repr(value)), "f")


# --- the rules of the specification, for whoever has not the official validator

DECIMALS = ("BilledCost", "ContractedCost", "EffectiveCost", "ListCost")
MAY_BE_NUMBERS = ("ConsumedQuantity", "ContractedUnitPrice", "ListUnitPrice", "PricingQuantity")
MOMENTS = ("BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd")
NEVER_NULL = (
    *(*DECIMALS, *MOMENTS, "BillingAccountId", "BillingCurrency", "ChargeCategory", "ChargeFrequency"),
    *("InvoiceIssuerName", "ProviderName", "PublisherName", "ServiceCategory", "ServiceName"),
)
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "BillingCurrency": ("USD",),
    "ChargeCategory": ("Usage", "Purchase", "Tax", "Credit", "Adjustment"),
    "ChargeClass": ("", "Correction"),
    "ChargeFrequency": ("One-Time", "Recurring", "Usage-Based"),
    "CommitmentDiscountCategory": ("", "Spend", "Usage"),
    "CommitmentDiscountStatus": ("", "Used", "Unused"),
    "PricingCategory": ("", "Standard", "Dynamic", "Committed", "Other"),
    "ServiceCategory": (
        *("AI and Machine Learning", "Analytics", "Business Applications", "Compute", "Databases"),
        *("Developer Tools", "Multicloud", "Identity", "Integration", "Internet of Things"),
        *("Management and Governance", "Media", "Migration", "Mobile", "Networking", "Security", "Storage", "Web"),
        "Other",
    ),
}


def broken_rules(text: str, version: str = "1.0") -> list[str]:
    """What a CSV breaks of the specification: `row 3, BilledCost: must be a decimal, is x`; empty when nothing."""
    reader = csv.DictReader(io.StringIO(text))
    found = [f"{name}: is missing" for name in columns(version) if name not in (reader.fieldnames or ())]
    for number, row in enumerate(reader, start=1):
        found += [f"row {number}, {fault}" for fault in _faults(row)]
    return found


def _faults(row: Mapping[str, str]) -> Iterable[str]:
    checks: tuple[tuple[Iterable[str], Callable[[str], bool], str], ...] = (
        (NEVER_NULL, bool, "must not be null"),
        (DECIMALS, _is_decimal, "must be a decimal"),
        (MAY_BE_NUMBERS, lambda cell: not cell or _is_decimal(cell), "must be a decimal or null"),
        (MOMENTS, _is_moment, "must be a moment in UTC"),
    )
    for names, good, rule in checks:
        yield from (f"{name}: {rule}, is {row[name]!r}" for name in names if not good(row.get(name, "")))
    yield from (
        f"{name}: is not allowed: {row[name]!r}" for name, values in ALLOWED.items() if row.get(name, "") not in values
    )
    if row["ChargePeriodStart"] >= row["ChargePeriodEnd"] or row["BillingPeriodStart"] >= row["BillingPeriodEnd"]:
        yield "ChargePeriodEnd: a period must end after it begins"
    if bool(row["PricingQuantity"]) != bool(row["PricingUnit"]):
        yield "PricingUnit: must be null exactly where PricingQuantity is"
    if not isinstance(json.loads(row["Tags"] or "{}"), dict):
        yield "Tags: must be a JSON object"


def _is_decimal(cell: str) -> bool:
    try:
        return Decimal(cell).is_finite() and "E" not in cell.upper()
    except ArithmeticError:
        return False


def _is_moment(cell: str) -> bool:
    try:
        return cell.endswith("Z") and datetime.fromisoformat(cell).tzinfo is not None
    except ValueError:
        return False
