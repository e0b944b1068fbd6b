from pathlib import Path

import numpy as np
import pytest

from engine.evaluation.compression import (
    LARGEST_LOSS,
    LEAST_ROWS,
    against_source,
    fitness,
    source_facts,
    source_serving,
)
from engine.evaluation.stored import Predictions, write_predictions
from tests.unit.engine.inference.material import TEXTS, linear_artifact


@pytest.mark.parametrize(
    ("difference", "rows", "expected"),
    [
        (0.0, 1_000, "fit"),
        (-0.005, 1_000, "fit"),
        (-0.0051, 1_000, "loses"),
        (-0.2, 999, "unproved"),
        (0.01, 10, "unproved"),
    ],
)
def test_half_a_point_on_a_thousand_rows(difference: float, rows: int, expected: str) -> None:
    assert (LARGEST_LOSS, LEAST_ROWS) == (0.005, 1_000)
    assert fitness(difference, rows) == expected


def answers(folder: Path, wrong: int, rows: int = 1_200, first: int = 0, draws: int = 0) -> Path:
    """A run folder whose model is wrong in its first `wrong` rows."""
    folder.mkdir()
    y = np.arange(rows) % 2
    right = np.where(np.arange(rows) < wrong, 1 - y, y)
    probabilities = np.eye(2, dtype=np.float32)[right]
    drawn = np.stack([np.eye(2, dtype=np.float32)[1 - y]] * draws) if draws else None
    write_predictions(folder, "validation", Predictions(folder.name, y, np.arange(rows) + first, probabilities, drawn))
    return folder


def test_the_loss_is_paired_over_the_rows_that_both_answered(tmp_path: Path) -> None:
    source = answers(tmp_path / "source", wrong=12)
    small = answers(tmp_path / "small", wrong=24, rows=1_100)
    found = against_source(small, source)
    assert found.n == 1_100
    assert found.difference == pytest.approx(-12 / 1_100)
    assert found.verdict == "worse"
    assert source_facts(small, source, "abc") == {
        "run": "abc",
        "measure": "quality.accuracy",
        "difference": found.difference,
        "low": found.low,
        "high": found.high,
        "rows": 1_100,
        "mcnemar_p": found.mcnemar_p,
        "verdict": "worse",
        "fitness": "loses",
    }


def test_of_a_source_with_draws_the_exported_model_counts(tmp_path: Path) -> None:
    """All draws of the source are wrong everywhere; its exported model, which was compressed, is right."""
    source = answers(tmp_path / "source", wrong=0, draws=3)
    assert against_source(answers(tmp_path / "small", wrong=0), source).difference == 0.0


def test_the_source_is_timed_again_beside_what_was_made_of_it(tmp_path: Path) -> None:
    found = source_serving(linear_artifact(tmp_path, "words").parent, TEXTS, 1)
    assert 0 < found["p50_ms"] <= found["p95_ms"]
    assert [point[0] for point in found["curve"]][:3] == [1, 2, 4]
    assert all(rate > 0 and p95 > 0 for _, rate, p95 in found["curve"])
