"""The recipe as a whole run in a folder, against a server that speaks the protocol."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import InputError, MissingPart
from engine.evaluation.stored import Predictions, read_evaluation, read_predictions
from engine.evaluation.unnamed import with_wrong_answers
from engine.execute import run_job
from engine.inference.manifest import read_manifest
from engine.recipes import hosted_api
from engine.recipes.hosted_api import INSTRUCTION, Config, check, examples, work
from engine.recorder import read_events
from engine.spec import Asked, DataFacts
from engine.training.descriptions import class_descriptions
from tests.chat_server import KEY, Chat, chat_server, sentiment

FACTS = DataFacts("text_classification", "en", ("bad", "good"))
VARIABLE = "PROSPECTUS_TEST_KEY"


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    monkeypatch.setenv(VARIABLE, KEY)
    with chat_server() as server:
        yield server


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"key_variable": "PROSPECTUS_NO_SUCH_KEY"}, MissingPart, "Set PROSPECTUS_NO_SUCH_KEY to your key and choose"),
        ({"url": ""}, MissingPart, "choose a URL and a model"),
        ({"model": " "}, MissingPart, "choose a URL and a model"),
        ({"url": "http://example.com"}, InputError, "unencrypted"),
        ({"prices_of": "openai", "model": "none such"}, InputError, "price list knows no"),
        ({"descriptions": "other: no class"}, InputError, "must be a label, a colon"),
        ({"descriptions": "good: one\ngood: two"}, InputError, "described twice"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_it_is_queued(
    chat: Chat, changes: dict[str, Any], kind: type, message: str
) -> None:
    values = {"url": chat.url, "model": "gpt-4o-mini", "key_variable": VARIABLE, "prices_of": "openai"}
    check(Config(**values), FACTS)
    with pytest.raises(kind, match=message):
        check(Config(**(values | changes)), FACTS)
    assert not chat.bodies


def test_descriptions_are_given_and_never_made_up() -> None:
    assert class_descriptions("good: a praise: really", ("bad", "good")) == {"good": "a praise: really"}


def test_requests_characters_and_prices_are_counted_before_anything_is_sent(chat: Chat, tmp_path: Path) -> None:
    """gpt-4o-mini: 0.15 and 0.60 USD a million tokens (genai-prices; openai.com/api/pricing)."""
    lengths = {"train": [100] * 70, "validation": [200] * 15, "test": [300] * 15}
    rows = {split: len(found) for split, found in lengths.items()}
    asked = Asked("text", "en", 2, rows, lambda what: lengths if what == "characters" else {}, tmp_path)
    given = {"url": chat.url, "model": "gpt-4o-mini", "key_variable": VARIABLE, "prices_of": "openai"}
    plain = work(Config(**given, descriptions="good: it is", max_evaluation_rows=10), asked)
    assert plain.bought is not None
    assert (plain.bought.requests, plain.bought.cap_usd) == (20, 1.0)
    assert plain.bought.characters == 10 * 200 + 10 * 300 + 20 * (len(INSTRUCTION) + len("good: it is"))
    assert (plain.bought.usd_per_mtok_read, plain.bought.usd_per_mtok_written) == pytest.approx((0.15, 0.60))
    assert plain.phases["evaluate"]["requests_waited"] == 20  # the first twenty are asked one at a time
    shown = work(Config(**given, descriptions="good: it is", shots=3), asked)
    assert shown.bought is not None and shown.bought.requests == 30
    assert shown.bought.characters > plain.bought.characters / 20 * 30 + 30 * 3 * 2 * 100
    assert not chat.bodies


def test_examples_are_drawn_by_the_seed_from_every_class() -> None:
    targets = [0, 0, 0, 1, 1, 2]
    drawn = examples(targets, 2, seed=3)
    assert drawn == examples(targets, 2, seed=3)
    assert sorted(targets[row] for row in drawn) == [0, 0, 1, 1, 2]


def test_an_answer_that_names_no_class_is_never_right() -> None:
    y = np.array([0, 1, 1, 0])
    said = np.array([[0.5, 0.5], [0.5, 0.5], [0, 1], [1, 0]], dtype=np.float32)
    booked = with_wrong_answers(Predictions("r", y, np.arange(4), said), naive=1)
    assert (booked.probabilities.argmax(axis=1) == y).tolist() == [False, False, True, True]


def a_job(folder: Path, chat: Chat, **changes: Any) -> Path:
    """A run folder with real data sets and the job that asks the server."""
    from engine.data.prepare import prepare

    folder.mkdir(parents=True)
    rows = [f"The {thing} was {word}, number {i}." for i, (thing, word) in enumerate(_pairs())]
    table = folder.parent / "reviews.csv"
    table.write_text("text,label\n" + "\n".join(f'"{r}",{_label(r)}' for r in rows), encoding="utf-8")
    prepared = prepare(table, "text", "label", folder.parent, name="reviews")
    config = {"url": chat.url, "model": "gpt-4o-mini", "prices_of": "openai", "key_variable": VARIABLE, "shots": 1}
    job = {
        "run": folder.name,
        "task": "text_classification",
        "recipe": "hosted_api",
        "config": config | changes.pop("config", {}),
        "seed": 1,
        "dataset_folder": str(prepared.folder),
        "dataset_fingerprint": prepared.fingerprint,
        "labels": list(prepared.labels),
        "language": "en",
        "cache_folder": str(folder.parent / "cache"),
        "threads": 1,
        "device": "local_cpu",
        "usd_per_hour": 0.02,
        "budget_usd": None,
        "attempt": 1,
    } | changes
    (folder / "job.json").write_text(json.dumps(job))
    return folder


def _pairs() -> Iterator[tuple[str, str]]:
    for thing in ("phone", "meal", "film", "dress", "story", "screen", "waiter", "camera", "battery", "service"):
        for word in ("great", "awful", "lovely", "broken", "superb", "nasty", "excellent", "useless"):
            yield thing, word


def _label(text: str) -> str:
    return sentiment({"messages": [{"content": text}]})


def test_a_run_leaves_what_every_run_leaves(chat: Chat, tmp_path: Path) -> None:
    said = sentiment
    chat.answer = lambda body: "well, hm" if "phone" in body["messages"][-1]["content"] else said(body)
    folder = a_job(tmp_path / "run1", chat)
    assert run_job(folder).state == "complete"
    manifest = read_manifest(folder / "artifact")
    assert (manifest.runtime["kind"], manifest.runtime["key_variable"]) == ("remote", VARIABLE)
    events = [event for event, _ in read_events(folder / "events.jsonl")]
    facts = {name: value for e in events if e["kind"] == "facts" for name, value in e["values"].items()}
    summaries = {(e["split"], e["name"]): e for e in events if e["kind"] == "summary"}
    assert {"quality.f1_macro", "quality.accuracy"} <= {name for split, name in summaries if split == "validation"}
    assert ("validation", "quality.ece") not in summaries
    assert summaries["serving", "latency.p50_ms"]["value"] > 0
    assert summaries["test", "quality.accuracy"]["baseline"] is not None
    assert any("serving.rate_rps" in e["values"] for e in events if e["kind"] == "metric")
    asked = len(read_predictions(folder, "validation").y) + len(read_predictions(folder, "test").y)
    assert len([e for e in events if e["kind"] == "charge"]) == facts["api"]["asked"] == len(chat.bodies) == asked
    assert facts["api"]["unparsable"] > 0
    right = sum(row[i] for split in ("validation", "test") for i, row in enumerate(_confusion(folder, split)))
    assert right == asked - facts["api"]["unparsable"]
    for path in folder.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


def _confusion(folder: Path, split: str) -> list[list[int]]:
    found: list[list[int]] = read_evaluation(folder)[split]["confusion"]
    return found


def test_a_run_stops_before_its_cap_and_goes_on_with_a_larger_one(chat: Chat, tmp_path: Path) -> None:
    folder = a_job(tmp_path / "run1", chat, budget_usd=0.0002, usd_per_hour=0.0)
    finish = run_job(folder)
    assert (finish.state, finish.reason) == ("stopped", "budget")
    spent = _charged(folder)
    assert 0 < sum(spent.values()) <= 0.0002
    job = json.loads((folder / "job.json").read_text()) | {"budget_usd": 1.0, "attempt": 2}
    (folder / "job.json").write_text(json.dumps(job))
    assert run_job(folder).state == "complete"
    assert len(chat.bodies) == len(_charged(folder))  # nothing was asked twice


def _charged(folder: Path) -> dict[str, float]:
    return {e["key"]: float(e["usd"]) for e, _ in read_events(folder / "events.jsonl") if e["kind"] == "charge"}


def test_an_api_that_goes_wrong_fails_the_run_in_words(chat: Chat, tmp_path: Path) -> None:
    chat.faults = [b"<html>out of order</html>"] * 9
    finish = run_job(a_job(tmp_path / "run1", chat, config={"retries": 0}))
    assert finish.state == "failed"
    assert "no JSON: “<html>out of order</html>”" in str(finish.error)


def test_a_second_run_pays_nothing_for_the_same_questions(chat: Chat, tmp_path: Path) -> None:
    assert run_job(a_job(tmp_path / "run1", chat)).state == "complete"
    asked = len(chat.bodies)
    folder = tmp_path / "run2"
    folder.mkdir()
    (folder / "job.json").write_text((tmp_path / "run1" / "job.json").read_text().replace("run1", "run2"))
    assert run_job(folder).state == "complete"
    assert (len(chat.bodies), _charged(folder)) == (asked, {})


def test_it_reads_texts_only() -> None:
    assert "only texts" in hosted_api.RECIPE.cannot["image_classification"]
