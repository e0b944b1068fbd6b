"""What matters most: closed forms, and SALib as a second opinion on the Sobol indices."""

from dataclasses import replace

import numpy as np
import pytest

from engine import catalog
from engine.business.draws import Futures, quantile_matched
from engine.business.groups import by_tenth, by_tier
from engine.business.scenario import Estimate, Money
from engine.business.sensitivity import rank_correlations, shares, sobol, tornado, uncertain
from engine.business.simulate import prepare, simulate
from engine.business.usage import decile_multiples, deciles, spread_of
from engine.errors import InputError
from tests.unit.engine.business.material import fixed, plain_subscription, scenario

MODEL = catalog.pricing_model("subscription")


def test_the_ends_are_the_quantiles_they_say() -> None:
    z = Futures(400_000).normals("x", (400_000,))
    for given, share in ((Estimate(4, 1, 9), False), (Estimate(0.04, 0.01, 0.2), True), (Estimate(0, -2, 1), False)):
        drawn = quantile_matched(given, z, share=share)
        assert np.quantile(drawn, [0.025, 0.5, 0.975]) == pytest.approx(
            [given.low, given.value, given.high], rel=0.02, abs=0.01
        )


def test_tenths_of_a_log_normal_average_one_and_the_top_is_as_told() -> None:
    for top in (0.1, 0.3, 0.5, 0.9):
        multiples = decile_multiples(top)
        assert sum(multiples) == pytest.approx(10)
        assert multiples[-1] / 10 == pytest.approx(top)
        assert list(multiples) == pytest.approx(sorted(multiples))
    many = deciles(np.array([0.35, 0.61], np.float32))
    assert many[:, 0] == pytest.approx(decile_multiples(0.35), rel=0.02, abs=0.002)
    rng = np.random.default_rng(1)
    drawn = np.sort(rng.lognormal(0, spread_of(0.5), 200_000))
    assert drawn[-20_000:].sum() / drawn.sum() == pytest.approx(0.5, abs=0.02)
    with pytest.raises(InputError, match=r"from 0.1 to 0.95, not 0.05"):
        spread_of(0.05)


def test_a_tornado_changes_one_figure_at_a_time() -> None:
    given = plain_subscription(fixed_usd_per_month=100.0)
    wide = {**given.inputs, "fixed_usd_per_month": Estimate(100.0, 50.0, 300.0)}
    (swing,) = tornado(type(given)(wide, given.models), MODEL)
    assert swing.key == "fixed_usd_per_month"
    assert (swing.at_low, swing.at_high) == pytest.approx((36 * 50, -36 * 200), rel=1e-3)
    assert tornado(given, MODEL) == []


def test_the_strongest_comes_first_and_all_uncertain_ones_are_there() -> None:
    given = scenario()
    swings = tornado(given, MODEL)
    assert {swing.key for swing in swings} == {row.key for row in uncertain(given, MODEL)}
    assert [swing.size for swing in swings] == sorted((swing.size for swing in swings), reverse=True)


def test_sobol_of_a_sum_is_its_share_of_the_variance() -> None:
    """Cash = -36 (staff + fixed): shares are those of the variances, and first order equals total."""
    given = plain_subscription()
    ends = {"staff_usd_per_month": Estimate(0.0, -1.0, 1.0), "fixed_usd_per_month": Estimate(0.0, -2.0, 2.0)}
    # Symmetric about a value far from the limit 0, so that nothing is cut.
    ends = {k: Estimate(1000.0, 1000.0 - 10 * e.high, 1000.0 + 10 * e.high) for k, e in ends.items()}  # type: ignore[operator]
    parts = {p.key: p for p in sobol(type(given)({**given.inputs, **ends}, given.models), MODEL, samples=8192)}
    assert parts["fixed_usd_per_month"].total == pytest.approx(0.8, abs=0.04)
    assert parts["staff_usd_per_month"].first == pytest.approx(0.2, abs=0.04)


def test_sobol_agrees_with_salib() -> None:
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    from engine.business.groups import middle
    from engine.business.sensitivity import at_values, cash_at_end

    given, base = scenario(), middle(scenario(), MODEL)
    rows = uncertain(given, MODEL)
    problem = {
        "num_vars": len(rows),
        "names": [row.key for row in rows],
        "bounds": [[0.0, 1.0]] * len(rows),
        "dists": ["norm"] * len(rows),
    }
    z = sample.sample(problem, 2048, calc_second_order=False, seed=1).astype(np.float32)
    values = cash_at_end(simulate(at_values(base, {row.key: row.at(z[:, i].copy()) for i, row in enumerate(rows)})))
    theirs = dict(
        zip(problem["names"], analyze.analyze(problem, values, calc_second_order=False, seed=1)["ST"], strict=True)
    )
    ours = {part.key: part.total for part in sobol(given, MODEL, samples=4096)}
    strongest = sorted(theirs, key=theirs.get, reverse=True)[:3]  # type: ignore[arg-type]
    for key in strongest:
        assert ours[key] == pytest.approx(theirs[key], abs=0.08)


def test_rank_correlation_is_spearmans() -> None:
    from scipy.stats import spearmanr

    deal = prepare(scenario(), MODEL, Futures(3000))
    found = simulate(deal)
    drivers = {k: v for k, v in deal.drawn.items() if v.size > 1}
    ours = rank_correlations(drivers, found.npv)
    for key in ("churn_per_month", "paid.conversion"):
        assert ours[key] == pytest.approx(spearmanr(drivers[key], found.npv).statistic, abs=1e-6)


def test_margins_by_tenth_and_by_plan_add_up_to_the_whole() -> None:
    given = fixed(hires=(), money=())
    tenths = by_tenth(given, MODEL)
    assert len(tenths) == 10
    assert tenths[-1].serving > 5 * tenths[4].serving
    plans = by_tier(given, MODEL)
    assert [plan.name for plan in plans] == ["Basic", "Plus"]
    mean = sum(plan.gross * plan.share for plan in plans)
    assert mean == pytest.approx(sum(tenth.gross for tenth in tenths) / 10 * 1, rel=0.01)


def test_money_that_may_come_moves_no_figure() -> None:
    """Figures are moved one at a time: in none of those futures does a grant come that does not come in the others."""
    given = plain_subscription(fixed_usd_per_month=100.0)
    wide = {**given.inputs, "fixed_usd_per_month": Estimate(100.0, 50.0, 300.0)}
    hoped = replace(given, inputs=wide, money=(Money(6, 30_000.0, 0.4),))
    (swing,) = tornado(hoped, MODEL)
    assert (swing.at_low, swing.at_high) == pytest.approx((36 * 50, -36 * 200), rel=1e-3)


def test_inputs_of_one_row_move_together_and_are_ranked_by_correlation() -> None:
    given = scenario()
    assert shares(given, MODEL).parts == tuple(sobol(given, MODEL)) and not shares(given, MODEL).correlations
    channels = ("organic.conversion", "paid.conversion")
    tied = {key: replace(given.inputs[key], evidence=7) for key in channels}
    measured = replace(given, inputs={**given.inputs, **tied})
    drawn = prepare(measured, MODEL, Futures(2000)).drawn
    one, other = (drawn[key].argsort().argsort() for key in channels)
    assert np.corrcoef(one, other)[0, 1] > 0.9999
    alone = prepare(given, MODEL, Futures(2000)).drawn
    assert np.array_equal(alone[channels[0]], drawn[channels[0]]), "the first keeps its futures"
    found = shares(measured, MODEL)
    assert found.parts == () and found.together == channels
    assert list(found.correlations) == sorted(found.correlations, key=lambda key: -abs(found.correlations[key]))
    assert {*channels, "churn_per_month"} <= set(found.correlations)
