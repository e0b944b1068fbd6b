"""Hosted models as competitors: what genai-prices lists for them, somebody's published figure, dated and *quoted*.

A list entry with several prices says from which day each held; the first of them held until the day before the next.
An entry with one price has no day of its own: it is dated by the list, whose day is the newest that any entry names.
Tiers by length of the request are left out: the price is that of the first tier.
"""

import importlib.metadata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from engine.errors import N_, UnknownName
from engine.market.competition import Price

PACKAGE = "genai-prices"
PARTS = (("mtok_in", "input_mtok"), ("mtok_out", "output_mtok"))


@dataclass(frozen=True, slots=True)
class HostedModel:
    """One model of one provider in the list."""

    provider: str
    provider_name: str
    model: str
    name: str
    pricing_url: str

    @property
    def key(self) -> str:
        """Names it in addresses and menus."""
        return f"{self.provider}/{self.model}"

    @property
    def title(self) -> str:
        """Such as “OpenAI, gpt 4o”."""
        return f"{self.provider_name}, {self.name}"


@cache
def hosted_models() -> tuple[HostedModel, ...]:
    """Every model with a price for tokens in and out, by provider and name."""
    found = [
        HostedModel(p.id, p.name, m.id, m.name or m.id, (p.pricing_urls or [""])[0])
        for p in _providers()
        for m in p.models
        if not m.deprecated and all(_amount(prices, "input_mtok") is not None for _s, prices in _dated(m))
    ]
    return tuple(sorted(found, key=lambda one: (one.provider_name.casefold(), one.name.casefold(), one.model)))


def hosted_prices(key: str, today: date) -> tuple[HostedModel, tuple[Price, ...]]:
    """A model and its prices, oldest first. Raises UnknownName."""
    model = next((one for one in hosted_models() if one.key == key), None)
    if model is None:
        raise UnknownName(N_("hosted model"), key, [one.key for one in hosted_models()[:8]])
    entry = next(m for p in _providers() if p.id == model.provider for m in p.models if m.id == model.model)
    listed = list(_dated(entry))
    seen = min(as_of(), today)
    source = f"{PACKAGE} {importlib.metadata.version(PACKAGE)}, {seen.isoformat()}; {model.pricing_url}".rstrip("; ")
    prices = []
    for (since, asked), until in zip(listed, [*(s for s, _p in listed[1:]), None], strict=True):
        if since is not None and since > today:
            continue
        on = since or (until - timedelta(days=1) if until else seen)
        for unit, name in PARTS:
            amount = _amount(asked, name)
            if amount is not None:
                prices.append(Price(amount, unit, min(on, today), source))
    return model, tuple(prices)


@cache
def as_of() -> date:
    """The newest day that the list names: it is at least as new as that."""
    days = [since for p in _providers() for m in p.models for since, _prices in _dated(m) if since is not None]
    days += [v.constraint.start_date for p in _providers() for m in p.models for v in _variants(m) if _starts(v)]
    return max(day for day in days if day <= date.today())


def _providers() -> Sequence[Any]:
    from genai_prices.data_snapshot import get_snapshot

    providers: Sequence[Any] = get_snapshot().providers
    return providers


def _dated(model: Any) -> Iterator[tuple[date | None, Any]]:
    """Prices of a model with the day they hold from, in order; those that hold for some hours of a day are left out."""
    if not isinstance(model.prices, list):
        yield None, model.prices
        return
    for one in model.prices:
        if one.constraint is None or hasattr(one.constraint, "start_date"):
            yield getattr(one.constraint, "start_date", None), one.prices


def _variants(model: Any) -> Sequence[Any]:
    return model.price_variants or ()


def _starts(variant: Any) -> bool:
    return hasattr(variant.constraint, "start_date")


def _amount(prices: Any, name: str) -> Decimal | None:
    amount = getattr(prices, name, None)
    if amount is None:
        return None
    return Decimal(amount.base) if hasattr(amount, "base") else Decimal(amount)
