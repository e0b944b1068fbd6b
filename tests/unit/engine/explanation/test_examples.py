"""A run's own mistakes, explained at its end by what its artifact allows."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import StoredFileError
from engine.evaluation.stored import Predictions, write_predictions
from engine.explanation.examples import choose, explain_examples
from engine.explanation.results import TextExplanation
from engine.explanation.stored import EXPLANATIONS_FILE, Explained, read_explained
from engine.inference.export import export_text_classifier
from engine.inference.manifest import write_manifest
from engine.inference.runtimes import load_predictor
from engine.recorder import EVENTS_FILE, FileRecorder, read_events, request_stop
from engine.spec import Outcome
from engine.training.stop import StopRun
from tests.unit.engine.inference.material import TARGETS, TEXTS, linear_artifact, make_job, new_artifact, tiny_model


def network_artifact(home: Path, run: str) -> tuple[Path, Any]:
    """A random transformer as a fine-tuning leaves it: ONNX and merged/."""
    artifact = new_artifact(home, run)
    model, tokenizer = tiny_model(artifact / "merged", classes=2)
    runtime = export_text_classifier(model.eval(), tokenizer, artifact, 32)
    base = {"name": "tiny", "family": "bert", "licence": "", "revision": "", "sha256": "", "parameters": 1}
    write_manifest(artifact, make_job(run), Outcome(runtime, base, 100, 100))
    return artifact, model


def explained(artifact: Path) -> list[TextExplanation]:
    folder, predictor = artifact.parent, load_predictor(artifact)
    y, rows = np.array(TARGETS), np.arange(len(TEXTS))
    write_predictions(folder, "validation", Predictions("", y, rows, predictor.predict(TEXTS)))
    recorder = FileRecorder(folder)
    try:
        explain_examples(folder, "text", predictor, dict(enumerate(TEXTS)), recorder)
    finally:
        recorder.close()
    examples = read_explained(folder).examples
    assert all(one.true == predictor.labels[TARGETS[one.row]] for one in examples)
    return [one for example in examples for one in example.explanations if isinstance(one, TextExplanation)]


def notes(folder: Path) -> list[str]:
    return [e["values"]["reason"] for e, _ in read_events(folder / EVENTS_FILE) if e["kind"] == "note"]


def test_a_linear_run_is_explained_exactly(tmp_path: Path) -> None:
    artifact = linear_artifact(tmp_path, "words")
    found = explained(artifact)
    assert {one.method for one in found} == {"linear"}
    assert len(found) == 2  # it has no mistakes here
    words = read_explained(artifact.parent).words
    assert set(words) == {"bad", "good"}
    assert words["good"][0].value == max(term.value for term in words["good"])


def test_a_trained_network_is_explained_by_its_gradients(tmp_path: Path) -> None:
    artifact, _ = network_artifact(tmp_path, "net")
    found = explained(artifact)
    assert {one.method for one in found} == {"integrated_gradients"}
    served = load_predictor(artifact).predict(TEXTS)
    for one in found:
        assert min(abs(one.probability - p) for p in served.max(axis=1)) < 1e-4
    assert notes(artifact.parent) == []


def test_what_is_served_is_explained_where_the_network_answers_otherwise(tmp_path: Path) -> None:
    import torch

    artifact, model = network_artifact(tmp_path, "other")
    with torch.no_grad():
        model.classifier.bias += torch.tensor([3.0, -3.0])
    model.save_pretrained(artifact / "merged")
    manifest = json.loads((artifact / "manifest.json").read_text())
    runtime, base = manifest["runtime"], manifest["base_model"]
    write_manifest(artifact, make_job("other"), Outcome(runtime, base, 100, 100))
    found = explained(artifact)
    assert {one.method for one in found} == {"occlusion"}
    assert notes(artifact.parent) == ["the trained network and the served model differ"]


def test_the_most_confident_mistakes_come_first() -> None:
    p = np.array([[0.9, 0.1], [0.4, 0.6], [0.1, 0.9], [0.8, 0.2]], dtype=np.float32)
    assert choose(Predictions("", np.array([1, 1, 0, 0]), np.arange(4), p)) == [0, 2, 3, 1]
    assert choose(Predictions("", np.array([1, 1, 0, 0]), np.arange(4), p), mistakes=1, right=1) == [0, 3]


def test_it_ends_when_the_run_is_asked_to(tmp_path: Path) -> None:
    artifact = linear_artifact(tmp_path, "words")
    request_stop(artifact.parent, "person")
    with pytest.raises(StopRun):
        explained(artifact)


def test_a_run_without_has_none_and_a_damaged_file_is_named(tmp_path: Path) -> None:
    assert read_explained(tmp_path) == Explained()
    (tmp_path / EXPLANATIONS_FILE).write_text('{"examples": [{"row": 1}], "words": {}}')
    with pytest.raises(StoredFileError, match=EXPLANATIONS_FILE):
        read_explained(tmp_path)
