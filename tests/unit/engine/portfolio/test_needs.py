"""What a plan sets aside follows the simulated cash."""

import numpy as np
import pytest

from engine.errors import ConfigError, ProspectusError
from engine.portfolio.allocate import Candidate, Limits, allocate
from engine.portfolio.allocate_child import plan_apart
from engine.portfolio.needs import monthly_needs


def test_the_shape_is_the_typical_paths_and_the_sum_is_cautious() -> None:
    path = np.array([0.0, -10, -30, -20, 50])
    cash = path[:, None] * np.array([0.5, 1.0, 1.5, 1.0, 1.0])
    need = -cash.min(axis=0)
    found = monthly_needs(cash, need)
    assert found == pytest.approx((np.quantile(need, 0.8) / 3, np.quantile(need, 0.8) * 2 / 3))


def test_an_idea_that_pays_for_itself_needs_nothing() -> None:
    cash = np.cumsum(np.ones((5, 200)), axis=0)
    assert monthly_needs(cash, np.zeros(200)) == (0.0,)


def test_bad_luck_alone_is_reckoned_with_at_once() -> None:
    cash = np.zeros((4, 10))
    cash[:, 6:] = np.array([0.0, -5, -9, 4])[:, None]
    assert monthly_needs(cash, -cash.min(axis=0)) == (9.0,)


def test_a_process_of_its_own_says_the_same() -> None:
    ideas = [Candidate("a", 5, (3, 3), people=1), Candidate("b", 4, (2,), needs=("a",))]
    limits = Limits(8, 6, people=1)
    plan, line = plan_apart(ideas, limits, (2, 8))
    assert plan == allocate(ideas, limits)
    assert line == [(2, 0.0), (8, 9.0)]
    with pytest.raises(ConfigError, match="above 0 USD, not -1"):
        plan_apart(ideas, Limits(-1, 6))
    with pytest.raises(ProspectusError, match="No plan fits: law"):
        plan_apart([Candidate("law", 1, (9,), must=True)], limits)
