"""What a rate is: the price of one unit of one thing, from a day on, with who says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from engine.errors import N_
from engine.evidence import Grade
from engine.interval import Interval

Kind = Literal["compute", "gpu", "storage", "egress", "labelling", "salary", "electricity", "api_tokens"]
UNIT_OF: Mapping[Kind, str] = {
    "compute": "hour",
    "gpu": "hour",
    "storage": "gb_month",
    "egress": "gb",
    "labelling": "item",
    "salary": "hour",
    "electricity": "kwh",
    "api_tokens": "mtok",
}
"""Each kind of thing and the unit that its price is for."""
KINDS = tuple(UNIT_OF)
KIND_NAMES: Mapping[str, str] = {
    "compute": N_("Instance"),
    "gpu": N_("GPU"),
    "storage": N_("Storage"),
    "egress": N_("Egress"),
    "labelling": N_("Labelling"),
    "salary": N_("Staff"),
    "electricity": N_("Electricity"),
    "api_tokens": N_("API tokens"),
}
UNIT_NAMES: Mapping[str, str] = {
    "hour": N_("an hour"),
    "gb_month": N_("a GB and month"),
    "gb": N_("a GB"),
    "item": N_("an item"),
    "kwh": N_("a kWh"),
    "mtok": N_("a million tokens"),
}
UNITS = tuple(UNIT_NAMES)
MEMORY = "from memory, unchecked"
"""Source of a row that nobody opened a source for."""


@dataclass(frozen=True, slots=True)
class RateEntry:
    """One row: what one unit costs from a day on. `usd` is the price in US dollars on that day."""

    key: str
    """Names the thing, such as `local_cpu` or `gpu/a100-80/azure/eastus/NC24ads_A100_v4`."""
    unit: str
    usd: Decimal
    low_usd: Decimal
    high_usd: Decimal
    grade: Grade
    source: str
    note: str
    checked_on: date | None
    """When the source was opened; of a price list, the day it says it is of."""
    valid_from: date
    fingerprint: str
    kind: str = "compute"
    provider: str = ""
    region: str = ""
    item: str = ""
    """What is priced within the kind: a GPU's name, an instance type, a storage tier, a role, a model."""
    currency: str = "USD"
    quoted: Mapping[str, Any] | None = None
    """Of a price in another currency: low, value, high as quoted, and the exchange rate with its day."""
    url: str = ""
    origin: str = ""
    """Where the row came in: a rate file, a package, `typed`, or an imported file."""
    author: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The values as `db.costs.load_rates` takes them."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def as_of(self) -> date | None:
        """The day that the figure is known to be of; None for one from memory."""
        return self.checked_on

    @property
    def interval(self) -> Interval:
        """The price in US dollars with its ends."""
        return Interval(float(self.usd), float(self.low_usd), float(self.high_usd))


def token_key(provider: str, model: str, side: str) -> str:
    """Key of a million input or output tokens of a hosted model, such as `api/openai/gpt-4o/in`."""
    return f"api/{provider}/{model}/{side.removesuffix('put')}"
