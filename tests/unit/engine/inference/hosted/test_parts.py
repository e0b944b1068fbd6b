"""Addresses, prices, labels, waits: the parts that need no server."""

import email.utils
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import InputError
from engine.inference.hosted.address import checked_host, checked_url, read_key
from engine.inference.hosted.client import asked_wait, back_off
from engine.inference.hosted.prices import Listed, Tokens, Typed, listed_price, price_of
from engine.inference.hosted.prompt import asked, fixed_messages, label_of, most_tokens


@pytest.mark.parametrize(
    ("url", "own", "message"),
    [
        ("", False, "must begin with https"),
        ("ftp://example.com", False, "must begin with https"),
        ("https://", False, "must begin with https"),
        ("http://[::1", False, "must begin with https"),
        ("https://example.com:99999/v1", False, "must begin with https"),
        ("https://secret@example.com/v1", False, "no name, password"),
        ("https://example.com/v1?key=secret", False, "no name, password"),
        ("http://example.com/v1", False, "unencrypted"),
    ],
)
def test_an_address_that_cannot_be_is_refused(url: str, own: bool, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        checked_url(url, own_network=own)
    assert "secret" not in str(refused.value)


def test_addresses_that_may_be_asked() -> None:
    assert checked_url(" https://example.com/v1/ ", own_network=False) == "https://example.com/v1"
    assert checked_url("http://localhost:8000/v1", own_network=False) == "http://localhost:8000/v1"
    assert checked_url("http://10.1.2.3/v1", own_network=True) == "http://10.1.2.3/v1"


@pytest.mark.parametrize("host", ["10.1.2.3", "192.168.0.7", "172.16.0.1", "169.254.169.254", "[fd00::1]", "0.0.0.0"])
def test_a_private_network_is_asked_only_when_it_is_ones_own(host: str) -> None:
    with pytest.raises(InputError, match="private network"):
        checked_host(f"https://{host}/v1", own_network=False)
    checked_host(f"https://{host}/v1", own_network=True)


def test_this_machine_is_ones_own() -> None:
    for host in ("127.0.0.1", "localhost", "[::1]"):
        checked_host(f"http://{host}:9/v1", own_network=False)


def test_a_name_that_only_leads_here_is_not_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    found: Any = [(2, 1, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **more: found)
    with pytest.raises(InputError, match="private network"):
        checked_host("https://rebound.example.com", own_network=False)


def test_a_variable_is_a_name_and_no_key() -> None:
    with pytest.raises(InputError, match="letters, digits") as refused:
        read_key("sk-1234 secret")
    assert "secret" not in str(refused.value)
    assert read_key("") is None


def test_listed_prices_are_those_of_the_day() -> None:
    # gpt-4o-mini: 0.15, cached 0.075, written 0.60 USD a million tokens (genai-prices; openai.com/api/pricing).
    price = listed_price("gpt-4o-mini", url="https://api.openai.com/v1", on=datetime(2026, 5, 1, tzinfo=UTC))
    money = price.usd(Tokens(1_000_000, 400_000, 100_000), datetime(2026, 5, 1, tzinfo=UTC))
    assert money == Decimal("0.09") + Decimal("0.03") + Decimal("0.06")
    assert (price.grade, price.provider) == ("quoted", "openai")
    assert price.source.endswith("openai gpt-4o-mini, 2026-05-01")


def test_typed_prices_are_assumed() -> None:
    price = price_of("mine", "http://localhost/v1", "", 1.5, 2.0)
    assert isinstance(price, Typed)
    assert price.usd(Tokens(2_000_000, 1_000_000, 500_000)) == Decimal("4.0")
    assert price.grade == "assumed"
    assert isinstance(price_of("gpt-4o-mini", "http://localhost/v1", "openai", None, None), Listed)


@pytest.mark.parametrize(
    ("typed", "message"), [((None, None), "knows no “mine”"), ((1.0, None), "Type both"), ((None, 0.0), "Type both")]
)
def test_a_model_without_a_price_is_refused(typed: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        price_of("mine", "https://example.com/v1", "", *typed)


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("good", 1),
        (" good\n", 1),
        ("Good.", 1),
        ("“good”", 1),
        ('"good".', 1),
        ("it is good", None),
        ("good poor", None),
        ("", None),
        ("goods", None),
        ("A", 2),
        ("a", 3),
    ],
)
def test_answers_are_read_strictly(answer: str, place: int | None) -> None:
    assert label_of(answer, ["poor", "good", "A", "a"]) == place


def test_capitals_that_leave_two_labels_are_no_answer() -> None:
    assert label_of("no", ["No", "NO"]) is None


def test_the_prompt_holds_labels_descriptions_and_examples() -> None:
    messages = fixed_messages("Sort.", ["a", "b"], {"b": "the second"}, [("one", "a")])
    assert messages[0]["content"] == "Sort.\n\nLabels:\n- a\n- b: the second"
    assert [m["content"] for m in asked(messages, "new")[1:]] == ["one", "a", "new"]
    assert most_tokens(asked([], "四字文章")) >= 12  # bytes in UTF-8: no token is shorter


def test_waits_grow_and_never_undercut_what_is_asked() -> None:
    assert all(0 <= back_off(3, first=0.5) <= 2.0 for _ in range(50))
    assert all(7.0 <= back_off(1, 7.0) <= 7.5 for _ in range(50))
    assert back_off(60) <= 20.0


def test_retry_after_is_seconds_or_a_date() -> None:
    assert asked_wait("17") == 17.0
    assert asked_wait(None) is None
    assert asked_wait("soon") is None
    then = email.utils.formatdate(time.time() + 30, usegmt=True)
    assert asked_wait(then) == pytest.approx(30, abs=2)
    assert asked_wait("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
