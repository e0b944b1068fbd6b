"""What an API would charge for 1,000 requests, from the length of the texts and a price list.

Tokens of a request are those that a run measured, where one asked such an API about the same data. Else they are
counted from characters: how many characters make a token is a rule of thumb, and graded assumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.costs.rates.tokens import ApiPrice, api_price
from engine.errors import N_, InputError
from engine.evidence import Grade, weakest
from engine.interval import Interval

REQUESTS = 1000
USUAL_MODELS = ("gpt-4o-mini", "gpt-5-nano", "gemini-2.5-flash-lite", "deepseek-chat", "claude-haiku-4-5")
"""Small models that such work is bought from; none is recommended by standing here."""
CHARACTERS_A_TOKEN: Mapping[str, Interval] = {
    "en": Interval(4.0, 3.0, 5.0),
    "zh": Interval(1.5, 1.0, 2.0),
    "ja": Interval(1.3, 0.8, 2.0),
    "ko": Interval(1.6, 1.0, 2.2),
}
"""From memory and unchecked: OpenAI's help says about four in English; others are what people report."""
OTHER_LANGUAGES = Interval(3.0, 2.0, 4.5)
LABEL_TOKENS = Interval(2.0, 1.0, 6.0)
"""Tokens of an answer that is one label: assumed."""


@dataclass(frozen=True, slots=True)
class Texts:
    """How long the texts of a data set are, in characters."""

    language: str
    mean: float
    median: float
    prompt: int
    """Characters of what stands before every text: instruction, labels, descriptions, examples."""


@dataclass(frozen=True, slots=True)
class RequestTokens:
    """Tokens of one request."""

    read: Interval
    written: Interval
    grade: Grade
    source: str


def counted_tokens(texts: Texts) -> RequestTokens:
    """(prompt + mean text) / characters a token; the ends are those of the rule of thumb.

    The mean and not the median: money adds up over all texts, and long ones weigh. Raises InputError for no length.
    """
    if texts.mean <= 0 or texts.prompt < 0:
        raise InputError(N_("The texts must be longer than 0 characters, not {value}."), value=texts.mean)
    a_token = CHARACTERS_A_TOKEN.get(texts.language, OTHER_LANGUAGES)
    characters = texts.mean + texts.prompt
    read = Interval(characters / a_token.value, characters / a_token.high, characters / a_token.low)
    return RequestTokens(read, LABEL_TOKENS, "assumed", N_("characters of the texts / characters a token"))


def measured_tokens(facts: Mapping[str, float], run: str) -> RequestTokens:
    """Those that the API reported to a run, on average."""
    return RequestTokens(_exactly(facts["input"]), _exactly(facts["output"]), "measured", run)


def _exactly(value: float) -> Interval:
    return Interval(float(value), float(value), float(value))


@dataclass(frozen=True, slots=True)
class Bought:
    """What 1,000 requests cost at an API."""

    usd_per_1k: Interval
    grade: Grade
    price: ApiPrice
    tokens: RequestTokens


def bought(tokens: RequestTokens, model: str, *, provider: str | None = None, on: date | None = None) -> Bought:
    """1,000 x (tokens read x price in + tokens written x price out). Raises UnknownName for a model without a price."""
    price = api_price(model, on, provider)

    def money(read: float, written: float) -> float:
        out = float(price.output_usd_mtok or 0)
        return REQUESTS * (read * float(price.input_usd_mtok) + written * out) / 1e6

    usd = Interval(
        money(tokens.read.value, tokens.written.value),
        money(tokens.read.low, tokens.written.low),
        money(tokens.read.high, tokens.written.high),
    )
    grade: Grade = weakest((tokens.grade, "quoted"))
    return Bought(usd, grade, price, tokens)


def on_the_day(found: Bought) -> str:
    """Who says so, and as of when: `genai-prices 0.2.3: openai gpt-4o-mini, as of 2026-11-09`."""
    price = found.price
    return f"{price.source}: {price.provider} {price.model}, as of {price.as_of.isoformat()}"
