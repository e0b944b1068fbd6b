"""Serving against buying, and what owning an idea costs, out of a database."""

import json
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from db.evidence import current
from db.models import EvidenceRow, OwnershipInput, Product, Run
from db.session import in_transaction
from engine.entrypoints import actions
from engine.entrypoints.actions.break_even import Question, break_even_document
from engine.entrypoints.actions.levers import measured_levers
from engine.entrypoints.actions.ownership import assume_ownership, ownership_case
from engine.entrypoints.actions.serving_costs import serving_case
from engine.entrypoints.cli import run
from engine.entrypoints.home import run_folder
from engine.errors import InputError, StateError, UnknownName
from engine.evaluation.stored import Predictions, write_predictions
from tests.rows import a_complete_run, a_dataset, a_product

TYPED = {
    "data_usd": 500.0,
    "labels": 2000.0,
    "labels_per_retraining": 100.0,
    "retrainings_per_year": 4.0,
    "requests_per_month": 1_000_000.0,
    "growth_per_month": 0.0,
    "storage_gb": 20.0,
    "monitoring_hours": 5.0,
    "staff_hours": 10.0,
}
FAST = ((1, 40.0, 20.0), (2, 80.0, 30.0), (4, 100.0, 40.0))
LENGTHS = {"mean": 200.0, "p50": 150.0}


def answered(run_id: str, wrong: int, rows: int = 400) -> None:
    run_folder(run_id).mkdir(parents=True)
    y = np.arange(rows) % 2
    probabilities = np.eye(2, dtype=np.float32)[np.where(np.arange(rows) < wrong, 1 - y, y)]
    write_predictions(run_folder(run_id), "validation", Predictions(run_id, y, np.arange(rows), probabilities))


@pytest.fixture
def idea(database: str) -> str:
    """The slug of an idea with two finished runs: full, which leads, and lora, twice as fast and nearly as good."""

    def work(session: Any) -> tuple[str, list[str]]:
        product, data = a_product(session), a_dataset(session)
        data.profile = {"rows": 100, "lengths": LENGTHS, "file_bytes": 2_000_000}
        product.dataset_id = data.id
        given = {"product": product, "dataset": data}
        full = a_complete_run(session, recipe="full", f1=0.9, **given)
        lora = a_complete_run(session, recipe="lora", f1=0.88, curve=FAST, seconds=6.0, **given)
        return product.slug, [full.id, lora.id]

    slug, runs = in_transaction(work)
    for run_id, wrong in zip(runs, (40, 42), strict=True):
        answered(run_id, wrong)
    actions.recompute(slug)
    return slug


def row_of(slug: str, measure: str) -> EvidenceRow | None:
    def work(session: Any) -> EvidenceRow | None:
        product = session.scalars(select(Product).where(Product.slug == slug)).one()
        found = current(session, product.id).rows.get(measure)
        session.expunge_all()
        return found

    return in_transaction(work)


def test_the_break_even_of_a_measured_run(idea: str) -> None:
    case = in_transaction(lambda session: serving_case(session, idea))
    assert [run.recipe for run in case.served] == ["full", "lora"]
    found = break_even_document(case, Question(None, "gpt-4o-mini", None, 0.5, volume=5_000_000))
    # 50 requests/s keep 100 ms (90 ms at 4 at once): 50 x 0.5 x 2,628,000 a month on one device.
    assert found["capacity_requests_per_month"]["value"] == pytest.approx(65_700_000)
    assert found["own_usd_per_1k"]["value"] == pytest.approx(1000 * 0.023 / (3600 * 50 * 0.5))
    price = found["api_usd_per_1k"]["value"]
    assert found["break_even_requests_per_month"]["value"] == pytest.approx(1000 * 730 * 0.023 / price, abs=1)
    assert found["at_volume"]["own_usd_per_month"]["value"] == pytest.approx(730 * 0.023)
    assert found["at_volume"]["api_usd_per_month"]["value"] == pytest.approx(5000 * price)
    assert found["break_even_requests_per_month"]["grade"] == "assumed"


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"utilisation": 0.0}, InputError, "utilisation must be above 0"),
        ({"utilisation": 1.2}, InputError, "at most 1, not 1.2"),
        ({"volume": 0.0}, InputError, "volume must be above 0"),
        ({"volume": -3.0}, InputError, "volume must be above 0"),
        ({"latency_ms": 0.5}, StateError, "too slow: at every measured rate p95 is above 0.5 ms"),
        ({"percentile": 99}, InputError, "percentile must be 50 or 95"),
        ({"model": "none such"}, UnknownName, "hosted model"),
        ({"run": "none such"}, UnknownName, "measured run"),
        ({"usd_per_hour": -1.0}, InputError, "must not be negative"),
    ],
)
def test_what_cannot_be_asked_is_refused(idea: str, changes: dict[str, Any], kind: type, message: str) -> None:
    case = in_transaction(lambda session: serving_case(session, idea))
    asked = {"run": None, "model": "gpt-4o-mini", "provider": None, "utilisation": 0.3} | changes
    with pytest.raises(kind, match=message):
        break_even_document(case, Question(**asked))


def test_owning_becomes_evidence_only_when_every_part_is_known(idea: str) -> None:
    for name, value in TYPED.items():
        assert row_of(idea, "cost.ownership_usd") is None
        assume_ownership(idea, name, value, why="a guess", author="Lin")
    row = row_of(idea, "cost.ownership_usd")
    assert row is not None
    case = in_transaction(lambda session: ownership_case(session, idea))
    given = {name: one.figure.value for name, one in case.given.items()}
    parts = (
        500.0
        + given["label_usd"] * (2000 + 100 * 8)
        + given["training_usd"] * 2 * 9  # two finished runs so far
        + 24 * 730 * 0.023
        + 20 * given["storage_usd_gb_month"] * 24
        + 15 * given["hour_usd"] * 24
    )
    assert row.value == pytest.approx(parts)
    assert (row.grade, row.context["months"]) == ("assumed", 24)
    assert len(row.inputs) == 3  # training, device and rate are rows of the ledger; the typed volume is not
    assume_ownership(idea, "staff_hours", 20.0, why="more", author="Lin")
    later = row_of(idea, "cost.ownership_usd")
    assert later is not None
    assert later.value == pytest.approx(parts + 10 * given["hour_usd"] * 24)


def test_an_input_is_appended_and_may_be_emptied(idea: str) -> None:
    assume_ownership(idea, "labels", 10.0, 5.0, 20.0, why="counted", author="Lin")
    assume_ownership(idea, "labels", None, author="Mei")
    case = in_transaction(lambda session: ownership_case(session, idea))
    assert "labels" not in case.given
    rows = in_transaction(lambda s: [(r.value, r.author) for r in s.scalars(select(OwnershipInput))])
    assert rows == [(10.0, "Lin"), (None, "Mei")]


@pytest.mark.parametrize(
    ("name", "value", "author", "message"),
    [
        ("nonsense", 1.0, "Lin", "input called “nonsense”"),
        ("requests_per_month", 0.0, "Lin", "must be above 0"),
        ("utilisation", 1.5, "Lin", "at most 1, not 1.5"),
        ("labels", -1.0, "Lin", "at least 0"),
        ("labels", 1.0, " ", "author must not be empty"),
    ],
)
def test_what_is_typed_wrongly_is_refused_and_nothing_is_written(
    idea: str, name: str, value: float, author: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        assume_ownership(idea, name, value, why="", author=author)
    assert in_transaction(lambda s: s.scalars(select(OwnershipInput)).all()) == []


def test_levers_are_runs_that_were_tested_against_the_one_that_leads(idea: str) -> None:
    found = measured_levers(idea)
    (lora,) = found.others
    assert (lora.recipe, lora.rows, found.measure) == ("lora", 400, "quality.f1_macro")
    assert lora.low <= lora.difference <= lora.high
    assert lora.verdict == "worse" or lora.low <= 0 <= lora.high
    assert lora.rate_rps is not None
    assert lora.rate_rps.value == 100.0


def test_carbon_is_evidence_for_the_region_that_is_set(idea: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row = row_of(idea, "cost.kg_co2_per_1k_requests")
    assert row is not None
    # 35 W x 1,000 / (50 x 0.3) s / 3,600,000 kWh x 475 g / 1,000.
    assert row.value == pytest.approx(35 * 1000 / 15 / 3.6e6 * 0.475)
    assert (row.context["region"], row.grade) == ("WORLD", "assumed")
    trained = row_of(idea, "cost.training_kg_co2")
    assert trained is not None
    seconds = in_transaction(lambda session: session.get_one(Run, trained.run_id).seconds)
    assert trained.value == pytest.approx(35 * seconds / 3.6e6 * 0.475)
    assert (trained.source_kind, trained.grade) == ("run", "assumed")
    monkeypatch.setenv("PROSPECTUS_REGION", "FR")
    actions.recompute(idea)
    later = row_of(idea, "cost.kg_co2_per_1k_requests")
    assert later is not None
    assert later.value == pytest.approx(row.value * 56.039 / 475)


def test_a_hosted_run_costs_what_the_api_charges(database: str) -> None:
    told = {"usd_per_1k": {"value": 0.03, "low": 0.02, "high": 0.04}, "tokens": {"input": 50.0, "output": 1.0}}
    told |= {"model": "m", "price": "a list", "grade": "quoted", "unreported": 0}

    def work(session: Any) -> str:
        product = a_product(session)
        made = a_complete_run(session, recipe="hosted_api", product=product, dataset=a_dataset(session))
        made.facts = {**made.facts, "api": told}
        return product.slug

    slug = in_transaction(work)
    actions.assume(slug, "economics.price_per_1k_usd", 0.10, None, None, "a guess", "Lin")
    api, cost = row_of(slug, "cost.api_per_1k_requests_usd"), row_of(slug, "cost.per_1k_requests_usd")
    assert api is not None and cost is not None
    assert (api.value, api.low, api.high, api.grade) == (0.03, 0.02, 0.04, "modelled")
    assert (cost.value, list(cost.inputs)) == (0.03, [api.id])
    margin = row_of(slug, "economics.margin_per_1k_usd")
    assert margin is not None
    assert margin.value == pytest.approx(0.07)
    assert row_of(slug, "economics.break_even_requests_per_month") is None  # nothing is reserved
    assert row_of(slug, "serving.rate_rps") is None
    case = in_transaction(lambda session: ownership_case(session, slug))
    assert case.served_by == "api"


def test_the_command_line_prints_one_document(idea: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cost", "break-even", idea, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["break_even_requests_per_month"]["value"] > 0
    assert run(["cost", "tco", idea, "--months", "12", "--region", "DE", "--set", "labels=100:50:200", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["whole"], told["parts"]["staff"]["usd"]) == (False, None)
    assert told["parts"]["staff"]["missing"] == ["staff_hours"]
    assert told["carbon"]["region"] == "Germany"
    for wrong in (
        ["cost", "tco", idea, "--months", "40", "--json"],
        ["cost", "tco", idea, "--set", "labels", "--json"],
        ["cost", "tco", idea, "--region", "Atlantis", "--json"],
        ["cost", "break-even", idea, "--utilisation", "2", "--json"],
        ["cost", "break-even", "none-such", "--json"],
    ):
        assert run(wrong) == 2
        assert json.loads(capsys.readouterr().out)["error"]["message"]
