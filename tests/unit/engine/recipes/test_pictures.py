"""Every recipe on pictures: it learns two shapes, and what it exports answers alike without torch."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import catalog
from engine.inference.manifest import read_manifest, write_manifest
from engine.inference.runtimes import input_kind, load_predictor
from engine.spec import DataFacts, FitContext, Recipe, build_config
from tests.unit.engine.data.images.material import encoded, shape
from tests.unit.engine.recipes.material import make_context

TASK = "image_classification"
LABELS = ("cross", "ring")
QUICK: Mapping[str, Any] = {"max_steps": 4, "batch_size": 8, "precision": "fp32", "model": "efficientnet_lite0@64"}
RECIPES = [r for r in catalog.recipes_for(TASK) if not r.over_run]


def pictures(folder: Path, rows: int, start: int) -> tuple[list[Path], list[int]]:
    """Files of crosses and rings in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    paths, targets = [], []
    for place in range(rows):
        paths.append(folder / f"{start + place}.png")
        paths[-1].write_bytes(encoded(shape(LABELS[place % 2], start + place)))
        targets.append(place % 2)
    return paths, targets


def make(folder: Path, recipe: Recipe) -> FitContext:
    """A context of pictures."""
    names = set(recipe.config.__dataclass_fields__)
    config = {name: value for name, value in QUICK.items() if name in names}
    context = make_context(folder, recipe, config, {}, task=TASK, labels=LABELS, language="und")
    splits = {"train": (32, 0), "validation": (8, 100), "test": (8, 200)}
    made = {split: pictures(folder.parent / "pictures", *given) for split, given in splits.items()}
    return replace(
        context,
        inputs={split: paths for split, (paths, _) in made.items()},
        targets={split: targets for split, (_, targets) in made.items()},
        input_kind="image",
    )


@pytest.mark.parametrize("recipe", RECIPES, ids=[r.name for r in RECIPES])
def test_what_it_exports_is_served(recipe: Recipe, tmp_path: Path) -> None:
    context = make(tmp_path / "run", recipe)
    recipe.check(build_config(recipe.config, {}), DataFacts(TASK, "und", LABELS, input_kind="image"))
    outcome = recipe.fit(context)
    write_manifest(context.artifact, context.job, outcome)
    assert input_kind(read_manifest(context.artifact)) == "image"
    predictor = load_predictor(context.artifact)
    tests = context.inputs["test"]
    found = predictor.predict(tests)
    assert found.shape == (8, 2)
    assert np.allclose(found.sum(axis=1), 1.0, atol=1e-5)
    assert np.abs(predictor.predict([path.read_bytes() for path in tests]) - found).max() < 1e-4
    if outcome.draws is not None:
        assert np.abs(found - outcome.draws.test[outcome.draws.shipped]).max() < 1e-4
    if recipe.name in ("baseline", "few_shot"):
        assert (found.argmax(axis=1) == context.targets["test"]).mean() > 0.8
    if (context.artifact / "merged").is_dir():
        _loads_again(context.artifact, tests, found)


def _loads_again(artifact: Path, tests: list[Path], found: Any) -> None:
    import torch

    from engine.training.modality import modality_of

    learner = modality_of("image").finished(artifact)
    batch = learner.collate(learner.rows(tests, [0] * len(tests)))
    with torch.inference_mode():
        logits = learner.model.eval()(pixels=batch["pixels"]).logits
    assert np.abs(torch.softmax(logits, dim=1).numpy() - found).max() < 1e-4
