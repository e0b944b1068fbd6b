"""Bringing documents, correcting what was read, and training what reads them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from db.session import session_scope
from db.signals import Signal, mentions, signals
from engine.data.waiting import labelled_rows
from engine.entrypoints import actions
from engine.entrypoints.actions import signals as acts
from engine.entrypoints.cli import run
from engine.entrypoints.home import inside
from engine.errors import DataError, InputError, StateError, UnknownName
from tests.unit.engine.market.test_documents import feed

FINE = "EU regulator fines chatbot maker for training on personal data without consent of its users"
RETOLD = FINE + " on Friday"
CLONE = "我国科学家成功克隆高产奶牛，农业科技取得突破"
BAR = ("quality.f1_macro", 0.6, 100.0)


def now_stored(database: str) -> tuple[Signal, ...]:
    with session_scope(database) as session:
        return signals(session)


def test_a_text_becomes_a_signal_linked_to_the_idea_it_concerns(database: str) -> None:
    slug = actions.add_idea(
        "Chatbot watch", "Lin", "compliance", "Makers of chatbots", "A regulator will fine them", *BAR
    )
    actions.add_idea("Parcel insight", "Mei", "post", "Shops", "They read too late", *BAR)
    brought = acts.bring_text(f"{FINE}\nThe regulator in Dublin said so.", "Lin")
    assert len(brought.signals) == 1 and brought.repeats == brought.known == 0
    (found,) = now_stored(database)
    assert (found.title, found.value("dimension"), found.value("region"), found.author) == (FINE, "policy", "EU", "Lin")
    assert all(0 < (field.p or 0) <= 1 for field in found.fields.values())
    assert [(link.slug, link.author) for link in found.links] == [(slug, "")]
    acts.link_signal(found.id, slug, "Mei", linked=False)
    acts.link_signal(found.id, "parcel-insight", "Mei")
    assert [(link.slug, link.p, link.author) for link in now_stored(database)[0].links] == [
        ("parcel-insight", None, "Mei")
    ]


def test_the_same_is_stored_once_and_the_nearly_same_is_merged(database: str) -> None:
    acts.bring_text(FINE, "Lin")
    assert acts.bring_text(FINE, "Mei") == acts.Brought((), 0, 1)
    assert acts.bring_text(RETOLD, "Mei") == acts.Brought((), 1, 0)
    acts.bring_text(CLONE, "Mei")
    newest, oldest = now_stored(database)
    assert (oldest.repeats, newest.repeats) == (1, 0)
    assert newest.language == "zh" and newest.novelty > 0.9
    with session_scope(database) as session:
        assert len(mentions(session)) == 3


def test_a_feed_becomes_several_and_comes_again_without_harm(database: str) -> None:
    content = feed(2).replace(b"Story 0", FINE.encode()).replace(b"Story 1", CLONE.encode())
    assert len(acts.bring_file("news.xml", content, "Lin").signals) == 2
    assert acts.bring_file("news.xml", content, "Lin").known == 2
    assert {str(found.published_on) for found in now_stored(database)} == {"2026-10-02"}


def test_a_correction_counts_with_its_author_and_the_newest_last(database: str) -> None:
    acts.bring_text(FINE, "Lin")
    (before,) = now_stored(database)
    acts.correct_signal(before.id, "dimension", "market", "Mei")
    acts.correct_signal(before.id, "dimension", "technology", "Lin")
    (after,) = now_stored(database)
    assert (after.fields["dimension"].value, after.fields["dimension"].p, after.fields["dimension"].author) == (
        "technology", None, "Lin",
    )  # fmt: skip
    assert after.fields["topic"] == before.fields["topic"]


@pytest.mark.parametrize(
    ("wrong", "kind", "message"),
    [
        (lambda: acts.correct_signal(1, "colour", "red", "Lin"), UnknownName, "dimension, topic"),
        (lambda: acts.correct_signal(1, "dimension", "weather", "Lin"), UnknownName, "technology, market"),
        (lambda: acts.correct_signal(99, "dimension", "market", "Lin"), UnknownName, "99"),
        (lambda: acts.correct_signal(1, "dimension", "market", " "), InputError, "Your name"),
        (lambda: acts.link_signal(1, "nothing", "Lin"), UnknownName, "nothing"),
        (lambda: acts.bring_text("  ", "Lin"), InputError, "must not be empty"),
        (lambda: acts.bring_file("a.exe", b"MZ\x90", "Lin"), DataError, "in no format"),
        (lambda: acts.bring_url("http://169.254.169.254/latest", "Lin"), InputError, "not a public address"),
        (lambda: acts.use_classifier("en", "oracle", "Lin"), UnknownName, "words, zero_shot, headlines, run"),
        (lambda: acts.use_classifier("en", "run", "Lin"), InputError, "Name a run"),
        (lambda: acts.use_classifier("en", "run", "Lin", "nothing"), UnknownName, "nothing"),
        (lambda: acts.use_classifier("fr", "words", "Lin"), UnknownName, "en, zh"),
        (lambda: acts.signals_to_data("en", "Lin", headlines=False), StateError, "Nobody has corrected"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_lost(
    wrong: Callable[[], object], kind: type[Exception], message: str, database: str
) -> None:
    acts.bring_text(FINE, "Lin")
    with pytest.raises(kind, match=message):
        wrong()
    assert [found.title for found in now_stored(database)] == [FINE]


def test_corrections_become_a_data_set_and_more_of_them_a_version(database: str) -> None:
    for text in (FINE, CLONE):
        acts.bring_text(text, "Lin")
    chinese, english = now_stored(database)
    acts.correct_signal(english.id, "dimension", "policy", "Lin")
    acts.correct_signal(chinese.id, "dimension", "technology", "Lin")
    first, already = acts.signals_to_data("zh", "Lin")
    assert not already and set(first.labels) == {"technology", "market", "policy", "none"}
    assert labelled_rows(inside(first.folder)).row.size >= 110
    acts.bring_text("某银行宣布下调贷款利率并扩大对小企业的信贷投放规模", "Lin")
    acts.correct_signal(now_stored(database)[0].id, "dimension", "market", "Lin")
    second, already = acts.signals_to_data("zh", "Lin")
    assert not already and second.parent_id == first.id


@pytest.mark.sqlite_only
def test_an_adopted_run_reads_what_is_brought_next(database: str) -> None:
    from engine.entrypoints.worker import Worker

    data, _ = acts.signals_to_data("en", "Lin")
    run_id = actions.queue_run(None, data.id, "text_classification", "baseline", {"class_weight": "balanced"})
    with pytest.raises(StateError, match="only a complete run"):
        acts.use_classifier("en", "run", "Lin", run_id)
    Worker(threads=1, only=[run_id]).run(until=lambda: not _waiting(database, run_id))
    acts.use_classifier("en", "run", "Lin", run_id)
    acts.bring_text("Senate passes a bill that bans facial recognition by the police", "Lin")
    (found,) = now_stored(database)
    assert found.classifier == f"run {run_id}" and found.value("dimension") == "policy"


def _waiting(url: str, run_id: str) -> bool:
    from db.runs import runs_in_state

    with session_scope(url) as session:
        return any(found.id == run_id for found in runs_in_state(session, ("queued", "running")))


def test_visits_are_remembered_by_name(database: str) -> None:
    assert acts.visit("signals", "Lin") is None
    assert acts.visit("signals", "Mei") is None
    assert acts.visit("signals", "Lin") is not None


def test_the_command_line_brings_and_lists(database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "note.txt").write_text(CLONE, encoding="utf-8")
    assert run(["market", "signals", str(tmp_path / "note.txt"), "--text", FINE, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["new"]) == 2 and {row["language"] for row in told["signals"]} == {"en", "zh"}
    assert set(told["signals"][0]["fields"]["dimension"]) == {"value", "p", "author"}
    assert run(["market", "signals"]) == 0
    assert "policy" in capsys.readouterr().out
    assert run(["market", "signals", "--url", "http://127.0.0.1/", "--json"]) == 2
    assert "not a public address" in capsys.readouterr().out
