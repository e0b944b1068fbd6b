"""Exported classifiers against torch, to 1e-4, at lengths and batch sizes that the example did not have."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import InputError
from engine.inference.encoders import load_encoder
from engine.inference.export import export_text_classifier
from engine.inference.manifest import write_manifest
from engine.inference.runtimes import Predictor, load_predictor
from engine.spec import Outcome
from tests.unit.engine.inference.material import make_job, new_artifact, random_texts, tiny_model


def _expected(model: Any, tokenizer: Any, texts: list[str]) -> Any:
    import torch

    tokens = tokenizer(texts, padding=True, truncation=True, max_length=48, return_tensors="pt")
    if model.config.model_type == "distilbert":
        tokens.pop("token_type_ids", None)
    with torch.inference_mode():
        return model.eval()(**tokens).logits.softmax(-1).numpy()


def _exported(home: Path, model: Any, tokenizer: Any) -> Predictor:
    artifact = new_artifact(home, "r")
    runtime = export_text_classifier(model, tokenizer, artifact, 48)
    write_manifest(artifact, make_job("r", ("a", "b", "c")), Outcome(runtime))
    return load_predictor(artifact)


@pytest.mark.parametrize("architecture", ["bert", "distilbert"])
def test_a_classifier_equals_torch(architecture: str, tmp_path: Path) -> None:
    model, tokenizer = tiny_model(tmp_path / "model", architecture)
    texts = [*random_texts(40), "", "x"]
    before = model.config._attn_implementation
    predictor = _exported(tmp_path, model.train(), tokenizer)
    result = predictor.predict(texts)
    assert np.abs(result - _expected(model, tokenizer, texts)).max() < 1e-4
    assert result.sum(axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)
    assert model.config._attn_implementation == before


def test_a_bfloat16_model_is_served_in_float32(tmp_path: Path) -> None:
    import torch

    model, tokenizer = tiny_model(tmp_path / "model")
    texts = random_texts(5)
    predictor = _exported(tmp_path, model.to(torch.bfloat16), tokenizer)
    assert np.abs(predictor.predict(texts) - _expected(model, tokenizer, texts)).max() < 1e-4


def test_a_local_folder_is_an_encoder(tmp_path: Path) -> None:
    tiny_model(tmp_path / "model")
    encoder = load_encoder(str(tmp_path / "model"), tmp_path / "cache", 1)
    vectors = encoder.encode(random_texts(5))
    assert vectors.shape == (5, 16)
    assert encoder.description["revision"] == "local"
    assert encoder.description["licence"] == ""
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-5)


def test_pooling_follows_the_models_own_file(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    tiny_model(folder)
    mean = load_encoder(str(folder), tmp_path / "cache", 1).encode(["a b c"])
    (folder / "1_Pooling").mkdir()
    settings = {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(settings))
    first = load_encoder(str(folder), tmp_path / "cache", 1).encode(["a b c"])
    assert np.abs(mean - first).max() > 1e-3
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_max_tokens": true}')
    with pytest.raises(InputError, match="pools by pooling_mode_max_tokens"):
        load_encoder(str(folder), tmp_path / "cache", 1)


def test_a_model_that_transformers_does_not_know_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    tiny_model(folder)
    config = json.loads((folder / "config.json").read_text()) | {"model_type": "gpt99"}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match="cannot be loaded as a text encoder"):
        load_encoder(str(folder), tmp_path / "cache", 1)
    assert not list((tmp_path / "cache" / "encoders").glob("*"))
