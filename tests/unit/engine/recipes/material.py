"""Sentences made for tests, and the pieces a recipe needs to run on them in a folder."""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.recorder import FileRecorder
from engine.spec import FitContext, Job, Split, build_config

GOOD = ("lovely", "great", "wonderful", "excellent", "pleasant", "superb")
POOR = ("awful", "terrible", "poor", "broken", "useless", "nasty")
THINGS = ("phone", "camera", "meal", "waiter", "film", "battery", "dress", "story", "screen", "service")
ENDS = ("and it came on time", "but I expected that", "for the price", "as my friend had said", "in the end")
GOOD_ZH, POOR_ZH = ("很好", "满意", "喜欢", "舒服"), ("很差", "失望", "讨厌", "难受")
THINGS_ZH = ("房间", "手机", "服务", "书", "酒店", "电池")


def sentences(rows: int, language: str = "en", seed: int = 0) -> tuple[list[str], list[int]]:
    """Rows of text and class: 0 poor, 1 good, half of each; about one in twelve says the opposite of its class."""
    chance = random.Random(seed)
    texts, targets = [], []
    for i in range(rows):
        target = i % 2
        said = target if chance.random() > 0.08 else 1 - target
        if language == "zh":
            word = chance.choice((POOR_ZH, GOOD_ZH)[said])
            texts.append(f"这个{chance.choice(THINGS_ZH)}{word}，第{i}次了")
        else:
            word = chance.choice((POOR, GOOD)[said])
            texts.append(f"The {chance.choice(THINGS)} was {word} {chance.choice(ENDS)}, number {i}.")
        targets.append(target)
    return texts, targets


def make_job(folder: Path, recipe: str, config: Mapping[str, Any], language: str = "en", **changes: Any) -> Job:
    """A job of one thread whose cache lives beside the run folder."""
    values: dict[str, Any] = {
        "run": folder.name,
        "task": "text_classification",
        "recipe": recipe,
        "config": dict(config),
        "seed": 7,
        "dataset_folder": str(folder.parent / "dataset"),
        "dataset_fingerprint": "f" * 64,
        "labels": ("poor", "good"),
        "language": language,
        "cache_folder": str(folder.parent / "cache"),
        "threads": 1,
        "device": "local_cpu",
        "usd_per_hour": 0.0,
        "budget_usd": None,
        "attempt": 1,
    }
    return Job(**(values | changes))


def make_context(
    folder: Path,
    recipe: Any,
    config: Mapping[str, Any],
    rows: Mapping[Split, int],
    language: str = "en",
    **changes: Any,
) -> FitContext:
    """A context whose folders exist; running it again finds the checkpoints of before."""
    for name in ("artifact", "checkpoints"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    job = make_job(folder, recipe.name, config, language, **changes)
    made = {split: sentences(count, language, seed=i) for i, (split, count) in enumerate(rows.items())}
    return FitContext(
        job=job,
        config=build_config(recipe.config, config),
        inputs={split: texts for split, (texts, _) in made.items()},
        targets={split: targets for split, (_, targets) in made.items()},
        artifact=folder / "artifact",
        checkpoints=folder / "checkpoints",
        recorder=FileRecorder(folder),
        source=Path(job.source_folder) if job.source_folder else None,
    )


def tiny_run(folder: Path) -> Path:
    """The folder of a finished run whose network has some hundred thousand weights, two layers of two heads."""
    from engine.inference.manifest import write_manifest
    from engine.spec import Outcome
    from engine.training.modalities.text import TextLearner
    from tests.unit.engine.inference.material import tiny_model

    artifact = folder / "artifact"
    (artifact / "merged").mkdir(parents=True)
    model, tokenizer = tiny_model(artifact / "merged", classes=2)
    about = {"name": "tiny", "revision": "1", "licence": "MIT", "sha256": "0" * 64, "family": "bert", "languages": []}
    learner = TextLearner(model.eval(), tokenizer, about, 24)
    weights = sum(p.numel() for p in model.parameters())
    outcome = Outcome(learner.export(artifact), about, weights, weights)
    write_manifest(artifact, make_job(folder, "lora", {}), outcome)
    return folder
