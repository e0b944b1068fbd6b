"""Money of an API from the length of texts; prices are genai-prices' own."""

from datetime import date

import pytest

from engine.costs.buying import USUAL_MODELS, Texts, bought, counted_tokens, measured_tokens, on_the_day
from engine.costs.rates.tokens import api_price
from engine.errors import InputError, UnknownName

DAY = date(2026, 5, 1)


def test_tokens_are_characters_by_the_rule_of_thumb() -> None:
    # (200 + 200) / 4 in English, / 1.5 in Chinese; the ends are 3 to 5 and 1 to 2 characters a token.
    assert counted_tokens(Texts("en", 200.0, 150.0, 200)).read == pytest.approx((100, 80, 400 / 3))
    assert counted_tokens(Texts("zh", 200.0, 150.0, 200)).read == pytest.approx((400 / 1.5, 200, 400))


def test_money_is_tokens_times_prices() -> None:
    # gpt-4o-mini, 0.15 in and 0.60 USD out a million tokens (its price page):
    # 1,000 x (100 x 0.15 + 2 x 0.60) / 1e6.
    found = bought(counted_tokens(Texts("en", 200.0, 150.0, 200)), "gpt-4o-mini", on=DAY)
    assert found.usd_per_1k.value == pytest.approx(0.0162)
    assert found.grade == "assumed"
    assert on_the_day(found).startswith("genai-prices 0.2.3: openai gpt-4o-mini, as of ")


def test_measured_tokens_make_modelled_money() -> None:
    found = bought(measured_tokens({"input": 56.0, "output": 1.0}, "run1"), "gpt-4o-mini", on=DAY)
    assert found.usd_per_1k == pytest.approx((0.009, 0.009, 0.009))
    assert (found.grade, found.tokens.source) == ("modelled", "run1")


def test_what_is_no_length_or_no_model_is_refused() -> None:
    with pytest.raises(InputError, match="longer than 0"):
        counted_tokens(Texts("en", 0.0, 0.0, 10))
    with pytest.raises(UnknownName, match="gpt-4o-mini"):
        bought(measured_tokens({"input": 1, "output": 1}, "r"), "gpt-4o-minni")


def test_the_models_offered_have_prices() -> None:
    assert all(api_price(model).input_usd_mtok > 0 for model in USUAL_MODELS)
