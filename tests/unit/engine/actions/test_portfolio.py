"""Ranking, what to measure next and the plan, over ideas with saved businesses."""

from dataclasses import replace

import pytest

from db.models import EvidenceRow
from db.portfolio import what_if
from db.session import session_scope
from engine.entrypoints import actions
from engine.entrypoints.actions import portfolio
from engine.entrypoints.actions.what_ifs import change_what_if, save_what_if
from engine.errors import ConfigError, InputError, UnknownName
from engine.portfolio.founder import Founder, founder_of, to_document
from tests.businesses import idea_with_business

MEANS = Founder(200_000, 18)
PATHS = 2_000


@pytest.fixture
def three(database: str) -> tuple[str, str, str]:
    """A dear one, a cheap one and one of which nothing is known."""
    bare = actions.add_idea("Bare", "Lin", "", "", "", "quality.f1_macro", 0.8, 100.0)
    return idea_with_business("Dear", 249.0), idea_with_business("Cheap", 29.0), bare


def test_the_dear_one_is_best_and_the_unknown_one_is_named(three: tuple[str, str, str]) -> None:
    dear, cheap, bare = three
    found = portfolio.rank(MEANS, PATHS)
    assert [idea.slug for idea in found.ideas] == [dear, cheap, bare]
    best, second, last = found.ideas
    assert best.standing.p_best is not None and second.standing.p_best is not None
    assert best.standing.p_best.value > 0.5 > second.standing.p_best.value
    assert best.grade == "assumed" and best.model == "subscription"
    assert last.reason is not None and "Bare" in str(last.reason) and last.standing.p_best is None
    assert best.standing.rank_high >= 2, "the unknown one may stand before it"


def test_what_to_find_out_is_worth_no_more_than_everything(three: tuple[str, str, str]) -> None:
    found = portfolio.rank(MEANS, PATHS)
    assert found.next and found.evpi_usd > 0
    worth = [each.worth_usd for each in found.next]
    assert worth == sorted(worth, reverse=True) and worth[0] <= found.evpi_usd
    assert {each.key for each in found.next} & {"sales.conversion", "churn_per_month", "sales.leads_per_month"}


def test_less_cash_means_more_paths_without_any(three: tuple[str, str, str]) -> None:
    poor, rich = (portfolio.rank(Founder(cash, 18), PATHS).ideas[0].standing for cash in (40_000, 2_000_000))
    assert poor.p_cash_out is not None and rich.p_cash_out is not None
    assert poor.p_cash_out > rich.p_cash_out
    assert poor.npv_usd is not None and poor.npv_usd.low >= -40_000


def test_the_plan_keeps_to_the_terms(three: tuple[str, str, str]) -> None:
    dear, cheap, _bare = three
    found = portfolio.allocate_budget(Founder(1_000_000, 60), PATHS)
    assert dear in found.plan.start_month and found.plan.proven
    assert found.unknown == ("Bare",)
    values = [value for _budget, value in found.frontier if value is not None]
    assert values == sorted(values), "more money is never worth less"
    portfolio.set_terms(dear, people=2, needs=[cheap], why="It stands on its data.", author="Lin")
    later = portfolio.allocate_budget(Founder(1_000_000, 60), PATHS).plan
    assert dear not in later.start_month or later.start_month[dear] > 0
    portfolio.set_terms(cheap, people=1, must=True, author="Lin")
    must = portfolio.allocate_budget(Founder(1_000_000, 60, people=2), PATHS).plan
    assert cheap in must.start_month and max(must.people_by_month) <= 2


def test_chances_become_evidence_with_the_means_they_hold_under(three: tuple[str, str, str]) -> None:
    portfolio.record_chances(MEANS, PATHS)
    portfolio.record_chances(MEANS, PATHS)
    with session_scope() as session:
        rows = [row for row in session.query(EvidenceRow) if row.measure == "economics.p_best"]
    assert len(rows) == 2, "said once"
    assert {row.context["cash_usd"] for row in rows} == {200_000}
    assert {row.grade for row in rows} == {"assumed"} and all(row.inputs for row in rows)


def test_only_the_ideas_that_are_asked_for(three: tuple[str, str, str]) -> None:
    dear, _cheap, _bare = three
    assert [idea.slug for idea in portfolio.rank(Founder(1e5, 18, ideas=(dear,)), PATHS).ideas] == [dear]
    with pytest.raises(UnknownName, match="nonsense"):
        portfolio.rank(Founder(1e5, 18, ideas=("nonsense",)), PATHS)


def test_an_idea_cannot_need_itself(three: tuple[str, str, str]) -> None:
    dear, cheap, _bare = three
    for terms in ({"needs": [dear]}, {"excludes": [dear]}, {"needs": [cheap], "excludes": [cheap]}):
        with pytest.raises(InputError, match="cannot need or exclude itself"):
            portfolio.set_terms(dear, people=1, author="Lin", **terms)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="at least 0, not -1"):
        portfolio.set_terms(dear, people=-1, author="Lin")


def test_ideas_that_wait_for_each_other_are_refused(three: tuple[str, str, str]) -> None:
    dear, cheap, _bare = three
    portfolio.set_terms(dear, people=1, needs=[cheap], author="Lin")
    portfolio.set_terms(cheap, people=1, needs=[dear], author="Lin")
    with pytest.raises(ConfigError, match="in a circle"):
        portfolio.allocate_budget(MEANS, PATHS)


def test_a_what_if_is_kept_once_and_found_by_its_link(database: str) -> None:
    key = save_what_if("Two of us", MEANS, "Lin")
    assert save_what_if("Two of us", MEANS, "Mei") == key
    with session_scope() as session:
        assert founder_of(what_if(session, key).document) == replace(MEANS, terms=())
        with pytest.raises(UnknownName, match="Two of us"):
            what_if(session, "edited-by-hand")


def test_a_what_if_has_its_own_people_and_order(three: tuple[str, str, str]) -> None:
    dear, cheap, _bare = three
    portfolio.set_terms(dear, people=1.0, author="Lin")
    key = save_what_if("Alone", replace(MEANS, people=1.0), "Lin")
    changed = change_what_if(key, dear, people=2.0, author="Mei")
    with session_scope() as session:
        first, second = (founder_of(what_if(session, each).document) for each in (key, changed))
    assert portfolio.allocate_budget(first, PATHS).plan.start_month == {dear: 0}
    assert dear not in portfolio.allocate_budget(second, PATHS).plan.start_month, "two people, and there is one"
    assert portfolio.allocate_budget(replace(MEANS, people=1.0), PATHS).plan.start_month == {dear: 0}, "of all plans"
    with pytest.raises(InputError, match="cannot need or exclude itself"):
        change_what_if(key, dear, people=1.0, needs=[dear], author="Lin")
    with pytest.raises(UnknownName, match="nobody"):
        change_what_if(key, cheap, people=1.0, needs=["nobody"], author="Lin")


def test_means_that_are_none_are_all_named() -> None:
    with pytest.raises(ConfigError) as caught:
        founder_of({"cash_usd": "much", "months": 0.5, "people": -1, "risk_tolerance_usd": True, "ideas": "a"})
    assert str(caught.value).startswith("Wrong settings (5)")
    with pytest.raises(ConfigError, match="The cash is missing"):
        founder_of({"months": 18})
    assert founder_of(to_document(MEANS)) == MEANS
