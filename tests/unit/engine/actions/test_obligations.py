"""Answers and states of obligations: stored, counted as evidence, part of the score."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from db.base import now
from db.evidence import current
from db.obligations import duties
from db.products import get_product
from db.session import session_scope
from db.shapes import Figure
from engine.entrypoints import actions
from engine.entrypoints.actions.obligations import Stand, answer_questions, set_obligation
from engine.errors import InputError, UnknownName
from engine.market.obligations import questions

BAR = ("quality.f1_macro", 0.6, 100.0)
ONLY_EU = {"us": False, "china": False, "eu": True, "personal_data": True}
OTHERS = tuple(key for key in questions() if key not in ONLY_EU)
NOT_SAID = Stand("met", checked_on=date(2026, 1, 1))


@pytest.fixture
def idea(database: str) -> str:
    return actions.add_idea("Parcel insight", "Mei", "post", "Shops", "They read too late", *BAR)


def figures(slug: str) -> dict[str, Figure]:
    with session_scope() as session:
        return dict(current(session, get_product(session, slug).id).figures)


def test_what_is_unclear_counts_as_open_until_it_is_answered(idea: str) -> None:
    assert "market.obligations_open" not in figures(idea)
    assert answer_questions(idea, ONLY_EU, "Lin") == 4
    before = figures(idea)["market.obligations_open"]
    assert before.low == 2 and before.value == before.high and before.value > 2 and before.grade == "assumed"
    answer_questions(idea, dict.fromkeys(OTHERS, False), "Lin")
    assert (figures(idea)["market.obligations_open"].value, figures(idea)["market.obligations_open"].low) == (2, 2)
    assert "market.attractiveness" in figures(idea)
    set_obligation(idea, "eu.gdpr", Stand("met", "Mei", "OJ L 119", date(2026, 5, 1)), "Mei")
    set_obligation(idea, "eu.ai_act_practices", Stand("does not apply"), "Mei")
    assert figures(idea)["market.obligations_open"].value == 0
    assert figures(idea)["market.attractiveness"].value == pytest.approx(100)
    assert answer_questions(idea, {"eu": None}, "Lin") == 1
    with session_scope() as session:
        found = duties(session, idea)
    assert "eu" not in found.answers
    assert (found.said["eu.gdpr"].owner, found.said["eu.gdpr"].checked_on) == ("Mei", date(2026, 5, 1))


def test_grants_that_were_typed_are_possible_income(idea: str) -> None:
    set_obligation(idea, "grant.sbir", Stand("in progress", usd=50_000.0), "Lin")
    set_obligation(idea, "grant.horizon", Stand("met", usd=20_000.0), "Lin")
    set_obligation(idea, "grant.cir", Stand("does not apply", usd=9_000.0), "Lin")
    grants = figures(idea)["market.grants_usd"]
    assert (grants.value, grants.low, grants.high, grants.grade) == (70_000, 20_000, 70_000, "assumed")
    assert "market.obligations_open" not in figures(idea), "no question is answered"


@pytest.mark.parametrize(
    ("wrong", "kind", "message"),
    [
        (lambda s: answer_questions(s, {"weather": True}, "Lin"), UnknownName, "eu, us"),
        (lambda s: answer_questions(s, {"eu": True}, " "), InputError, "Your name"),
        (lambda s: answer_questions("nothing", {"eu": True}, "Lin"), UnknownName, "nothing"),
        (lambda s: set_obligation(s, "eu.nothing", Stand("met"), "Lin"), UnknownName, r"eu\.gdpr"),
        (lambda s: set_obligation(s, "eu.gdpr", Stand("done"), "Lin"), UnknownName, "in progress"),
        (lambda s: set_obligation(s, "eu.gdpr", Stand("met", usd=5.0), "Lin"), InputError, "belongs to a grant"),
        (lambda s: set_obligation(s, "grant.sbir", Stand("open", usd=-1.0), "Lin"), InputError, "at least 0"),
        (lambda s: set_obligation(s, "eu.gdpr", NOT_SAID, "Lin"), InputError, "needs the"),
        (lambda s: set_obligation(s, "eu.gdpr", _tomorrow(), "Lin"), InputError, "ahead"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_written(
    wrong: Callable[[str], object], kind: type[Exception], message: str, idea: str
) -> None:
    with pytest.raises(kind, match=message):
        wrong(idea)
    with session_scope() as session:
        assert not duties(session, idea).begun


def _tomorrow() -> Stand:
    return Stand("met", source="x", checked_on=now().date() + timedelta(days=1))
