import math

import pytest

from engine.costs.before.advice import HERE, Seen, Way, Wishes, advise
from engine.interval import Interval


def way(recipe: str, usd: float, latency_ms: float = 10.0, model: str = "minilm") -> Way:
    return Way(recipe, model, Interval(10.0, 8.0, 12.0), Interval(usd, usd, usd), latency_ms)


WAYS = [way("full", 0.01), way("few_shot", 0.001), way("baseline", 0.0001, 0.2, "")]


def test_the_prior_alone_ranks_and_its_intervals_are_wide() -> None:
    found = advise(WAYS, [], Wishes(rows=2000, naive=0.5))
    assert [one.way.recipe for one in found] == ["full", "few_shot", "baseline"]
    first = found[0].quality
    logit = 0.95 + 0.5 * math.log10(2)  # quality.yml: the way's mean, and tenfold rows
    assert first.value == pytest.approx(0.5 + 0.5 / (1 + math.exp(-logit)))
    assert first.high - first.low > 0.25
    assert found[0].reasons[-1][0] == "no full run of it here yet: from a stated prior"


def test_own_runs_overturn_the_prior() -> None:
    seen = [Seen(f"data {n}", "baseline", 2000, 0.93, 0.5) for n in range(6)]
    seen += [Seen(f"data {n}", "full minilm", 2000, 0.70, 0.5) for n in range(6)]
    found = advise(WAYS, seen, Wishes(rows=2000, naive=0.5))
    assert found[0].way.recipe == "baseline" and found[0].runs == 6
    assert found[0].reasons[-1] == ("rests on {n} of its runs on other data", {"n": 6})


def test_a_run_on_the_same_data_tells_how_hard_it_is() -> None:
    hard = advise(WAYS, [Seen(HERE, "baseline", 2000, 0.55, 0.5)], Wishes(rows=2000, naive=0.5))
    easy = advise(WAYS, [Seen(HERE, "baseline", 2000, 0.95, 0.5)], Wishes(rows=2000, naive=0.5))
    full = {key: next(o.quality for o in found if o.way.recipe == "full") for key, found in (("h", hard), ("e", easy))}
    assert full["h"].value < full["e"].value - 0.2
    prior = next(o.quality for o in advise(WAYS, [], Wishes(2000, 0.5)) if o.way.recipe == "full")
    assert full["e"].high - full["e"].low < prior.high - prior.low


def test_too_slow_and_too_dear_ways_come_last_and_say_so() -> None:
    found = advise(WAYS, [], Wishes(rows=2000, naive=0.5, latency_limit_ms=5.0, budget_usd=0.005))
    assert [one.fits for one in found] == [True, False, False]
    assert found[0].way.recipe == "baseline"
    worst = next(one for one in found if one.way.recipe == "full")
    assert [template for template, _ in worst.reasons][:2] == ["too slow: about {ms} ms a request", "above the budget"]


def test_of_like_quality_the_cheaper_is_first() -> None:
    found = advise([way("lora", 0.1), way("top_layers", 0.001)], [], Wishes(rows=1000, naive=0.5))
    assert [one.way.recipe for one in found] == ["top_layers", "lora"]
    assert found[0].quality.value == found[1].quality.value
