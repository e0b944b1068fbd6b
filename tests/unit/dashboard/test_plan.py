"""The plan page: what the address says, what is known, and what is not."""

import pytest

from engine.entrypoints import actions
from tests.businesses import idea_with_business
from tests.contracts.test_pages import draw


@pytest.fixture
def ideas(database: str) -> str:
    """Two with a business, one without; the slug of the best."""
    best = idea_with_business("Dear <b>", 249.0)
    idea_with_business("Cheap", 29.0)
    actions.add_idea("Bare", "Lin", "", "", "", "quality.f1_macro", 0.8, 100.0)
    return best


def test_means_in_the_address_rank_the_ideas_and_plan_them(ideas: str) -> None:
    test = draw("plan", "en", cash="200000", months="18")
    assert not test.error
    words = " ".join(text.value for text in test.markdown)
    assert "is worth most in" in words and "Find out first" in words
    assert "Bare" in words and "cannot be ranked yet" in words
    table = test.table[0].value
    assert len(table) == 2
    headings = [heading.value for heading in test.subheader]
    assert {"Ranking", "Find out first", "The plan"} <= set(headings)


def test_an_address_edited_by_hand_is_said_and_the_form_stays(ideas: str) -> None:
    test = draw("plan", "en", cash="much", months="-3")
    (fault,) = test.error
    assert "much" in fault.value and "-3" in fault.value.replace("\\", "")
    assert test.number_input
    unknown = draw("plan", "en", cash="1000", idea="nonsense")
    assert any("nonsense" in fault.value for fault in unknown.error)
    assert unknown.number_input
    missing = draw("plan", "en", what="edited")
    assert any("edited" in fault.value for fault in missing.error)


def test_saved_means_are_a_link(ideas: str) -> None:
    from dashboard.store import plans

    key = plans.save_what_if("Two of us", plans.Founder(50_000, 12), "Lin")
    test = draw("plan", "zh_CN", what=key)
    assert not test.error
    assert any("Two of us" in text.value for text in test.markdown)


def test_lenses_stand_beside_the_ranking(ideas: str) -> None:
    from dashboard.store import plans

    plans.save_weights({"worth": 3, "market": 2, "bar": 1}, "Lin")
    test = draw("plan", "en", cash="200000", months="18")
    words = " ".join(text.value for text in test.markdown).replace("\\", "")
    assert "Through other lenses" in {heading.value for heading in test.subheader} and not test.error
    assert (
        "fewer than two ideas have evidence of it: Attractiveness of the market, Chance to meet the bar. "
        "The score weighs Risk-adjusted worth 100%."
    ) in words
    cells = " ".join(str(each.value.to_dict()) for each in test.table).replace("\\", "")
    assert "the market’s score and the chance to meet the bar are missing" in cells.replace("\xa0", " ")


def test_missing_evidence_everywhere_ranks_nothing_and_says_why(database: str) -> None:
    for name in ("One", "Two"):
        actions.add_idea(name, "Lin", "", "", "", "quality.f1_macro", 0.8, 100.0)
    test = draw("plan", "en", cash="200000")
    words = " ".join(text.value for text in test.markdown)
    assert "No idea can be ranked yet" in words and "No lens knows enough" in words
    assert "Nobody has said yet what matters" in words and not test.error


def test_a_budget_that_nothing_fits_is_said(ideas: str) -> None:
    test = draw("plan", "en", cash="50", months="18")
    words = " ".join(text.value for text in test.markdown)
    assert "No idea fits into" in words and not test.error
