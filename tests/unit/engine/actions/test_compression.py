import numpy as np
import pytest

from db.models import Product, Run
from db.session import in_transaction
from db.views import compressed_family, compressed_sources
from engine.entrypoints.actions.compression import FIGURES, price_of_points
from engine.entrypoints.home import run_folder
from engine.errors import StoredFileError, UnknownName
from engine.evaluation.stored import Predictions, write_predictions
from tests.rows import a_complete_run, a_dataset, a_product, a_run


def answered(run: str, wrong: int, rows: int = 1_200) -> None:
    """Predictions of a run that is wrong in its first `wrong` rows."""
    run_folder(run).mkdir(parents=True)
    y = np.arange(rows) % 2
    probabilities = np.eye(2, dtype=np.float32)[np.where(np.arange(rows) < wrong, 1 - y, y)]
    write_predictions(run_folder(run), "validation", Predictions(run, y, np.arange(rows), probabilities))


@pytest.fixture
def family(database: str) -> dict[str, str]:
    """A run, one made of it, one made of that, one that is not finished, and a stranger; run ids by name."""

    def work(session: object) -> dict[str, str]:
        product, data = a_product(session), a_dataset(session)
        given = {"product": product, "dataset": data}
        source = a_complete_run(session, recipe="lora", **given)
        fast = ((1, 40.0, 20.0), (2, 80.0, 30.0))
        pruned = a_complete_run(session, recipe="prune", source_run_id=source.id, curve=fast, **given)
        small = a_complete_run(session, recipe="quantize", source_run_id=pruned.id, curve=fast, **given)
        timed = {"p50_ms": 60.0, "p95_ms": 90.0, "curve": [[1, 10.0, 90.0], [2, 20.0, 95.0], [4, 21.0, 180.0]]}
        for run in (pruned, small):
            run.facts = {**run.facts, "source_serving": timed}
        waiting = a_run(session, recipe="distill", source_run_id=source.id, **given)
        other = a_complete_run(session, recipe="lora", **given)
        named = {"source": source, "pruned": pruned, "small": small, "waiting": waiting, "other": other}
        return {name: run.id for name, run in named.items()}

    ids = in_transaction(work)
    for name, wrong in (("source", 100), ("pruned", 100), ("small", 130), ("other", 50)):
        answered(ids[name], wrong)
    return ids


def test_a_family_is_found_from_any_of_its_runs(family: dict[str, str]) -> None:
    expected = [family[name] for name in ("source", "pruned", "small")]
    for name in ("source", "pruned", "small"):
        found = in_transaction(lambda s, at=family[name]: [row.id for row in compressed_family(s, at)])
        assert found == expected
    assert in_transaction(lambda s: [row.id for row in compressed_family(s, family["other"])]) == [family["other"]]
    product = in_transaction(lambda s: s.query(Product).one().id)
    assert in_transaction(lambda s: compressed_sources(s, product, None)) == [family["source"]]
    assert in_transaction(lambda s: compressed_sources(s, None, None)) == [family["source"]]
    assert in_transaction(lambda s: compressed_sources(s, product + 1, None)) == []


def test_what_was_lost_and_saved_is_counted_against_the_first_run(family: dict[str, str]) -> None:
    found = price_of_points(family["small"], 100.0)
    assert found.source.row.id == family["source"]
    pruned, small = found.smaller
    assert pruned.accuracy.difference == 0
    assert (pruned.accuracy.verdict, pruned.fitness) == ("no_difference", "fit")
    assert all(gain.per_point is None for gain in pruned.saved.values())
    assert small.accuracy.difference == pytest.approx(-30 / 1_200)
    assert (small.accuracy.verdict, small.fitness) == ("worse", "loses")
    assert set(small.saved) == set(FIGURES)
    cost = small.saved["cost.per_1k_requests_usd"]
    assert cost.amount == pytest.approx(found.source.needs["cost.per_1k_requests_usd"] * (1 - 50 / 80))
    assert cost.share == pytest.approx(1 - 50 / 80)
    assert cost.per_point == pytest.approx(cost.amount / 2.5)


def test_times_are_compared_with_those_of_the_same_minutes(family: dict[str, str]) -> None:
    """The source took 40 ms when it was made, and 90 beside the smaller one: a busy machine saves nobody anything."""
    pruned, small = price_of_points(family["source"], 100.0).smaller
    assert pruned.beside["latency.p95_ms"] == 90.0
    assert pruned.saved["latency.p95_ms"].share == pytest.approx(1 - 40 / 90)
    assert pruned.saved["latency.p50_ms"].share == pytest.approx(1 - 20 / 60)
    assert pruned.saved["cost.per_1k_requests_usd"].share == pytest.approx(1 - 20 / 80)
    assert small.beside == {}  # it timed the pruned model beside it, not the first one
    assert small.saved["latency.p95_ms"].share == pytest.approx(0.0)


def test_a_model_too_slow_for_the_limit_has_no_cost(family: dict[str, str]) -> None:
    found = price_of_points(family["source"], 25.0)
    assert "cost.per_1k_requests_usd" not in found.source.needs
    assert "cost.per_1k_requests_usd" not in found.smaller[0].saved
    assert "size.artifact_mb" in found.smaller[0].saved


def test_a_run_alone_is_a_family_of_one(family: dict[str, str]) -> None:
    assert price_of_points(family["other"], 100.0).smaller == ()


def test_what_is_gone_is_named(family: dict[str, str]) -> None:
    with pytest.raises(UnknownName):
        price_of_points("nothing", 100.0)
    (run_folder(family["pruned"]) / "predictions.validation.npz").unlink()
    with pytest.raises(StoredFileError, match="predictions"):
        price_of_points(family["source"], 100.0)
    assert in_transaction(lambda s: s.get_one(Run, family["pruned"]).state) == "complete"
