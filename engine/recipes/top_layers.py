"""Train the upper layers and the head; the lower ones stay as they are, and are computed once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import N_, InputError
from engine.spec import Asked, FitContext, InputKind, Outcome, Recipe, Split, Work, setting, with_default
from engine.training.choices import choose, read_accelerator
from engine.training.features import Features, Store, key_of
from engine.training.fitting import (
    card_of,
    check_trainable,
    count_weights,
    drawn_rows,
    export_whole,
    material_of,
    open_learner,
    train,
)
from engine.training.material import Material
from engine.training.modality import Halves, Learner, Row
from engine.training.settings import TrainingConfig
from engine.training.workload.shape import EncoderShape
from engine.training.workload.training import Part, text_training

TEXT_SHARE, PICTURE_BLOCKS = 2 / 3, 2
"""What is trained unasked. Of MiniLM's six layers, four learn as well as all (docs/benchmarks.md); two did not."""


@dataclass(frozen=True, slots=True)
class Config(TrainingConfig):
    """Settings of a training of the upper layers."""

    learning_rate: float = with_default(TrainingConfig, "learning_rate", 2e-4)
    checkpoint_every: int = with_default(TrainingConfig, "checkpoint_every", 100)
    top_layers: int = setting(
        0,
        N_("Layers to train"),
        N_(
            "From the top; those below stay as they are. 0: two thirds of a network for texts, two of one for pictures."
        ),
        minimum=0,
        maximum=100,
        zero=N_("as suits the network"),
    )
    cache_limit_mb: int = setting(
        4000,
        N_("Most disk for the frozen layers' output"),
        N_("Kept for further runs on the same rows; what was used longest ago goes first."),
        minimum=1,
        maximum=1_000_000,
        unit="MB",
        advanced=True,
    )


def work(config: Config, asked: Asked) -> Work:
    """The lower layers once, unless an earlier run left their output; the upper ones as often as rows are seen."""
    decides = ("model", "top_layers", "max_train_rows", "max_evaluation_rows", "max_length", "precision", "augment")
    cached = any(
        all(one.get(name) == getattr(config, name) for name in decides)
        and (one.get("seed") == asked.seed or not (config.max_train_rows or config.augment != "none"))
        for one in asked.earlier
    )

    def part(shape: EncoderShape) -> Part:
        layers = min(_trained(config, shape.layers, asked.input_kind), shape.layers)
        return Part(trained=layers * shape.layer_parameters, passes=3.0, layers=layers, frozen_cached=cached)

    return text_training(config, asked, part)


def fit(context: FitContext) -> Outcome:
    """Compute the frozen part, train the rest, restore the best weights by macro F1 on validation, and export."""
    config: Config = context.config
    learner = open_learner(context)
    material = material_of(learner, context)
    depth = _depth(learner, _trained(config, len(learner.blocks()), context.input_kind))
    halves = learner.cut(depth)
    weights = count_weights(learner.model)
    upper = _upper_material(context, learner, halves, depth, material)
    best = train(context, halves.upper, upper)
    return export_whole(context, learner, card_of(context, learner, material, best), weights)


def _trained(config: Config, layers: int, kind: InputKind) -> int:
    """How many of so many layers are trained: those that were asked for, or what suits the network."""
    if config.top_layers:
        return config.top_layers
    return max(1, round(TEXT_SHARE * layers)) if kind == "text" else PICTURE_BLOCKS


def _depth(learner: Learner, trained: int) -> int:
    layers = len(learner.blocks())
    if trained < layers:
        return layers - trained
    raise InputError(
        N_("{model} has {layers} layers: at most {most} can be trained on top of frozen ones, not {wanted}."),
        model=learner.description["name"],
        layers=layers,
        most=layers - 1,
        wanted=trained,
        remedy=N_("Train all of them with full."),
    )


def _upper_material(context: FitContext, learner: Learner, halves: Halves, depth: int, material: Material) -> Material:
    """The same rows as the upper half reads them: features from disk."""
    import torch

    config: Config = context.config
    torch.set_num_threads(context.job.threads)
    store = Store(Path(context.job.cache_folder), config.cache_limit_mb * 10**6, context.recorder)
    precision = choose(read_accelerator(), config.precision).precision
    chosen: dict[Split, Sequence[int]] = {
        "train": drawn_rows(context),
        "validation": range(len(context.inputs["validation"])),
    }
    found: dict[str, Features] = {}
    made: dict[str, list[Row]] = {}
    wholes: dict[Split, Sequence[Row]] = {"train": material.train, "validation": material.validation}
    for split, whole in wholes.items():
        inputs = [context.inputs[split][r] for r in chosen[split]]
        lengths = learner.lengths(whole)
        key = key_of(learner, depth, inputs, lengths, precision)
        found[split] = store.features(learner, halves, whole, key, precision)
        made[split] = [
            {"split": split, "at": at, "length": length, "labels": context.targets[split][r]}
            for at, (length, r) in enumerate(zip(lengths, chosen[split], strict=True))
        ]

    def collate(rows: Sequence[Row]) -> Mapping[str, Any]:
        return halves.collate([found[row["split"]][row["at"]] for row in rows], [row["labels"] for row in rows])

    return Material(
        made["train"], made["validation"], material.classes, collate, lambda rows: [row["length"] for row in rows]
    )


RECIPE = Recipe(
    name="top_layers",
    title=N_("Top layers: the last part of the model"),
    summary=N_(
        "Keeps the lower layers as they are, computes what they say once, and adjusts the upper ones on all your "
        "examples. The fastest way to train a network; on texts about as accurate as training all of it."
    ),
    tasks=("text_classification", "image_classification"),
    config=Config,
    fit=fit,
    order=35,
    work=work,
    resumes=True,
    gpus="one",
    check=check_trainable,
)
