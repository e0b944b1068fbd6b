import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import InputError
from engine.inference.manifest import read_manifest, write_manifest
from engine.inference.runtimes import load_predictor
from engine.recipes import prune
from engine.recorder import EVENTS_FILE, read_events
from engine.spec import DataFacts, FitContext
from engine.training.modalities.text import finished
from engine.training.stop import StopRun
from tests.unit.engine.recipes.material import make_context, tiny_run

ROWS: Any = {"train": 40, "validation": 12, "test": 12}
CONFIG = {"batch_size": 8, "precision": "fp32", "checkpoint_every": 2, "importance_rows": 16, "learning_rate": 1e-3}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tiny_run(tmp_path / "tiny")


def context_of(source: Path, folder: Path, **config: Any) -> FitContext:
    start = {"source_run": source.name, "source_folder": str(source)}
    return make_context(folder, prune.RECIPE, CONFIG | config, ROWS, **start)


def fitted(context: FitContext) -> Path:
    outcome = prune.RECIPE.fit(context)
    write_manifest(context.artifact, context.job, outcome)
    return context.artifact


def said(context: FitContext, kind: str) -> list[Any]:
    return [e for e, _ in read_events(context.artifact.parent / EVENTS_FILE) if e["kind"] == kind]


def test_what_is_served_is_small_and_what_is_stored_answers_alike(source: Path, tmp_path: Path) -> None:
    context = context_of(source, tmp_path / "small", heads=0.5, neurons=0.5, precision="bf16")
    artifact = fitted(context)
    full, small = read_manifest(source / "artifact"), read_manifest(artifact)
    assert small.parameters < full.parameters
    assert small.served_bytes < full.served_bytes
    texts = context.inputs["test"]
    import torch

    stored = finished(artifact)
    stored.model.eval()
    with torch.inference_mode():
        logits = stored.model(**stored.collate(stored.rows(texts, [0] * len(texts)))).logits
    assert np.abs(load_predictor(artifact).predict(texts) - logits.softmax(-1).numpy()).max() < 1e-4
    (facts,) = [e["values"]["pruning"] for e in said(context, "facts") if "pruning" in e["values"]]
    assert (sum(facts["heads"]), facts["method"]) == (2, "structured")
    assert "2 of 4 attention heads" in " ".join(n["template"].format(**n["values"]) for n in said(context, "note"))


def test_single_weights_at_zero_stay_there_and_save_nothing(source: Path, tmp_path: Path) -> None:
    context = context_of(source, tmp_path / "thin", method="magnitude", weights=0.6)
    artifact = fitted(context)
    weights = [layer.weight for block in finished(artifact).blocks() for layer in (block.intermediate.dense,)]
    assert all(float((w == 0).float().mean()) > 0.3 for w in weights)
    before, after = read_manifest(source / "artifact").served_bytes, read_manifest(artifact).served_bytes
    assert after == pytest.approx(before, rel=0.01)
    assert any("save no time" in n["template"] for n in said(context, "note"))


@pytest.mark.parametrize("method", ["structured", "magnitude"])
def test_a_stopped_run_goes_on_to_the_same_model(source: Path, tmp_path: Path, method: str, monkeypatch: Any) -> None:
    whole = fitted(context_of(source, tmp_path / "whole", method=method))
    cut = context_of(source, tmp_path / "cut", method=method)

    def stop_after_two() -> str | None:
        return "shutdown" if len([e for e in said(cut, "metric") if "train.loss" in e["values"]]) >= 2 else None

    monkeypatch.setattr(cut.recorder, "stop_requested", stop_after_two)
    with pytest.raises(StopRun):
        prune.RECIPE.fit(cut)
    again = fitted(context_of(source, tmp_path / "cut", method=method))
    texts = cut.inputs["test"]
    assert np.array_equal(load_predictor(whole).predict(texts), load_predictor(again).predict(texts))


def test_a_network_without_heads_can_only_lose_single_weights(source: Path) -> None:
    path = source / "artifact" / "merged" / "config.json"
    config = json.loads(path.read_text())
    del config["num_attention_heads"]
    path.write_text(json.dumps(config))
    facts = DataFacts("text_classification", "en", source_folder=source)
    with pytest.raises(InputError, match="no attention heads"):
        prune.check(prune.Config(), facts)
    prune.check(prune.Config(method="magnitude"), facts)
