"""Today's prices of GPUs from the network, by way of the package gpuhunt, which is optional.

Only providers that gpuhunt asks without credentials are asked. Each offer is a rate quoted today.
"""

import importlib.util
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from engine.costs.rates.checks import fingerprint_of
from engine.costs.rates.cloud_lists import gpu_name
from engine.costs.rates.entry import RateEntry
from engine.errors import N_, MissingPart
from engine.wording.notes import OF_GPUS

PACKAGE = "gpuhunt"
COMMAND = "pip install gpuhunt==0.1.34"
GPUS = ["T4", "L4", "A10", "A10G", "L40S", "V100", "A100", "H100", "H200", "RTX4090", "RTX3090"]
CENT = Decimal("1e-9")


def is_here() -> bool:
    """Whether the package is installed."""
    return importlib.util.find_spec(PACKAGE) is not None


def hunted_rates(today: date) -> list[RateEntry]:
    """On-demand prices as the network answers now.

    Raises MissingPart without the package or without a network; the rates in force stay as they are.
    """
    if not is_here():
        raise MissingPart(
            N_("{package} is not installed ({carries})."),
            package=PACKAGE,
            carries=N_("today's GPU prices from the network"),
            command=COMMAND,
            kept=N_("The rates in force stay as they are."),
            remedy=N_("Install it with: {command}"),
        )
    import gpuhunt

    try:
        offers = gpuhunt.query(gpu_name=GPUS, spot=False, min_gpu_count=1)
    except (OSError, gpuhunt.GPUHuntError) as error:
        raise _no_answer(str(error)) from error
    if not offers:
        raise _no_answer(N_("no provider answered"))
    return rates_of(offers, today)


def rates_of(offers: Iterable[Any], today: date) -> list[RateEntry]:
    """Offers as rates; of several with one name the cheapest."""
    cheapest: dict[str, Any] = {}
    for offer in offers:
        if not offer.price > 0 or not offer.gpu_count or not offer.gpu_name:
            continue
        gpu = gpu_name(offer.gpu_name, offer.gpu_memory or 0)
        key = f"gpu/{gpu}/{offer.provider}/{offer.location}/{offer.instance_name}"[:80]
        if key not in cheapest or offer.price < cheapest[key].price:
            cheapest[key] = offer
    return [_rate(key, offer, today) for key, offer in sorted(cheapest.items())]


def _rate(key: str, offer: Any, today: date) -> RateEntry:
    usd = (Decimal(str(offer.price)) / offer.gpu_count).quantize(CENT)
    said = OF_GPUS.format(instance=offer.instance_name, count=offer.gpu_count, gb=offer.gpu_memory, usd=offer.price)
    return RateEntry(
        key=key,
        unit="hour",
        usd=usd,
        low_usd=usd,
        high_usd=usd,
        grade="quoted" if offer.gpu_count == 1 else "modelled",
        source=f"{PACKAGE}, {offer.provider}, asked {today.isoformat()}",
        note=said,
        checked_on=today,
        valid_from=today,
        fingerprint=fingerprint_of({"key": key, "usd": str(usd), "on": today}),
        kind="gpu",
        provider=str(offer.provider)[:40],
        region=str(offer.location)[:40],
        item=gpu_name(offer.gpu_name, offer.gpu_memory or 0),
        origin=PACKAGE,
    )


def _no_answer(reason: str) -> MissingPart:
    return MissingPart(
        N_("The network did not answer with prices: {reason}."),
        reason=reason,
        kept=N_("The rates in force stay as they are."),
        remedy=N_("Try again where there is a network, or import a CSV."),
    )
