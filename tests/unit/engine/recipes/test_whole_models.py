"""full and top_layers: what they change, what they leave, and that both resume exactly."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import catalog
from engine.errors import InputError
from engine.inference.files import sha256_of
from engine.inference.manifest import write_manifest
from engine.inference.runtimes import load_predictor
from engine.recorder import FileRecorder
from engine.spec import DataFacts, FitContext
from engine.training import checkpoints
from engine.training.modality import modality_of
from engine.training.stop import StopRun
from tests.unit.engine.recipes.material import make_context
from tests.unit.engine.training.test_resume import StopsAt

CONFIG = {"epochs": 2, "batch_size": 8, "max_length": 24, "learning_rate": 3e-4, "checkpoint_every": 3}
ROWS = {"train": 53, "validation": 24, "test": 40}
RECIPES = [
    ("full", {"freeze_embeddings": True}),
    ("top_layers", {"top_layers": 1, "learning_rate": 3e-3, "epochs": 3}),
]


def _context(folder: Path, recipe: str, config: dict[str, Any], looks: int | None = None) -> FitContext:
    context = make_context(folder, catalog.recipe(recipe), CONFIG | {"precision": "fp32"} | config, ROWS)
    if looks is not None:
        context.recorder.close()
        object.__setattr__(context, "recorder", StopsAt(folder, looks))
    return context


@pytest.mark.parametrize(("recipe", "config"), RECIPES)
def test_it_resumes_exactly(recipe: str, config: dict[str, Any], tmp_path: Path, tiny_base: str) -> None:
    config = config | {"model": tiny_base}
    whole = _context(tmp_path / "whole", recipe, config)
    catalog.recipe(recipe).fit(whole)
    with pytest.raises(StopRun, match="person"):
        catalog.recipe(recipe).fit(_context(tmp_path / "cut", recipe, config, looks=9))
    newest = checkpoints.latest(tmp_path / "cut" / "checkpoints")
    assert newest is not None
    FileRecorder(tmp_path / "cut").resume(newest.step)
    cut = _context(tmp_path / "cut", recipe, config)
    catalog.recipe(recipe).fit(cut)
    for name in ("merged/model.safetensors", "model.onnx"):
        assert sha256_of(cut.artifact / name) == sha256_of(whole.artifact / name)


@pytest.mark.parametrize(("recipe", "config"), RECIPES)
def test_it_learns_and_can_be_worked_on(recipe: str, config: dict[str, Any], tmp_path: Path) -> None:
    import torch

    whole = _context(tmp_path / "whole", recipe, config)
    outcome = catalog.recipe(recipe).fit(whole)
    write_manifest(whole.artifact, whole.job, outcome)
    found = load_predictor(whole.artifact).predict(whole.inputs["test"])
    assert (found.argmax(axis=1) == whole.targets["test"]).mean() > 0.8

    text = modality_of("text")
    learner, fresh = text.finished(whole.artifact), text.fresh(text.resolve("minilm"), ("a", "b"), 0, whole.config)
    with torch.inference_mode():
        rows = learner.rows(whole.inputs["test"], whole.targets["test"])
        again = learner.model.eval()(**learner.collate(rows)).logits.softmax(-1).numpy()
    assert np.abs(again - found).max() < 1e-4
    same = [
        torch.equal(one.attention.self.query.weight, two.attention.self.query.weight)
        for one, two in zip(learner.blocks(), fresh.blocks(), strict=True)
    ]
    assert same == ([True] * 5 + [False] if recipe == "top_layers" else [False] * 6)
    table = torch.equal(learner.embedding().weight, fresh.embedding().weight)
    assert table == (recipe == "top_layers" or bool(config))
    sizes = {"full": 22_713_986 - (11_720_448 if config else 0), "top_layers": 1_774_464 + 147_840 + 770}
    assert (outcome.parameters, outcome.trained_parameters) == (22_713_986, sizes[recipe])


def test_more_layers_than_there_are_cannot_be_trained_on_frozen_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="minilm has 6 layers: at most 5 can be trained on top of frozen ones, not 6"):
        catalog.recipe("top_layers").fit(_context(tmp_path, "top_layers", {"top_layers": 6}))


@pytest.mark.parametrize("recipe", ["full", "top_layers"])
def test_a_language_that_the_model_does_not_know_is_refused(recipe: str) -> None:
    plan = catalog.recipe(recipe)
    with pytest.raises(InputError, match="minilm was made for en; these texts are zh"):
        plan.check(plan.config(), DataFacts("text_classification", "zh"))


def test_a_finished_run_without_a_network_cannot_be_trained_on(tmp_path: Path) -> None:
    context = make_context(tmp_path, catalog.recipe("baseline"), {}, ROWS)
    write_manifest(context.artifact, context.job, catalog.recipe("baseline").fit(context))
    with pytest.raises(InputError, match="no network that can be trained on"):
        modality_of("text").finished(context.artifact)
