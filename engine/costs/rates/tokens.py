"""Prices of hosted models, with their history, out of the package genai-prices; offline.

A model's first price has no beginning in the package: as a dated row it begins on the day the package is of, or, where
a later change is dated, on the day before that change. Prices that hold for some hours of a day widen the interval.
"""

import importlib.metadata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from engine.costs.rates.checks import fingerprint_of
from engine.costs.rates.entry import RateEntry, token_key
from engine.errors import N_, MissingPart, UnknownName
from engine.wording.notes import BY_HOUR, PROMPTS, UNDATED

PACKAGE = "genai-prices"
AS_OF = {"0.2.3": date(2026, 11, 9)}
"""The newest change of a price that a version knows and that is no announcement: its data are at least so new."""
SIDES = ("input", "output")
NEAR = 8
"""Names that are offered for an unknown one."""


@dataclass(frozen=True, slots=True)
class ApiPrice:
    """What a million tokens of a hosted model cost on a day, before tiers of long prompts."""

    provider: str
    model: str
    input_usd_mtok: Decimal
    output_usd_mtok: Decimal | None
    """None for models that answer with no tokens, such as encoders."""
    cached_input_usd_mtok: Decimal | None
    on: date
    as_of: date
    source: str
    grade: str = "quoted"

    def usd(self, input_tokens: int, output_tokens: int) -> Decimal:
        """Money of so many tokens."""
        out = self.output_usd_mtok or Decimal(0)
        return (self.input_usd_mtok * input_tokens + out * output_tokens) / 1_000_000


def api_price(model: str, on: date | None = None, provider: str | None = None) -> ApiPrice:
    """What a hosted model cost on a day; without a provider, the one that the name points at.

    Raises UnknownName listing near names, MissingPart without the package.
    """
    day = on or datetime.now(UTC).date()
    found_provider, found = _find(model, provider)
    prices = found.get_prices(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    if prices.input_mtok is None:
        raise UnknownName(N_("model with a price by the token"), model, _near(model))
    return ApiPrice(
        found_provider.id,
        found.id,
        _base(prices.input_mtok),
        None if prices.output_mtok is None else _base(prices.output_mtok),
        None if prices.cache_read_mtok is None else _base(prices.cache_read_mtok),
        day,
        as_of(),
        source(),
    )


@cache
def token_rates() -> tuple[RateEntry, ...]:
    """Every dated price of input and output tokens that the package knows."""
    return tuple(
        rate for provider in _snapshot().providers for model in provider.models for rate in _history(provider, model)
    )


@cache
def version() -> str:
    """Version of the package. Raises MissingPart without it."""
    try:
        return importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        raise MissingPart(
            N_("{package} is not installed ({carries})."),
            package=PACKAGE,
            carries=N_("dated prices of hosted models"),
            command=f"pip install {PACKAGE}==0.2.3",
            remedy=N_("Install it with: {command}"),
        ) from None


def source() -> str:
    """`genai-prices 0.2.3`."""
    return f"{PACKAGE} {version()}"


@cache
def as_of() -> date:
    """The day that the prices are of, at the least."""
    known = AS_OF.get(version())
    if known is not None:
        return known
    today = datetime.now(UTC).date()
    return max(day for p in _snapshot().providers for m in p.models for day in _starts(m) if day <= today)


def _snapshot() -> Any:
    version()
    from genai_prices.data_snapshot import get_snapshot

    return get_snapshot()


def _find(model: str, provider: str | None) -> tuple[Any, Any]:
    snapshot = _snapshot()
    try:
        return snapshot.find_provider_model(model, None, provider, None)  # type: ignore[no-any-return]
    except LookupError:
        pass
    if provider is None:  # a name that points at no provider, such as one of an open model
        for one in snapshot.providers:
            if found := one.find_model(model):
                return one, found
    raise UnknownName(N_("hosted model"), f"{provider}/{model}" if provider else model, _near(model))


def _near(model: str) -> list[str]:
    import difflib

    names = {model.id for provider in _snapshot().providers for model in provider.models}
    return difflib.get_close_matches(model, sorted(names), NEAR, 0.5) or sorted(names)[:NEAR]


def _history(provider: Any, model: Any) -> Iterator[RateEntry]:
    listed = model.prices if isinstance(model.prices, list) else None
    plain = [(None, model.prices)] if listed is None else [(one.constraint, one.prices) for one in listed]
    dated = [(getattr(constraint, "start_date", None), prices) for constraint, prices in plain]
    hours = [prices for (constraint, prices) in plain if hasattr(constraint, "start_time")]
    starts = [day for day, _prices in dated if day]
    first = min([as_of(), *(day - timedelta(days=1) for day in starts)])
    kept = [
        (day, prices) for (constraint, _), (day, prices) in zip(plain, dated, strict=True) if constraint is None or day
    ]
    for side in SIDES:
        for day, prices in kept:
            price = getattr(prices, f"{side}_mtok", None)
            if price is not None:
                others = [_base(p) for each in hours if (p := getattr(each, f"{side}_mtok", None)) is not None]
                yield _rate(provider, model, side, _Price(price, day or first, day is None, others))


@dataclass(frozen=True, slots=True)
class _Price:
    """One price of one side of a model, and when it begins."""

    price: Any
    begins: date
    undated: bool
    """It began earlier, and the package does not say when."""
    others: list[Decimal]
    """At some hours of the day."""


def _rate(provider: Any, model: Any, side: str, one: _Price) -> RateEntry:
    usd = _base(one.price)
    said = [str(model.name)] if model.name else []
    said += [UNDATED] if one.undated else []
    said += [PROMPTS.format(tokens=f"{tier.start:,}", usd=tier.price) for tier in getattr(one.price, "tiers", ())]
    said += [BY_HOUR] if one.others else []
    key, note = token_key(provider.id, model.id, side), "; ".join(said)
    return RateEntry(
        key=key,
        unit="mtok",
        usd=usd,
        low_usd=min([usd, *one.others]),
        high_usd=max([usd, *one.others]),
        grade="quoted",
        source=source(),
        note=note,
        checked_on=as_of(),
        valid_from=one.begins,
        fingerprint=fingerprint_of({"key": key, "usd": str(usd), "from": str(one.begins), "note": note}),
        kind="api_tokens",
        provider=provider.id,
        item=f"{model.id}/{side}",
        origin=PACKAGE,
    )


def _starts(model: Any) -> list[date]:
    if not isinstance(model.prices, list):
        return []
    return [day for one in model.prices if (day := getattr(one.constraint, "start_date", None))]


def _base(price: Any) -> Decimal:
    return Decimal(getattr(price, "base", price))
