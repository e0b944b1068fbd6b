"""Asking a server that speaks the protocol, and what it does wrong."""

import logging
import socket
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import InputError, MissingPart, ProspectusError
from engine.inference.hosted.account import CapReached
from engine.inference.hosted.client import Client, Endpoint
from engine.inference.hosted.protocol import ApiFault, Ask, Nonsense
from engine.inference.hosted.report import alone_milliseconds, report
from tests.chat_server import KEY, Chat
from tests.unit.engine.inference.hosted.conftest import VARIABLE

Make = Callable[..., Any]
TEXTS = ["a great phone", "an awful film", "a lovely meal"]


def test_it_answers_with_labels_and_pays_each_question_once(chat: Chat, remote: Make) -> None:
    model, charges = remote()
    found = model.predict([*TEXTS, TEXTS[0]])
    assert np.array_equal(found, np.array([[0, 1], [1, 0], [0, 1], [0, 1]], dtype=np.float32))
    assert len(chat.bodies) == 3
    # 7 tokens read ("Say good or poor." and 3 words) at 1 USD, 1 written at 2 USD a million.
    assert [charge.usd for charge in charges] == [Decimal("0.000009")] * 3
    assert {charge.tokens.cached for charge in charges} == {7}
    assert chat.bodies[0] == {
        "model": "m",
        "messages": [{"role": "system", "content": "Say good or poor."}, {"role": "user", "content": TEXTS[0]}],
        "max_tokens": 4,
        "temperature": 0.0,
    }


def test_an_answer_that_was_paid_for_is_kept_on_disk(chat: Chat, remote: Make) -> None:
    remote()[0].predict(TEXTS)
    again, charges = remote()
    again.predict(TEXTS)
    assert (len(chat.bodies), charges) == (3, [])
    told = report(again)
    assert (told["asked"], told["from_store"], len(alone_milliseconds(again))) == (0, 3, 3)
    assert told["usd_per_1k"]["value"] == pytest.approx(0.009)  # what it costs does not depend on who paid


def test_a_damaged_kept_answer_is_asked_again(chat: Chat, remote: Make, tmp_path: Path) -> None:
    remote()[0].predict(TEXTS[:1])
    (kept,) = (tmp_path / "cache").rglob("*.json")
    kept.write_text("{")
    remote()[0].predict(TEXTS[:1])
    assert len(chat.bodies) == 2


@pytest.mark.parametrize(
    "faults",
    [
        [429, 500, 503],
        [(429, {"retry-after": "0"}), b"no json at all", b'{"choices": []}'],
        [0.9, b"\xff\xfe", b'{"choices": [{"message": {"content": "good"}}], "usage": {"prompt_tokens": -3}}'],
    ],
)
def test_what_fails_in_passing_is_repeated(chat: Chat, remote: Make, faults: list[Any]) -> None:
    chat.faults = list(faults)
    model, charges = remote(concurrency=1)
    assert model.answers(["great"]) == [1]
    assert (len(chat.bodies), len(charges)) == (4, 1)
    assert report(model)["repeated"] == 3


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (429, ApiFault, "HTTP 429"),
        (500, ApiFault, "HTTP 500"),
        (b"<html>", Nonsense, "no JSON: “<html>”"),
        (b"[1]", Nonsense, "no choices"),
        (0.9, ApiFault, "within 0.5 s"),
    ],
)
def test_what_goes_on_failing_ends_in_words(chat: Chat, remote: Make, fault: Any, kind: type, said: str) -> None:
    chat.faults = [fault] * 3
    model, charges = remote(retries=2)
    with pytest.raises(kind, match=said) as failed:
        model.predict(["great"])
    assert KEY not in str(failed.value.as_dict())  # type: ignore[attr-defined]
    assert (len(chat.bodies), charges) == (3, [])


@pytest.mark.parametrize("status", [400, 404, 422, 302])
def test_what_asking_again_does_not_mend_is_asked_once(chat: Chat, remote: Make, status: int) -> None:
    chat.faults = [(status, {"location": "http://10.0.0.1/"})]
    with pytest.raises(ApiFault, match=f"HTTP {status}"):
        remote()[0].predict(["great"])
    assert len(chat.bodies) == 1


def test_the_key_stands_in_no_message_log_or_file(
    chat: Chat, remote: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    chat.key = "another"
    with pytest.raises(ApiFault, match="refused the key in PROSPECTUS_TEST_KEY") as refused:
        remote()[0].predict(["great"])
    chat.key, chat.answer = KEY, lambda body: f"good {KEY}"
    remote()[0].predict(["great"])
    assert KEY not in str(refused.value.as_dict())
    assert KEY not in caplog.text
    files = [p.read_text() for p in (tmp_path / "cache").rglob("*.json")]
    assert files
    assert not [text for text in files if KEY in text]


def test_no_key_no_request(chat: Chat, remote: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROSPECTUS_TEST_KEY")
    with pytest.raises(MissingPart, match="Set PROSPECTUS_TEST_KEY to your key and choose a URL"):
        remote()[0].predict(["great"])
    monkeypatch.setenv("PROSPECTUS_TEST_KEY", "two\nlines")
    with pytest.raises(InputError, match="is no key") as wrong:
        remote()[0].predict(["great"])
    assert "lines" not in str(wrong.value)
    assert not chat.bodies


def test_the_cap_holds_with_many_requests_at_once(chat: Chat, remote: Make) -> None:
    chat.think_seconds = 0.005
    texts = [f"great {i}" for i in range(60)]
    model, charges = remote(cap="0.0003", concurrency=8)
    with pytest.raises(CapReached, match=r"cap of 0.0003 USD is reached: 0\.000"):
        model.predict(texts)
    assert 10 < len(charges) < 60
    assert sum(charge.usd for charge in charges) <= Decimal("0.0003")
    more, paid = remote(cap="1", known=[(c.key, c.usd) for c in charges])
    assert more.answers(texts) == [1] * 60
    assert len(paid) == 60 - len(charges)


def test_a_cap_of_nothing_asks_nothing(chat: Chat, remote: Make) -> None:
    with pytest.raises(CapReached):
        remote(cap="0")[0].predict(["great"])
    assert not chat.bodies


def test_billed_twice_is_counted_once(chat: Chat, remote: Make, tmp_path: Path) -> None:
    chat.request_id = lambda n: "chatcmpl-same"
    model, charges = remote()
    model.predict(["great"])
    for kept in (tmp_path / "cache").rglob("*.json"):
        kept.unlink()  # as if the answer had been lost: the API repeats it, under the same id
    model.told.kept.clear()
    model.predict(["great"])
    assert (len(chat.bodies), len(charges)) == (2, 1)


def test_without_usage_the_most_that_there_could_be_is_counted_and_said(chat: Chat, remote: Make) -> None:
    chat.usage = lambda body, said: None
    model, charges = remote()
    model.predict(["great"])
    assert charges[0].grade == "assumed"
    assert charges[0].tokens.input > len("Say good or poor.great")
    assert report(model)["unreported"] == 1


def test_nonsense_is_counted_and_prefers_no_class(chat: Chat, remote: Make) -> None:
    chat.answer = lambda body: "I think it is good."
    model, _ = remote()
    assert np.array_equal(model.predict(["great"]), [[0.5, 0.5]])
    told = report(model)
    assert (told["unparsable"], told["unparsable_examples"]) == (1, ["I think it is good."])


def test_no_more_at_once_than_allowed(chat: Chat, remote: Make) -> None:
    chat.think_seconds = 0.01
    model, _ = remote(concurrency=3)
    model.predict([f"great {i}" for i in range(40)])
    assert chat.most_at_once <= 3
    assert (len(model.told.loads[1].ends), len(model.told.loads[3].ends)) == (20, 20)


def test_stopping_ends_even_a_long_wait(chat: Chat, remote: Make) -> None:
    chat.faults = [(429, {"retry-after": "60"})]
    model, _ = remote(stopped=lambda: ProspectusError("stopped") if chat.bodies else None)
    begun = time.monotonic()
    with pytest.raises(ProspectusError, match="stopped"):
        model.predict(["great"])
    assert time.monotonic() - begun < 45
    assert len(chat.bodies) == 1


def test_a_wait_that_nobody_waits_for_is_said(chat: Chat, remote: Make) -> None:
    chat.faults = [(429, {"retry-after": "3600"})]
    with pytest.raises(ApiFault, match="asks to wait 3600 s"):
        remote()[0].predict(["great"])


def answering(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Names are resolved to these addresses, one list a time and the last from then on; the names that were asked."""
    real, asked = socket.getaddrinfo, []

    def look_up(host: Any, port: Any, *args: Any, **more: Any) -> Any:
        if str(host).replace(".", "").isdigit():
            return real(host, port, *args, **more)
        found = answers[min(len(asked), len(answers) - 1)]
        asked.append(str(host))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    return asked


def client_of(chat: Chat, **how: Any) -> Client:
    url = chat.url.replace("127.0.0.1", "api.localhost")
    return Client(Endpoint(url, Ask("m", 4), VARIABLE, timeout_seconds=0.5, retries=1, **how), first_wait_seconds=0.01)


def test_a_name_that_answers_differently_the_second_time_gains_nothing(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: what was checked is what is connected to."""
    asked = answering(monkeypatch, ["127.0.0.1"], ["192.0.2.1"])
    client = client_of(chat)
    for _ in range(2):
        assert client.ask([{"role": "user", "content": "good"}]).reply.text == "good"
    assert asked == ["api.localhost"]
    assert (
        chat.hosts == [chat.url.removeprefix("http://").removesuffix("/v1").replace("127.0.0.1", "api.localhost")] * 2
    )
    client.close()


def test_addresses_that_are_gone_are_looked_up_and_checked_again(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, ["127.0.0.2"], ["127.0.0.3", "127.0.0.1"])
    client = client_of(chat)
    assert client.ask([{"role": "user", "content": "good"}]).tries == 2
    assert asked == ["api.localhost"] * 2
    client.close()


def test_an_address_looked_up_again_may_not_be_private(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, ["127.0.0.2"], ["10.0.0.1"])
    client = client_of(chat)
    with pytest.raises(InputError, match=r"private network \(10\.0\.0\.1\)"):
        client.ask([{"role": "user", "content": "good"}])
    assert not chat.bodies
    client.close()
