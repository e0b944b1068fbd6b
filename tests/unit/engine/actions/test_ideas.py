"""Ideas: what is written down, what is refused, what follows from it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db import views
from db.base import now
from db.models import EvidenceRow, Product, RunNote
from db.session import session_scope
from db.shapes import ProductSheet
from engine.bar import p_bar_met
from engine.entrypoints import actions
from engine.errors import InputError, StateError, UnknownName
from tests.rows import a_complete_run, a_product, a_run

PRICE, COST = "economics.price_per_1k_usd", "cost.per_1k_requests_usd"
MARGIN, GROSS = "economics.margin_per_1k_usd", "economics.gross_margin"
BREAK_EVEN = "economics.break_even_requests_per_month"
ASSUMED = {PRICE: (0.5, 0.25, 1.0, "a guess"), "market.requests_per_month": (3e6, None, None, "a guess")}


def idea(**change: Any) -> str:
    fields: dict[str, Any] = {
        "name": "Review insight",
        "owner": "Lin",
        "domain": "Retail",
        "customer": "shops",
        "hypothesis": "they pay",
        "bar_measure": "quality.f1_macro",
        "bar_minimum": 0.8,
        "latency_limit_ms": 100.0,
        "assumptions": ASSUMED,
        "author": "Ann",
    }
    return actions.add_idea(**(fields | change))


def sheet(slug: str) -> ProductSheet:
    with session_scope() as session:
        return views.product_sheet(session, slug)


def figures(slug: str) -> dict[str, Any]:
    return {figure.measure: figure for figure in sheet(slug).figures}


def run_for(slug: str, **given: Any) -> str:
    with session_scope() as session:
        product = session.scalars(select(Product).where(Product.slug == slug)).one()
        run_id = a_complete_run(session, product, **given).id
    actions.recompute(slug)
    return run_id


def ledger_length() -> int:
    with session_scope() as session:
        return session.scalar(select(func.count()).select_from(EvidenceRow)) or 0


def test_an_idea_with_its_assumptions(database: str) -> None:
    slug = idea()
    found = sheet(slug)
    assert (found.row.slug, found.row.stage, found.row.bar.direction) == ("review-insight", "idea", "higher")
    price = figures(slug)[PRICE]
    assert (price.value, price.low, price.high, price.grade) == (0.5, 0.25, 1.0, "assumed")
    assert (price.source_kind, price.source, price.note) == ("person", "Ann", "a guess")


def test_names_may_repeat_but_slugs_do_not(database: str) -> None:
    assert [idea(), idea(), idea(name="中文评论"), idea(name="!!!")] == [
        "review-insight",
        "review-insight-2",
        "中文评论",
        "idea",
    ]


def test_markup_stays_text(database: str) -> None:
    name = "<script>alert(1)</script> =1+1"
    assert sheet(idea(name=name)).row.name == name


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "  "}, "The name must not be empty."),
        ({"name": "x" * 121}, "The name must have at most 120 characters, not 121"),
        ({"name": None}, "The name must be text, not None."),
        ({"owner": ""}, "The owner must not be empty."),
        ({"hypothesis": "x" * 4001}, "The hypothesis must have at most 4000 characters"),
        ({"bar_minimum": 1.2}, "The bar's minimum must be at most 1, not 1.2."),
        ({"bar_minimum": -0.1}, "The bar's minimum must be at least 0, not -0.1."),
        ({"bar_minimum": float("nan")}, "The bar's minimum must be a number, not nan."),
        ({"bar_minimum": "much"}, "The bar's minimum must be a number, not much."),
        ({"latency_limit_ms": 0}, "The latency limit must be above 0, not 0.0."),
        ({"latency_limit_ms": float("inf")}, "The latency limit must be a number, not inf."),
        (
            {"bar_measure": "quality.niceness"},
            "There is no deciding measure called “quality.niceness”. Known: quality.f1",
        ),
        ({"bar_measure": "cost.spent_usd"}, "There is no deciding measure called “cost.spent_usd”"),
        ({"stage": "dream"}, "There is no stage called “dream”. Known: idea, trial"),
        ({"assumptions": {PRICE: (-1, None, None, "x")}}, "Price per 1,000 must be at least 0, not -1.0."),
        ({"assumptions": {PRICE: (1, 2, 3, "x")}}, "Price per 1,000: 1.0 must lie between 2.0 and 3.0."),
        ({"assumptions": {PRICE: (1, float("nan"), 3, "x")}}, "Price per 1,000 must be a number, not nan."),
        ({"assumptions": {PRICE: (1, None, None, " ")}}, "The reason of an assumption must not be empty."),
        ({"assumptions": {"quality.f1_macro": (0.9, None, None, "x")}}, "“quality.f1_macro” is measured or computed"),
        ({"assumptions": {"market.moon": (1, None, None, "x")}}, "There is no measure called “market.moon”"),
    ],
)
def test_what_is_refused_names_input_rule_and_value_and_adds_nothing(
    database: str, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError) as error:
        idea(**change)
    assert said in str(error.value)
    with session_scope() as session:
        assert views.portfolio(session) == []


def test_a_finished_run_becomes_evidence(database: str) -> None:
    slug = idea()
    run_id = run_for(slug)
    found = figures(slug)
    quality = found["quality.f1_macro"]
    assert (quality.value, quality.grade, quality.baseline) == (0.85, "measured", 0.5)
    assert quality.context["split"] == "validation"
    assert quality.run_id == quality.source == run_id
    assert (found["latency.p95_ms"].value, found["latency.p95_ms"].grade) == (40.0, "measured")
    assert (found["size.artifact_mb"].value, found["size.artifact_mb"].grade) == (2.5, "measured")
    # 60 s at 0.023 (0.0075 to 0.065) USD an hour.
    training = found["cost.training_usd"]
    assert (training.value, training.low, training.high) == pytest.approx((0.000383333, 0.000125, 0.001083333))
    assert (training.grade, training.weakest_input) == ("assumed", "cost.device_usd_per_hour")
    assert found["cost.spent_usd"].value == pytest.approx(0.000383333)


def test_money_of_serving_by_hand(database: str) -> None:
    slug = idea()
    run_for(slug)
    found = figures(slug)
    # Within 100 ms the curve reaches 50 a second (45 to 55).
    assert (found["serving.rate_rps"].value, found["serving.rate_rps"].grade) == (50.0, "measured")
    # 1,000 x 0.023 / (3,600 x 50 x 0.3) = 0.000425926; 7.5 / (3,600 x 55 x 0.3); 65 / (3,600 x 45 x 0.3).
    cost = found[COST]
    assert (cost.value, cost.low, cost.high) == pytest.approx((0.000425926, 0.000126263, 0.001337449), rel=1e-5)
    assert (cost.grade, cost.weakest_input, cost.context["utilisation"]) == ("assumed", "cost.device_usd_per_hour", 0.3)
    margin = found[MARGIN]
    assert (margin.value, margin.low, margin.high) == pytest.approx((0.499574, 0.248663, 0.999874), rel=1e-5)
    assert found[GROSS].value == pytest.approx(1 - 0.000425926 / 0.5)
    # 730 x 0.023 / 0.5 x 1,000 = 33,580; 730 x 0.0075 / 1 x 1,000; 730 x 0.065 / 0.25 x 1,000.
    volume = found[BREAK_EVEN]
    assert (volume.value, volume.low, volume.high) == (33_580, 5_475, 189_800)
    assert {found[key].grade for key in (MARGIN, GROSS, BREAK_EVEN)} == {"assumed"}
    assert "wider than 95 %" in margin.method
    assert not any(figure.stale for figure in found.values())


def test_computing_again_says_nothing_twice(database: str) -> None:
    slug = idea()
    run_for(slug)
    before = ledger_length()
    assert actions.recompute(slug) == 0
    assert actions.recompute_all() == 0
    assert ledger_length() == before


def test_a_new_price_changes_what_rests_on_it(database: str) -> None:
    slug = idea()
    run_for(slug)
    old = figures(slug)
    actions.assume(slug, PRICE, 0.8, 0.7, 0.9, "three shops said so", "Bo")
    new = figures(slug)
    assert new[MARGIN].value - old[MARGIN].value == pytest.approx(0.3)
    assert new[COST].id == old[COST].id
    assert not any(figure.stale for figure in new.values())


def test_a_tighter_latency_limit_takes_a_slower_point(database: str) -> None:
    slug = idea()
    run_for(slug)
    actions.edit_idea(slug, latency_limit_ms=60)
    found = figures(slug)
    assert found["serving.rate_rps"].value == 35.0
    assert found[COST].context["latency_limit_ms"] == 60.0
    assert found[MARGIN].context["latency_limit_ms"] == 60.0


def test_too_slow_for_the_limit_means_no_figure_and_a_reason(database: str) -> None:
    slug = idea()
    run_id = run_for(slug)
    actions.edit_idea(slug, latency_limit_ms=30)
    found = sheet(slug)
    keys = {figure.measure for figure in found.figures}
    assert not keys & {COST, MARGIN, GROSS, BREAK_EVEN, "serving.rate_rps"}
    assert (found.row.cost_per_1k, found.row.gross_margin) == (None, None)
    why = found.row.absent[COST]
    said = why.template.format(**why.values)
    assert said == f"Run {run_id} is too slow: at every measured rate p95 is above 30 ms; the lowest is 40 ms."
    assert found.row.absent[MARGIN] == why
    actions.edit_idea(slug, latency_limit_ms=100)
    assert COST in figures(slug)


def test_a_price_below_cost_never_breaks_even(database: str) -> None:
    slug = idea()
    run_for(slug)
    assert BREAK_EVEN in figures(slug)
    actions.assume(slug, PRICE, 0.0001, None, None, "a dream", "Bo")
    found = sheet(slug)
    assert found.row.break_even is None
    assert "Never: 1,000 requests bring 0.0001 USD and cost 0.0004259 USD." in _said(found, BREAK_EVEN)
    assert found.row.margin_per_1k is not None and found.row.margin_per_1k.value < 0


def test_a_price_of_nothing_has_no_share(database: str) -> None:
    slug = idea()
    run_for(slug)
    actions.assume(slug, PRICE, 0.0, None, None, "free", "Bo")
    found = sheet(slug)
    assert found.row.gross_margin is None
    assert "no share" in _said(found, GROSS)


def test_without_a_price_there_is_no_margin_and_that_is_said(database: str) -> None:
    slug = idea(assumptions={})
    run_for(slug)
    found = sheet(slug)
    assert found.row.cost_per_1k is not None
    assert _said(found, MARGIN) == "No price is assumed yet."


def _said(found: ProductSheet, key: str) -> str:
    why = found.row.absent[key]
    return why.template.format(**why.values)


def test_bar_score_chance_and_ranks(database: str) -> None:
    good, bad, unmeasured = idea(name="Good"), idea(name="Bad"), idea(name="Unmeasured")
    run_for(good, f1=0.85)
    run_for(bad, f1=0.6)
    with session_scope() as session:
        rows = {row.slug: row for row in views.portfolio(session)}
        assert list(rows) == [good, bad, unmeasured]
    # (0.85 - 0.5) / (0.8 - 0.5); ends 0.80 and 0.90.
    assert rows[good].bar_score == pytest.approx(7 / 6)
    assert (rows[good].bar_score_low, rows[good].bar_score_high) == pytest.approx((1.0, 4 / 3))
    quantiles = [0.80 + 0.1 * i / 100 for i in range(101)]
    assert rows[good].p_bar_met == pytest.approx(p_bar_met(quantiles, 0.8), abs=0.02)
    assert rows[bad].p_bar_met == 0.0
    ranks = {slug: (row.rank_low, row.rank_high) for slug, row in rows.items()}
    assert ranks == {good: (1, 2), bad: (2, 3), unmeasured: (1, 3)}


def test_adopting_shows_test_once_and_logs_it(database: str) -> None:
    slug = idea()
    run_id = run_for(slug, test_f1=0.77)
    actions.adopt_run(slug, run_id, "Bo")
    actions.adopt_run(slug, run_id, "Cy")
    found = sheet(slug)
    assert (found.adopted_run_id, found.row.adopted, found.candidates[0].adopted) == (run_id, True, True)
    quality = found.row.quality
    assert quality is not None
    assert (quality.value, quality.context["split"], quality.grade) == (0.77, "test", "measured")
    with session_scope() as session:
        seen = views.run_detail(session, run_id)
        assert seen.test is not None and seen.row.test_seen
        notes = [(n.template, n.values) for n in session.scalars(select(RunNote).order_by(RunNote.id))]
    assert notes == [
        ("Adopted for “{idea}” by {author}.", {"idea": "Review insight", "author": "Bo"}),
        ("The test figures were shown to {author}.", {"author": "Bo"}),
    ]


def test_an_adopted_run_speaks_even_when_another_validates_better(database: str) -> None:
    slug = idea()
    first = run_for(slug, f1=0.85)
    actions.adopt_run(slug, first, "Bo")
    run_for(slug, f1=0.95)
    assert {figure.run_id for figure in figures(slug).values()} <= {first, None}


def test_what_cannot_be_adopted(database: str) -> None:
    slug, other = idea(), idea(name="Other")
    theirs = run_for(other)
    with session_scope() as session:
        waiting = a_run(session, a_product(session, "third")).id
    with pytest.raises(StateError, match="belongs to the idea “Other”"):
        actions.adopt_run(slug, theirs, "Bo")
    with pytest.raises(StateError, match=f"Run {waiting} is queued: only a complete run"):
        actions.adopt_run(slug, waiting, "Bo")
    with pytest.raises(UnknownName, match="no run called “nonesuch”"):
        actions.adopt_run(slug, "nonesuch", "Bo")
    with pytest.raises(UnknownName, match="no idea called “gone”"):
        actions.adopt_run("gone", theirs, "Bo")


def test_a_run_for_no_idea_can_be_adopted(database: str) -> None:
    slug = idea()
    with session_scope() as session:
        run_id = a_complete_run(session).id
    actions.adopt_run(slug, run_id, "Bo")
    assert figures(slug)["quality.f1_macro"].run_id == run_id


def test_the_gate_to_build(database: str) -> None:
    slug = idea()
    assert [gate.met for gate in sheet(slug).gates] == [False, False, False, False]
    run_id = run_for(slug, f1=0.9)
    assert [gate.met for gate in sheet(slug).gates] == [False, True, True, False]
    actions.adopt_run(slug, run_id, "Bo")
    gates = sheet(slug).gates
    assert [gate.met for gate in gates] == [True, True, True, False]
    said = [gate.template.format(**gate.values) for gate in gates]
    assert said[0] == "The worse end of the test interval, 84.0%, reaches the bar of 80%."
    actions.edit_idea(slug, bar_minimum=0.85)
    assert not sheet(slug).gates[0].met
    actions.edit_idea(slug, stage="build")
    assert sheet(slug).gates == ()


def test_a_decision_keeps_what_it_rested_on(database: str) -> None:
    slug = idea()
    run_for(slug)
    soon = now().date() + timedelta(days=30)
    actions.decide(slug, "go", "it pays", "Bo", soon)
    (decision,) = sheet(slug).decisions
    current = figures(slug).values()
    assert (decision.verdict, decision.review_on, decision.figures) == ("go", soon, len(current))
    assert decision.measured == sum(figure.grade == "measured" for figure in current) > 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("maybe", "x", "Bo", None), "There is no verdict called “maybe”. Known: go, hold, stop"),
        (("go", " ", "Bo", None), "The reason must not be empty."),
        (("go", "x", "", None), "The author must not be empty."),
        (("go", "x", "Bo", date(2020, 1, 1)), "The review date must not lie in the past; 2020-01-01 does."),
    ],
)
def test_decisions_that_are_refused(database: str, given: tuple[Any, ...], said: str) -> None:
    slug = idea()
    with pytest.raises(InputError) as error:
        actions.decide(slug, *given)
    assert said in str(error.value)
    assert sheet(slug).decisions == ()


def test_an_edit_of_what_is_no_field_is_refused(database: str) -> None:
    slug = idea()
    with pytest.raises(UnknownName, match="no field called “created_at”"):
        actions.edit_idea(slug, created_at=now())
    with pytest.raises(UnknownName, match="no data set called “99”"):
        actions.edit_idea(slug, dataset_id=99)
    actions.edit_idea(slug, name="New name", bar_measure="quality.accuracy")
    found = sheet(slug)
    assert (found.row.name, found.row.slug, found.row.bar.measure) == ("New name", slug, "quality.accuracy")


def test_a_new_rate_changes_cost_but_not_what_was_spent(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from engine.costs import rates
    from engine.entrypoints.actions import costs

    slug = idea()
    run_for(slug)
    old = figures(slug)
    (shipped,) = (rate for rate in rates.read_rates() if rate.key == "local_cpu")
    dearer = replace(shipped, usd=2 * shipped.usd, high_usd=2 * shipped.high_usd, fingerprint="x")
    monkeypatch.setattr(costs, "read_rates", lambda: [shipped, dearer])
    assert actions.load_rates() == 1
    new = figures(slug)
    assert new[COST].value == pytest.approx(2 * old[COST].value)
    assert new["cost.training_usd"].id == old["cost.training_usd"].id
    assert not any(figure.stale for figure in new.values())
