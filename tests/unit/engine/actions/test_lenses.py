"""What the team types for the lenses, and where they differ from the headline."""

import pytest

from db.models import TeamView
from db.session import session_scope
from engine.entrypoints.actions import lenses, portfolio
from engine.entrypoints.cli import run as cli
from engine.errors import InputError
from engine.portfolio.criteria import PAIRS, ContradictoryPairs
from engine.portfolio.founder import Founder
from tests.businesses import idea_with_business

SCALE = {"worth": 5, "market": 4, "bar": 3, "margin": 2, "duties": 1}


@pytest.mark.sqlite_only
def test_lenses_say_what_they_know_and_why_not(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Saved weights rank what is known; contradictory ones are told with the ratio, and the former still count."""
    dear = idea_with_business("Dear", 249.0)
    idea_with_business("Cheap", 29.0)
    ranking = portfolio.rank(Founder(200_000, 18), 500)
    assert [idea.topsis for idea in lenses.look(ranking).ideas] == [None, None], "nobody has said what matters"
    assert lenses.save_pairs([(a, b, SCALE[a] / SCALE[b]) for a, b in PAIRS], "Lin") < 0.01
    circle = [(first, second, 9.0 if k % 2 else 1 / 9) for k, (first, second) in enumerate(PAIRS)]
    with pytest.raises(InputError, match=r"ratio is \d\.\d\d, and must be at most 0\.1.*Look again at") as caught:
        lenses.save_pairs(circle, "Lin")
    assert "before still count" in caught.value.kept
    assert isinstance(caught.value, ContradictoryPairs) and len(caught.value.worst) == 3
    changed = {(first, second): value for first, second, value in caught.value.mended}
    lenses.save_pairs([(a, b, changed.get((a, b), value)) for a, b, value in circle], "Mei")
    assert lenses.save_pairs([(a, b, SCALE[a] / SCALE[b]) for a, b in PAIRS], "Lin") < 0.01
    lenses.save_rice(dear, 2.0, 0.5, 4.0, "Lin")
    found = lenses.look(ranking)
    assert found.weights.author == "Lin" and found.weights.weights["worth"] == pytest.approx(1 / 3, abs=1e-3)
    first, second = found.ideas
    assert first.topsis is not None and second.topsis is not None and first.topsis.value > second.topsis.value
    assert first.rice is None and "reach" not in first.rice_parts and first.rice_parts["effort_months"] == 4
    assert first.box is None and not found.disagreements
    assert found.weighed.without_evidence == ("market", "bar", "margin", "duties")
    assert dict(found.weighed.shares) == {"worth": 1.0}
    assert cli(["portfolio", "lenses", "--cash", "200000"]) == 0
    told = capsys.readouterr().out
    assert "fewer than two ideas have evidence: market, bar, margin, duties" in told
    assert "the score weighs: worth 100 %" in told


def test_what_is_out_of_range_is_not_kept(database: str) -> None:
    slug = idea_with_business("Dear", 249.0)
    for impact, confidence, effort, words in (
        (30, 0.5, 2, "The impact must be at most 3"),
        (1, 1.5, 2, "The confidence must be at most 1"),
        (1, 0.5, 0, "The effort must be above 0"),
    ):
        with pytest.raises(InputError, match=words):
            lenses.save_rice(slug, impact, confidence, effort, "Lin")
    with pytest.raises(InputError, match="At least one weight must be above 0"):
        lenses.save_weights({"worth": 0}, "Lin")
    with session_scope() as session:
        assert session.query(TeamView).count() == 0
