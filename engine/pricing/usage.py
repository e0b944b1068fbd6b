"""Usage: an API billed by request, cheaper with volume, with a committed minimum."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.business.usage import all_requests
from engine.errors import N_, InputError
from engine.spec import setting
from engine.spec.pricing import Earnings, PricingModel, Start, Terms, Use


@dataclass(frozen=True)
class Config:
    """Settings of a price by request."""

    price_usd_per_1k: float | None = setting(
        None, N_("Price of 1,000 requests"), N_("Of the first tier."), minimum=0, unit="US$"
    )
    sign_ups: float = setting(
        1.0,
        N_("Sign-ups against a plain subscription"),
        N_("How many begin for each who would begin a subscription; 1 claims no difference."),
        minimum=0,
        unit="×",
    )
    second_from: float | None = setting(
        None,
        N_("Second tier from"),
        N_("Requests a month from which the second price holds; empty when one price holds throughout."),
        minimum=0,
        advanced=True,
    )
    second_usd_per_1k: float | None = setting(
        None, N_("Price in the second tier"), N_("Of 1,000 requests."), minimum=0, unit="US$", advanced=True
    )
    third_from: float | None = setting(
        None, N_("Third tier from"), N_("Empty when there are two prices."), minimum=0, advanced=True
    )
    third_usd_per_1k: float | None = setting(
        None, N_("Price in the third tier"), N_("Of 1,000 requests."), minimum=0, unit="US$", advanced=True
    )
    committed_usd: float = setting(
        0.0,
        N_("Committed minimum a month"),
        N_("Billed to every customer even when less was used. 0 when nobody commits."),
        minimum=0,
        unit="US$",
        advanced=True,
    )


def earn(terms: Terms, use: Use) -> Earnings:
    """Each request at its tier's price, at least the committed sum."""
    requests = all_requests(use)
    bill = _bill(terms, use.requests * use.deciles)
    revenue = use.units * np.mean(np.maximum(bill, terms["committed_usd"]), axis=0)
    return Earnings(revenue, revenue, requests, use.customers, use.customers)


def _bill(terms: Terms, asked: Any) -> Any:
    starts = (0.0, terms["second_from"], terms["third_from"])
    prices = (terms["price_usd_per_1k"], terms["second_usd_per_1k"], terms["third_usd_per_1k"])
    bounds = [(start, price) for start, price in zip(starts, prices, strict=True) if start is not None]
    bill = 0.0 * asked
    for place, (start, price) in enumerate(bounds):
        end = bounds[place + 1][0] if place + 1 < len(bounds) else None
        part = np.maximum(asked - start, 0) if end is None else np.clip(asked - start, 0, end - start)
        bill = bill + part * (price / 1000)
    return bill


def needs(config: Config) -> tuple[str, ...]:
    """The first price, and that of every tier with a start."""
    names = ["price_usd_per_1k"]
    names += [f"{tier}_usd_per_1k" for tier in ("second", "third") if getattr(config, f"{tier}_from") is not None]
    return tuple(name for name in names if getattr(config, name) is None)


def check(config: Config) -> None:
    """Tiers begin one after the other. Raises InputError."""
    if config.third_from is not None and (config.second_from is None or config.third_from <= config.second_from):
        raise InputError(
            N_("The third tier begins at {third}, which must be above the second at {second}."),
            third=config.third_from,
            second=config.second_from,
        )


def lowest_price(terms: Terms) -> float | None:
    """Of 1,000 further requests of the heaviest customers."""
    prices = [
        terms["price_usd_per_1k"],
        terms["second_usd_per_1k"] if terms["second_from"] is not None else None,
        terms["third_usd_per_1k"] if terms["third_from"] is not None else None,
    ]
    return min((float(price) for price in prices if price is not None), default=None)


PRICING = PricingModel(
    name="usage",
    title=N_("Usage-based API"),
    summary=N_("Customers pay for each request, less with volume; some commit to a minimum."),
    config=Config,
    earn=earn,
    order=4,
    starts={"price_usd_per_1k": Start(0.5, 0.25, 1.0)},
    needs=needs,
    check=check,
    unit_price_per_1k_usd=lowest_price,
)
