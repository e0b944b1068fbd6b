"""The pages of decisions and risks: what the address names, what is due, and what is lacking."""

import pytest

from db.base import now
from db.session import session_scope
from db.views.decisions import decision_log
from engine.entrypoints import actions
from engine.entrypoints.actions.risks import add_risk
from tests.contracts.test_pages import draw


@pytest.fixture
def idea(database: str) -> str:
    """One with a decision whose review is due today."""
    slug = actions.add_idea("Parcels <b>", "Lin", "", "", "", "quality.f1_macro", 0.6, 100.0)
    actions.decide(slug, "go", "It pays.", "Lin", now().date(), "Ten offers")
    return slug


def test_a_due_review_and_the_step_stand_first(idea: str) -> None:
    test = draw("decisions", "en")
    words = " ".join(text.value for text in test.markdown)
    assert "1 decision is due for review" in words and "1 Go" in words
    assert "Ten offers" in words and "Customer and hypothesis are written down" in words
    with session_scope() as session:
        (logged,) = decision_log(session)
    assert not draw("decisions", "zh_CN", decision=str(logged.id)).error


def test_what_the_address_does_not_name_is_said(idea: str) -> None:
    (fault,) = draw("decisions", "en", decision="77").error
    assert "77" in fault.value
    (fault,) = draw("risks", "en", idea="nonsense").error
    assert "nonsense" in fault.value


def test_a_pressing_risk_without_owner_is_named(idea: str) -> None:
    empty = " ".join(text.value for text in draw("risks", "en", idea=idea).markdown)
    assert "not the same as none" in empty
    add_risk(idea, "law", "Consent is missing", 3, 5, author="Lin")
    words = " ".join(text.value for text in draw("risks", "en").markdown)
    assert "1 of 1 open risks is pressing" in words and "no owner" in words and "Consent is missing" in words
