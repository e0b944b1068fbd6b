"""The ledger: appended once, current by query, stale when inputs change."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.evidence import append, current, leads
from db.models import EvidenceRow, Product
from db.products import set_adopted
from db.session import session_scope
from engine.evidence import Evidence, Grade
from tests.rows import a_complete_run, a_dataset, a_product, a_run

PRICE, DEVICE = "economics.price_per_1k_usd", "cost.device_usd_per_hour"
MARGIN, GROSS = "economics.margin_per_1k_usd", "economics.gross_margin"


def say(
    session: Session, product: Product, measure: str, value: float, *, grade: Grade = "assumed", **given: Any
) -> EvidenceRow:
    context = given.pop("context", {})
    run_id, inputs = given.pop("run_id", None), tuple(row.id for row in given.pop("inputs", ()))
    evidence = Evidence(measure, value, grade, "person", "Lin", context, inputs=inputs, **given)
    return append(session, product.id, evidence, run_id=run_id)


def length(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(EvidenceRow)) or 0


def test_saying_the_same_twice_adds_one_row(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        first = say(session, product, PRICE, 0.5, low=0.4, high=0.6, note="guess")
        assert say(session, product, PRICE, 0.5, low=0.4, high=0.6, note="guess").id == first.id
        for change in ({"value": 0.7}, {"high": 0.9}, {"note": "asked three"}, {"grade": "quoted"}):
            given: dict[str, Any] = {"value": 0.5, "low": 0.4, "high": 0.6, "note": "guess"} | change
            assert say(session, product, PRICE, **given).id != first.id
        assert length(session) == 5


def test_going_back_to_an_old_value_is_news(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        for value in (0.5, 0.7, 0.5):
            say(session, product, PRICE, value)
        assert length(session) == 3
        assert current(session, product.id).figures[PRICE].value == 0.5


def test_within_a_context_the_best_grade_wins_then_the_newest(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        say(session, product, PRICE, 1.0, grade="quoted")
        say(session, product, PRICE, 2.0, grade="quoted")
        say(session, product, PRICE, 3.0, grade="assumed")
        assert current(session, product.id).figures[PRICE].value == 2.0


def test_the_lead_is_the_best_validated_run_until_one_is_adopted(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        assert leads(session) == {}
        worse, best = a_complete_run(session, product, f1=0.80), a_complete_run(session, product, f1=0.90, test_f1=0.1)
        a_complete_run(session, None, f1=0.99)
        a_run(session, product)
        found = leads(session)[product.id]
        assert (found.run_id, found.adopted) == (best.id, False)
        set_adopted(session, product, worse.id)
        found = leads(session)[product.id]
        assert (found.run_id, found.adopted) == (worse.id, True)


def test_only_runs_on_the_ideas_own_data_set_lead(database: str) -> None:
    with session_scope() as session:
        dataset, other = a_dataset(session), a_dataset(session, "easy")
        product = a_product(session, dataset_id=dataset.id)
        a_complete_run(session, product, other, f1=0.99)
        mine = a_complete_run(session, product, dataset, f1=0.7)
        assert leads(session, [product.id])[product.id].run_id == mine.id


def test_for_a_measure_where_lower_is_better_the_lowest_leads(database: str) -> None:
    with session_scope() as session:
        product = a_product(session, bar_direction="lower")
        low, _high = a_complete_run(session, product, f1=0.7), a_complete_run(session, product, f1=0.9)
        assert leads(session)[product.id].run_id == low.id


def test_figures_of_other_runs_and_of_test_do_not_speak_for_an_idea(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        worse, best = a_complete_run(session, product, f1=0.80), a_complete_run(session, product, f1=0.90)
        for run, value in ((worse, 0.8), (best, 0.9)):
            for split, more in (("validation", 0.0), ("test", 0.05)):
                say(
                    session,
                    product,
                    "quality.f1_macro",
                    value + more,
                    grade="measured",
                    run_id=run.id,
                    context={"run": run.id, "split": split},
                )
        assert current(session, product.id).figures["quality.f1_macro"].value == 0.9
        set_adopted(session, product, worse.id)
        figure = current(session, product.id).figures["quality.f1_macro"]
        assert (figure.value, figure.context["split"], figure.run_id) == (0.8 + 0.05, "test", worse.id)


def test_a_computed_figure_is_stale_when_an_input_changes(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        price, device = say(session, product, PRICE, 0.5, low=0.1, high=2.0), say(session, product, DEVICE, 0.02)
        say(session, product, MARGIN, 0.4, inputs=(price, device))
        figure = current(session, product.id).figures[MARGIN]
        assert (figure.stale, figure.weakest_input) == (False, PRICE)
        newer = say(session, product, PRICE, 0.6)
        assert current(session, product.id).figures[MARGIN].stale
        say(session, product, MARGIN, 0.5, inputs=(newer, device))
        assert not current(session, product.id).figures[MARGIN].stale


def test_a_change_of_grade_alone_makes_stale_too(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        price = say(session, product, PRICE, 0.5)
        say(session, product, MARGIN, 0.4, inputs=(price,))
        say(session, product, PRICE, 0.5, grade="quoted")
        assert current(session, product.id).figures[MARGIN].stale


def test_a_computed_figure_goes_with_its_inputs(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        price = say(session, product, PRICE, 0.5)
        cost = say(session, product, "cost.per_1k_requests_usd", 0.1, context={"latency_limit_ms": 100.0})
        say(session, product, MARGIN, 0.4, inputs=(price, cost))
        assert MARGIN in current(session, product.id).figures
        product.latency_limit_ms = 50.0
        session.flush()
        assert set(current(session, product.id).figures) == {PRICE}


def test_of_equally_weak_inputs_the_one_that_moves_the_result_most_is_named(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        price = say(session, product, PRICE, 0.5, low=0.45, high=0.55)
        device = say(session, product, DEVICE, 0.02, low=0.005, high=0.06)
        for key in (MARGIN, GROSS):
            say(session, product, key, 0.4, inputs=(price, device))
        figures = current(session, product.id).figures
        assert figures[MARGIN].weakest_input == PRICE
        assert figures[GROSS].weakest_input == DEVICE


def test_figures_come_in_the_order_of_the_vocabulary(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        for key in (PRICE, "market.customers", DEVICE, "size.artifact_mb"):
            say(session, product, key, 1.0)
        assert list(current(session, product.id).figures) == ["size.artifact_mb", DEVICE, "market.customers", PRICE]
