"""Plans are optimal, as enumeration says, and keep to money, people, order and exclusions."""

import itertools
import random

import pytest

from engine.errors import ConfigError, ProspectusError
from engine.portfolio.allocate import Candidate, Limits, allocate, frontier


def brute_force(candidates: list[Candidate], budget: float) -> float:
    """The best value of any subset that the budget allows, without time."""
    best = 0.0
    for count in range(len(candidates) + 1):
        for subset in itertools.combinations(candidates, count):
            if sum(sum(c.monthly_usd) for c in subset) <= budget:
                best = max(best, sum(c.value_usd for c in subset))
    return best


@pytest.mark.parametrize("seed", range(5))
def test_it_finds_what_enumeration_finds(seed: int) -> None:
    dice = random.Random(seed)
    ideas = [Candidate(f"i{k}", dice.uniform(-20, 100), (dice.uniform(5, 40),)) for k in range(11)]
    plan = allocate(ideas, Limits(budget_usd=90, months=1))
    assert plan.proven and plan.spent_usd <= 90 + 1e-6
    assert plan.value_usd == pytest.approx(brute_force(ideas, 90), abs=1e-6)


def test_order_people_and_discount_decide_when() -> None:
    ideas = [
        Candidate("data", 10, (5, 5), people=1),
        Candidate("model", 100, (5,), people=1, needs=("data",)),
        Candidate("app", 40, (5,), people=1),
    ]
    plan = allocate(ideas, Limits(budget_usd=100, months=6, people=1, monthly_discount=0.01))
    assert plan.start_month["model"] >= plan.start_month["data"] + 2
    assert max(plan.people_by_month) <= 1
    assert set(plan.start_month) == {"data", "model", "app"}
    assert plan.value_usd == pytest.approx(max(
        10 * .99**d + 100 * .99**m + 40 * .99**a
        for d, m, a in itertools.product(range(5), range(6), range(6))
        if m >= d + 2 and a not in (d, d + 1, m)
    ))  # fmt: skip


def test_ideas_in_place_of_each_other_are_not_both_built() -> None:
    ideas = [Candidate("a", 10, (1,), excludes=("b",)), Candidate("b", 9, (1,)), Candidate("c", 1, (1,))]
    assert set(allocate(ideas, Limits(budget_usd=9, months=1)).start_month) == {"a", "c"}


def test_what_must_be_built_is_built_at_a_loss_or_there_is_no_plan() -> None:
    ideas = [Candidate("law", -5, (10,), must=True), Candidate("b", 9, (8,))]
    assert set(allocate(ideas, Limits(budget_usd=20, months=1)).start_month) == {"law", "b"}
    assert set(allocate(ideas, Limits(budget_usd=15, months=1)).start_month) == {"law"}
    with pytest.raises(ProspectusError, match="law must be built"):
        allocate(ideas, Limits(budget_usd=9, months=1))
    assert [plan is None for _usd, plan in frontier(ideas, (9, 15, 20), Limits(1, months=1))] == [True, False, False]


def test_a_budget_that_nothing_fits_builds_nothing() -> None:
    plan = allocate([Candidate("a", 10, (100,))], Limits(budget_usd=1, months=2))
    assert plan.start_month == {} and plan.value_usd == 0 and plan.proven


def test_every_fault_is_named_at_once() -> None:
    ideas = [Candidate("a", 1, (), needs=("b",)), Candidate("b", 1, (1,), needs=("a", "z"))]
    with pytest.raises(ConfigError) as caught:
        allocate(ideas, Limits(budget_usd=0, months=0, people=-1, monthly_discount=2))
    text = str(caught.value)
    for words in (
        "above 0 USD, not 0",
        "months, not 0",
        "negative: -1",
        "below 1, not 2",
        "a needs at least",
        "z",
        "circle",
    ):
        assert words in text


def test_choosing_first_finds_what_the_whole_program_finds() -> None:
    """Also where the best choice of ideas does not fit into the months and is forbidden."""
    from engine.portfolio.allocate import _Program
    from engine.portfolio.choosing import Choosing

    draw, forbidden = random.Random(7), 0
    for _case in range(10):
        ideas = [
            Candidate(
                f"i{k}",
                draw.uniform(-2.0, 10.0),
                (1.0,) * draw.randint(1, 4),
                people=draw.randint(1, 2),
                needs=(f"i{k - 1}",) if k and draw.random() < 0.4 else (),
                excludes=(f"i{k - 2}",) if k > 1 and draw.random() < 0.2 else (),
            )
            for k in range(7)
        ]
        limits = Limits(12.0, 6, 2.0)
        plan = allocate(ideas, limits)
        chosen, proven, _gap = _Program(ideas, limits).solve()
        assert proven and plan.proven and chosen is not None
        assert plan.value_usd == pytest.approx(sum(ideas[i].value_usd for i, _month in chosen), abs=1e-6)
        assert max(plan.people_by_month) <= 2 and plan.spent_usd <= 12
        bound, _sure = Choosing(ideas, limits).best(5.0)
        assert bound is not None
        forbidden += sum(idea.value_usd for idea in ideas if idea.slug in bound) > plan.value_usd + 1e-6
    assert forbidden, "some first choices must not have fitted"
