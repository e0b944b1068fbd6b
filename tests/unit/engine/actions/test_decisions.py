"""Decisions with what came of them, risks, and how far each idea is."""

from datetime import timedelta

import pytest

from db.base import now
from db.session import session_scope
from db.views.decisions import decision_log, then_and_now
from db.views.risks import risk_register
from db.views.steps import STEPS, board
from engine.entrypoints import actions
from engine.entrypoints.actions.decisions import record_outcome
from engine.entrypoints.actions.risks import add_risk, see_risk
from engine.errors import InputError, UnknownName
from engine.interval import Interval
from engine.portfolio.outcomes import change

PRICE = "economics.price_per_1k_usd"


@pytest.fixture
def idea(database: str) -> str:
    """An idea with an assumed price."""
    price = {PRICE: (0.5, 0.4, 0.6, "a guess")}
    return actions.add_idea(
        "Parcels", "Lin", "post", "Shops", "They read too late", "quality.f1_macro", 0.6, 100.0, price
    )


def test_what_came_of_a_decision_stands_beside_what_it_rested_on(idea: str) -> None:
    actions.decide(idea, "hold", "The price is a guess.", "Lin", now().date(), "Ten shops say yes by June.")
    with session_scope() as session:
        (first,) = decision_log(session)
    assert first.due(now().date()) and not first.due(now().date() - timedelta(days=1))
    actions.assume(idea, PRICE, 0.9, 0.8, 1.0, "Two offers", "Mei")
    record_outcome(first.id, "better", "Twelve said yes.", "Mei")
    record_outcome(first.id, "worse", "Three left.", "Lin")
    with session_scope() as session:
        (logged,) = decision_log(session, idea)
        figures = {row.measure: row for row in then_and_now(session, first.id)}
    assert [row.came for row in logged.outcomes] == ["worse", "better"] and logged.expected.startswith("Ten")
    assert not logged.due(now().date()) and logged.stands
    price = figures[PRICE]
    assert price.then is not None and price.now is not None and (price.then.value, price.now.value) == (0.5, 0.9)


def test_a_later_decision_takes_the_place_and_the_log_keeps_both(idea: str) -> None:
    actions.decide(idea, "hold", "Not yet.", "Lin", now().date())
    actions.decide(idea, "go", "Now.", "Lin")
    with session_scope() as session:
        log = decision_log(session)
    assert [(row.verdict, row.stands) for row in log] == [("go", True), ("hold", False)]
    assert not any(row.due(now().date()) for row in log)


def test_outcomes_of_nothing_and_without_words_are_refused(idea: str) -> None:
    with pytest.raises(UnknownName, match="7"):
        record_outcome(7, "better", "So it was.", "Lin")
    with pytest.raises(UnknownName, match="great"):
        record_outcome(7, "great", "So it was.", "Lin")
    with pytest.raises(InputError, match="What happened must not be empty"):
        record_outcome(7, "better", " ", "Lin")


def test_a_figure_moved_only_beyond_both_intervals() -> None:
    low, high = Interval(1.0, 0.8, 1.2), Interval(2.0, 1.6, 2.4)
    assert change(low, high, "higher") == "better" and change(low, high, "lower") == "worse"
    assert change(low, high, "none") == "moved" and change(low, Interval(1.3, 1.1, 1.5), "higher") == "same"
    assert change(None, high, "higher") == "new" and change(low, None, "higher") == "gone"


def test_a_risk_seen_anew_keeps_how_it_was_seen(idea: str) -> None:
    small = add_risk(idea, "cost", "Texts grow longer", 2, 2, author="Lin")
    large = add_risk(idea, "law", "Consent is missing", 3, 5, author="Lin")
    see_risk(small, 5, 4, "Mei", "A cap on tokens", author="Mei")
    see_risk(large, 3, 5, "Lin", "Asked", closed=True, author="Lin")
    with session_scope() as session:
        first, last = risk_register(session)
    assert (first.id, first.seen.exposure, len(first.before)) == (small, 20, 1)
    assert (last.id, last.seen.closed, last.before[0].closed) == (large, True, False)


@pytest.mark.parametrize(
    ("kind", "title", "likelihood", "impact", "words"),
    [
        ("weather", "Rain", 1, 1, "weather"),
        ("data", "", 1, 1, "The risk must not be empty"),
        ("data", "Rows run out", 6, 1, "The likelihood must be at most 5, not 6"),
        ("data", "Rows run out", 1, 2.5, "The impact must be a whole number from 1 to 5, not 2.5"),
    ],
)
def test_risks_that_are_none_are_refused(
    kind: str, title: str, likelihood: float, impact: float, words: str, database: str
) -> None:
    with pytest.raises((InputError, UnknownName), match=words):
        add_risk("any", kind, title, likelihood, impact, author="Lin")  # type: ignore[arg-type]


def test_the_board_reads_each_step_from_what_is_stored(idea: str) -> None:
    def placed() -> tuple[str, list[bool]]:
        with session_scope() as session:
            (row,) = board(session)
        assert set(row.gates) == set(STEPS)
        return row.step, [gate.met for gate in row.gates["operate"]]

    assert placed()[0] == "need"
    actions.assume(idea, "market.customers", 40, None, None, "a list of names", "Lin")
    assert placed()[0] == "data"
    add_risk(idea, "law", "Consent is missing", 3, 5, author="Lin")
    assert placed()[1] == [False, False, False, False], "a pressing risk without owner"
    add_risk(idea, "data", "Rows run out", 1, 1, author="Lin")
    actions.edit_idea(idea, stage="live")
    actions.decide(idea, "go", "Now.", "Lin", now().date())
    with session_scope() as session:
        see = next(risk for risk in risk_register(session) if risk.kind == "law")
    see_risk(see.id, 3, 5, "Lin", "Ask first", author="Lin")
    assert placed()[1] == [True, False, True, True], "obligations are not known"
