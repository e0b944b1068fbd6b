"""What tokens cost: from the dated list of genai-prices, or as a person typed it. Nothing is fetched."""

import importlib.metadata
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

from engine.errors import N_, InputError
from engine.evidence import Grade

MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one request used, as the API reports it."""

    input: int
    """All tokens read, those from the provider's cache included."""
    cached: int
    output: int


class TokenPrice(Protocol):
    """Turns tokens into money."""

    @property
    def grade(self) -> Grade:
        """Quoted from a list, or assumed."""

    @property
    def source(self) -> str:
        """Who says so, and as of when."""

    def usd(self, tokens: Tokens, at: datetime | None = None, /) -> Decimal:
        """What the tokens cost on a day; now when none is named."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Prices that a person typed."""

    input_usd_per_mtok: Decimal
    output_usd_per_mtok: Decimal
    grade: Grade = "assumed"
    source: str = "typed"

    def usd(self, tokens: Tokens, at: datetime | None = None) -> Decimal:
        """Cached tokens cost what others do."""
        return (self.input_usd_per_mtok * tokens.input + self.output_usd_per_mtok * tokens.output) / MILLION


@dataclass(frozen=True, slots=True)
class Listed:
    """The price that genai-prices lists for a model."""

    model: str
    provider: str
    name: str
    source: str
    grade: Grade = "quoted"

    def usd(self, tokens: Tokens, at: datetime | None = None) -> Decimal:
        """With the prices of that moment, cached tokens at their own price."""
        from genai_prices import Usage, calc_price

        usage = Usage(input_tokens=tokens.input, cache_read_tokens=tokens.cached, output_tokens=tokens.output)
        found = calc_price(usage, self.model, provider_id=self.provider, genai_request_timestamp=at)
        money: Decimal = found.total_price
        return money


def listed_price(model: str, *, provider: str = "", url: str = "", on: datetime | None = None) -> Listed:
    """The listed price of a model at a provider, or at whoever's address the URL is.

    Raises InputError when the list does not know it.
    """
    from genai_prices.data_snapshot import get_snapshot

    try:
        who, which = get_snapshot().find_provider_model(model, None, provider or None, url or None)
    except LookupError:
        raise InputError(
            N_("The price list knows no “{model}” of {provider}. Type its prices; 0 for a server of your own."),
            model=model,
            provider=provider or url or N_("any provider"),
        ) from None
    day = (on or datetime.now(UTC)).date().isoformat()
    version = importlib.metadata.version("genai-prices")
    return Listed(model, who.id, which.name or which.id, f"genai-prices {version}: {who.id} {which.id}, {day}")


def price_of(
    model: str, url: str, provider: str, input_usd_per_mtok: float | None, output_usd_per_mtok: float | None
) -> TokenPrice:
    """The typed prices, else the listed one. Raises InputError when one of two is typed, or nothing is known."""
    typed = (input_usd_per_mtok, output_usd_per_mtok)
    if typed == (None, None):
        return listed_price(model, provider=provider, url="" if provider else url)
    if input_usd_per_mtok is None or output_usd_per_mtok is None:
        raise InputError(N_("Type both prices, of a million tokens read and of a million written, or neither."))
    return Typed(Decimal(str(input_usd_per_mtok)), Decimal(str(output_usd_per_mtok)))
