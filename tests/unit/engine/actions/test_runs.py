"""Runs: what is queued, what is refused, stop, resume, hidden test figures."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from db import views
from db.models import Run
from db.runs import claim_next, finish
from db.session import session_scope
from engine.entrypoints import actions
from engine.entrypoints.home import run_folder
from engine.errors import ConfigError, InputError, StateError, UnknownName
from engine.evaluation.stored import Predictions, write_predictions
from tests.rows import a_complete_run, a_dataset, a_product, a_run


@pytest.fixture
def dataset_id(database: str) -> int:
    with session_scope() as session:
        return a_dataset(session).id


def queue(on: int, **change: Any) -> str:
    fields: dict[str, Any] = {
        "product_slug": None,
        "dataset_id": on,
        "task": "text_classification",
        "recipe": "baseline",
        "config": {},
    }
    return actions.queue_run(**(fields | change))


def stored(run_id: str) -> Run:
    with session_scope() as session:
        return session.get_one(Run, run_id)


def test_a_queued_run_has_its_whole_config_and_todays_rate(dataset_id: int) -> None:
    run = stored(queue(dataset_id, config={"c": 2.0}, seed=7, budget_usd=0.5))
    assert (run.state, run.seed, run.budget_nano, run.device) == ("queued", 7, 500_000_000, "local_cpu")
    assert run.config == {"analyzer": "auto", "c": 2.0, "class_weight": "none", "max_terms": 100_000}
    assert run.rate_id is not None


def test_an_idea_without_data_gets_that_of_its_first_run(dataset_id: int) -> None:
    with session_scope() as session:
        slug = a_product(session, missing="no data yet").slug
    queue(dataset_id, product_slug=slug)
    with session_scope() as session:
        sheet = views.product_sheet(session, slug)
        assert (sheet.dataset_id, sheet.row.missing, sheet.row.runs_live) == (dataset_id, "", 1)


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        ({"recipe": "magic"}, UnknownName, "There is no recipe called “magic”. Known: baseline"),
        ({"task": "magic"}, UnknownName, "There is no task called “magic”"),
        ({"dataset_id": 99}, UnknownName, "There is no data set called “99”. Known: 1 (reviews)"),
        ({"product_slug": "gone"}, UnknownName, "There is no idea called “gone”"),
        ({"config": {"c": -1, "nonsense": 1}}, ConfigError, "Wrong settings (2)"),
        ({"seed": -1}, InputError, "The seed must be at least 0, not -1.0."),
        ({"seed": 1.5}, InputError, "The seed must be a whole number, not 1.5."),
        ({"budget_usd": 0}, InputError, "The budget must be above 0, not 0.0."),
        ({"budget_usd": float("nan")}, InputError, "The budget must be a number, not nan."),
    ],
)
def test_what_is_refused_queues_nothing(
    dataset_id: int, change: dict[str, Any], kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind) as error:
        queue(dataset_id, **change)
    assert said in str(error.value)
    with session_scope() as session:
        assert views.runs(session) == []


def test_stop_and_resume(dataset_id: int) -> None:
    run_id = queue(dataset_id)
    assert actions.stop_run(run_id) == "stopped"
    actions.resume_run(run_id)
    assert stored(run_id).state == "queued"
    with pytest.raises(StateError, match="is queued"):
        actions.resume_run(run_id)


def test_a_used_up_budget_needs_a_larger_one(dataset_id: int) -> None:
    run_id = queue(dataset_id, budget_usd=0.001)
    with session_scope() as session:
        claim_next(session, "w", "local_cpu")
        session.get_one(Run, run_id).cost_nano = 1_000_000
        session.flush()
        finish(session, run_id, "w", "stopped", reason="budget")
    with pytest.raises(StateError, match=r"has used up its budget of 0\.001 USD"):
        actions.resume_run(run_id)
    assert stored(run_id).state == "stopped"
    actions.resume_run(run_id, budget_usd=0.002)
    assert stored(run_id).state == "queued"


def test_looking_at_test_figures_is_logged_once(database: str) -> None:
    with session_scope() as session:
        run_id = a_complete_run(session).id
        waiting = a_run(session).id
    actions.show_test(run_id, "Bo")
    actions.show_test(run_id, "Cy")
    with session_scope() as session:
        detail = views.run_detail(session, run_id)
    assert detail.test is not None and detail.row.test_seen
    assert [values for _, _, values in detail.notes] == [{"author": "Bo"}]
    with pytest.raises(StateError, match="it has test figures when it is complete"):
        actions.show_test(waiting)


def answered(run_id: str, right: int, rows: int = 60) -> None:
    """Predictions on `rows` rows of which the first `right` are right."""
    y = np.arange(rows) % 2
    called = np.where(np.arange(rows) < right, y, 1 - y)
    probabilities = np.eye(2, dtype=np.float32)[called]
    for split in ("validation", "test"):
        folder = run_folder(run_id)
        folder.mkdir(parents=True, exist_ok=True)
        write_predictions(folder, split, Predictions(run_id, y, np.arange(rows), probabilities))


def test_runs_are_compared_with_the_first(database: str) -> None:
    with session_scope() as session:
        ids = [a_complete_run(session, f1=0.7 + i / 10).id for i in range(3)]
    for run_id, right in zip(ids, (30, 58, 30), strict=True):
        answered(run_id, right)
    found = actions.compare_runs([*ids, ids[0]])
    assert [r.row.id for r in found.runs] == ids
    first, second, third = (r.against_first for r in found.runs)
    assert first is None and second is not None and third is not None
    # 58 of 60 right against 30 of 60.
    assert second.difference == pytest.approx(28 / 60)
    assert (second.verdict, third.verdict, second.n) == ("better", "no_difference", 60)
    assert found.runs[1].scores["quality.f1_macro"].value == pytest.approx(0.8)


def test_rows_that_only_one_run_answered_are_left_out(database: str) -> None:
    with session_scope() as session:
        ids = [a_complete_run(session).id for _ in range(2)]
    answered(ids[0], 30, rows=60)
    answered(ids[1], 30, rows=40)
    (_, second) = actions.compare_runs(ids).runs
    assert second.against_first is not None and second.against_first.n == 40


def test_comparisons_that_are_refused(database: str) -> None:
    with session_scope() as session:
        one, two = a_complete_run(session).id, a_complete_run(session).id
        elsewhere = a_complete_run(session, None, a_dataset(session, "other")).id
        waiting = a_run(session).id
    with pytest.raises(InputError, match="Choose 2 to 10 different runs, not 1"):
        actions.compare_runs([one, one])
    with pytest.raises(InputError, match="are on different data sets: “reviews” and “other”"):
        actions.compare_runs([one, elsewhere])
    with pytest.raises(StateError, match=f"Run {waiting} is queued"):
        actions.compare_runs([one, waiting])
    with pytest.raises(UnknownName, match="no run called “nonesuch”"):
        actions.compare_runs([one, "nonesuch"])
    with pytest.raises(InputError, match="not on “train”"):
        actions.compare_runs([one, two], "train")
    with pytest.raises(UnknownName, match="no measure called"):
        actions.compare_runs([one, two], measure="quality.niceness")
    with pytest.raises(UnknownName, match=r"no measure called “latency\.p95_ms”"):
        actions.compare_runs([one, two], measure="latency.p95_ms")


def test_test_figures_are_compared_only_when_all_were_shown(database: str) -> None:
    with session_scope() as session:
        ids = [a_complete_run(session).id for _ in range(2)]
    for run_id in ids:
        answered(run_id, 30)
    actions.show_test(ids[0])
    with pytest.raises(StateError, match=f"The test figures of run {ids[1]} are hidden"):
        actions.compare_runs(ids, "test")
    actions.show_test(ids[1])
    assert "quality.accuracy" in actions.compare_runs(ids, "test").runs[0].scores


def test_cost_of_serving_one_run(database: str) -> None:
    with session_scope() as session:
        run_id, bare = a_complete_run(session).id, a_complete_run(session, curve=()).id
    cost = actions.cost_per_1k(run_id, 100)
    assert (cost.rate_rps, cost.concurrency, cost.p95_ms, cost.grade) == (50.0, 4, 90.0, "assumed")
    # 1,000 x 0.023 / (3,600 x 50 x 0.3)
    assert cost.value == pytest.approx(0.000425926, rel=1e-5)
    assert actions.cost_per_1k(run_id, 100, utilisation=0.6).value == pytest.approx(cost.value / 2)
    with pytest.raises(StateError, match="p95 is above 10 ms; the lowest is 40 ms"):
        actions.cost_per_1k(run_id, 10)
    with pytest.raises(StateError, match="has no serving curve"):
        actions.cost_per_1k(bare, 100)
    with pytest.raises(InputError, match="The latency limit must be above 0"):
        actions.cost_per_1k(run_id, 0)


def test_rates_that_cannot_be_read_leave_the_old_ones_in_force(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.costs import rates
    from engine.entrypoints.actions import costs

    actions.load_rates()
    broken = tmp_path / "rates"
    broken.mkdir()
    (broken / "local.yml").write_text("- {key: local_cpu, unit: hour}", encoding="utf-8")
    monkeypatch.setattr(costs, "read_rates", lambda: rates.read_rates(broken))
    with pytest.raises(ConfigError, match=r"local\.yml, row 1: usd must be given, or price"):
        actions.load_rates()
    with session_scope() as session:
        from db.costs import rate_in_force

        assert rate_in_force(session, "local_cpu", date(2026, 6, 1)).usd_nano == 23_000_000
