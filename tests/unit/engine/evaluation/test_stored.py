from pathlib import Path

import numpy as np
import pytest

from engine.errors import StoredFileError
from engine.evaluation.bootstrap import measure_quality
from engine.evaluation.metrics import score_classes
from engine.evaluation.stored import (
    Predictions,
    commonest_mistakes,
    confusion_of,
    evaluation_section,
    read_evaluation,
    read_predictions,
    write_evaluation,
    write_predictions,
)
from engine.evaluation.subset import evaluated_rows


def test_predictions_come_back(tmp_path: Path) -> None:
    probabilities = np.random.default_rng(0).random((4, 3)).astype(np.float32)
    kept = Predictions("run", np.array([0, 1, 2, 0]), np.array([7, 9, 11, 30]), probabilities, probabilities[None])
    write_predictions(tmp_path, "test", kept)
    found = read_predictions(tmp_path, "test", "run")
    assert np.array_equal(found.probabilities, kept.probabilities)
    assert found.draws is not None
    assert np.array_equal(found.draws, kept.draws)
    assert found.row.tolist() == [7, 9, 11, 30]
    assert found.answers().shape == (1, 4)
    assert [p.name for p in tmp_path.iterdir()] == ["predictions.test.npz"]


@pytest.mark.parametrize("content", [None, b"", b"no zip", "cut"])
def test_damaged_predictions_are_named(tmp_path: Path, content: bytes | str | None) -> None:
    path = tmp_path / "predictions.test.npz"
    if content == "cut":
        probabilities = np.ones((400, 2), dtype=np.float32)
        write_predictions(tmp_path, "test", Predictions("", np.zeros(400), np.arange(400), probabilities))
        path.write_bytes(path.read_bytes()[:-60])
    elif isinstance(content, bytes):
        path.write_bytes(content)
    with pytest.raises(StoredFileError, match=r"predictions\.test\.npz"):
        read_predictions(tmp_path, "test")


@pytest.mark.parametrize("classes", [3, 80])
def test_evaluation_comes_back_with_its_confusion(tmp_path: Path, classes: int) -> None:
    generator = np.random.default_rng(0)
    y, predicted = generator.integers(0, classes, 200), generator.integers(0, classes, 200)
    labels = [f"class {i}" for i in range(classes)]
    scores = score_classes(y, predicted, classes)
    naive = score_classes(y, np.zeros(200, dtype=np.int64), classes)
    quality = measure_quality(y, predicted, classes, number=50)
    write_evaluation(tmp_path, {"test": evaluation_section(labels, scores, quality.per_class, 0, naive)})
    section = read_evaluation(tmp_path)["test"]
    assert ("confusion" in section) == (classes == 3)
    assert np.array_equal(confusion_of(section), scores.confusion)
    assert section["per_class"][0].keys() == {"label", "support", "precision", "recall", "f1"}
    assert section["per_class"][0]["f1"].keys() == {"value", "low", "high"}
    assert section["majority"]["label"] == "class 0"
    assert section["majority"]["quality.accuracy"] == pytest.approx(naive.accuracy)


def test_a_missing_evaluation_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoredFileError, match=r"evaluation\.json"):
        read_evaluation(tmp_path)


def test_evaluated_rows_nest_and_do_not_depend_on_a_run() -> None:
    assert evaluated_rows(5, 0) == evaluated_rows(5, 9) == [0, 1, 2, 3, 4]
    small, large = evaluated_rows(1000, 100), evaluated_rows(1000, 600)
    assert len(small) == 100
    assert set(small) < set(large)
    assert small == evaluated_rows(1000, 100) == sorted(small)


def test_the_commonest_mistakes_come_first_and_only_mistakes() -> None:
    section = {"labels": ["a", "b", "c"], "confusion": [[9, 2, 0], [0, 8, 1], [5, 0, 7]]}
    assert commonest_mistakes(section) == [("c", "a", 5), ("a", "b", 2), ("b", "c", 1)]
    assert commonest_mistakes(section, most=1) == [("c", "a", 5)]
    assert section["confusion"][0][0] == 9
