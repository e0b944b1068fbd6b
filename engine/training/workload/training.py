"""Work of a fine-tuning on texts, whatever part of the network it trains."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.spec.work import Asked, Work
from engine.training.batching import BucketSampler
from engine.training.modality import modality_of
from engine.training.plan import Plan
from engine.training.trainer import EVALUATION_BATCH
from engine.training.workload import pictures
from engine.training.workload.shape import EncoderShape, encoder_shape, padded
from engine.training.workload.texts import (
    EXPLAINED_TOGETHER,
    FLOAT,
    GRADIENT_PASSES,
    MB,
    SERVING_GFLOPS,
    activation_mb,
    cut,
    evaluated,
    explaining,
    forward_mb,
    merged,
    one_call,
    scoring,
    serving,
)

PAD_MULTIPLE = 2
KEPT_COPIES = 4
"""Of each trained weight beside itself: gradient, Adam's two moments, the best so far."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a network is trained."""

    trained: float
    """Weights that change."""
    passes: float
    """Forward passes' worth of one row and step: 3 where all weights have gradients, 2 where only their outputs do."""
    layers: int | None = None
    """Layers that are computed at every step, from the top; all when not said."""
    adapters: bool = False
    frozen_cached: bool = False
    """Whether what the layers below say lies in the cache from an earlier run."""


def train_rows(config: Any, asked: Asked) -> int:
    """Rows that are trained on, altered copies included."""
    rows: int = asked.rows["train"]
    if getattr(config, "augment", "none") != "none":
        rows = round(rows * (1 + config.augment_copies))
    return min(rows, int(config.max_train_rows)) if config.max_train_rows else rows


def used_tokens(shape: EncoderShape, config: Any, asked: Asked) -> float:
    """Different tokens that the texts use, by Heaps' law (Heaps 1978): about 9 x tokens^0.55, at most all.

    Within a factor of 1.5 of what 300 to 3,000 review sentences and clothing reviews use of MiniLM's 30,522.
    """
    model = modality_of("text").base_model(config.model, asked.language)
    lengths = np.minimum(np.asarray(asked.counts(model)["train"] or [1]), config.max_length)
    tokens = float(lengths.mean()) * train_rows(config, asked)
    used: float = 9.0 * tokens**0.55
    return min(float(shape.vocabulary), used)


def plan_of(config: Any, rows: int, seed: int) -> Plan:
    """The loop's plan, as far as it decides how often what is done."""
    names = ("epochs", "max_steps", "batch_size", "learning_rate", "weight_decay", "warmup_share", "patience")
    more = ("evaluations_per_epoch", "checkpoint_every")
    given = {name: getattr(config, name) for name in (*names, *more)}
    return Plan(rows=rows, **given, precision="fp32", threads=1, seed=seed)


def text_training(config: Any, asked: Asked, part_of: Any) -> Work:
    """Work of a training whose part of the network `part_of(shape)` names."""
    if asked.input_kind != "text":
        return pictures.training(config, asked)
    model = modality_of("text").base_model(config.model, asked.language)
    return training_of(encoder_shape(model).classifier(), model, config, asked, part_of)


def training_of(shape: EncoderShape, counted_by: str, config: Any, asked: Asked, part_of: Any) -> Work:
    """The same for a network of a given shape, whose tokens the tokenizer of `counted_by` makes."""
    counts = asked.counts(counted_by)
    rows = {
        split: cut(found, config.max_length)
        for split, found in evaluated(asked, counts, config.max_evaluation_rows).items()
    }
    part: Part = part_of(shape)
    lengths = _chosen(rows["train"], train_rows(config, asked), asked.seed)
    plan = plan_of(config, len(lengths), asked.seed)
    mean = float(rows["validation"].mean())
    explained = GRADIENT_PASSES * shape.gflop(mean, mean**2, shape.layers) / SERVING_GFLOPS
    return Work(
        phases={
            "setup": {"start": 1, "krows_read": sum(asked.rows.values()) / 1000},
            "fit": _fit(shape, part, plan, lengths, rows["validation"], adapters=part.adapters),
            "evaluate": scoring(shape, rows),
            "serve": serving(one_call(shape, mean)),
            "explain": {"captum": 1, "seconds_explained": explaining(explained)},
        },
        moments=_moments(shape, part, plan, lengths, rows["validation"]),
    )


def _chosen(lengths: np.ndarray, rows: int, seed: int) -> np.ndarray:
    if rows <= len(lengths):
        drawn = np.random.default_rng([seed, len(lengths)]).permutation(len(lengths))[:rows]
        return lengths[np.sort(drawn)] if rows < len(lengths) else lengths
    return np.resize(lengths, rows)


def _fit(
    shape: EncoderShape, part: Part, plan: Plan, lengths: np.ndarray, validation: np.ndarray, *, adapters: bool
) -> dict[str, float]:
    steps, layers = plan.total_steps, part.layers or shape.layers
    computed = layers - shape.spared
    sampled = BucketSampler(lengths.tolist(), plan.batch_size, plan.seed).batches()
    tokens, pairs = padded([lengths[batch] for batch in sampled], PAD_MULTIPLE)
    epochs = steps / len(sampled)
    ordered = np.sort(validation)
    chosen = [ordered[i : i + EVALUATION_BATCH] for i in range(0, len(ordered), EVALUATION_BATCH)]
    seen_tokens, seen_pairs = padded(chosen, PAD_MULTIPLE)
    evaluations = math.ceil(steps / plan.evaluate_every)
    below = shape.layers - layers
    frozen = 0.0 if part.frozen_cached else shape.gflop(*_once(lengths, validation), layers=below)
    return {
        "torch": 1.0,
        "adapters": float(adapters),
        "ktexts_tokenized": (len(lengths) + len(validation)) / 1000,
        "gflop_trained": part.passes * epochs * shape.gflop(tokens, pairs, computed),
        "mpairs_trained": epochs * shape.score_mpairs(pairs, computed),
        "ksteps": steps / 1000,
        "gweights_stepped": steps * part.trained / 1e9,
        "gflop_chosen": evaluations * shape.gflop(seen_tokens, seen_pairs, computed),
        "kcalls_chosen": evaluations * len(chosen) / 1000,
        "gflop_frozen": frozen,
        "gweights_saved": (math.ceil(steps / plan.checkpoint_every) + 1) * part.trained / 1e9,
        "exports": 1.0,
        "gweights_exported": shape.parameters / 1e9,
    }


def _once(*parts: np.ndarray) -> tuple[float, float]:
    """Tokens and pairs of rows that are read once in order of length, as the frozen part is."""
    found = [np.sort(part) for part in parts]
    batches = [part[i : i + EVALUATION_BATCH] for part in found for i in range(0, len(part), EVALUATION_BATCH)]
    return padded(batches, PAD_MULTIPLE)


def _moments(
    shape: EncoderShape, part: Part, plan: Plan, lengths: np.ndarray, validation: np.ndarray
) -> dict[str, dict[str, float]]:
    weights = FLOAT * shape.parameters / MB
    states = KEPT_COPIES * FLOAT * part.trained / MB
    longest = int(lengths.max()) if len(lengths) else 1
    layers = (part.layers or shape.layers) - shape.spared
    held = {"mb_python": 1.0, "mb_torch": 1.0, "mb_weights": weights}
    evaluated_at_once = forward_mb(shape, EVALUATION_BATCH, int(validation.max()) if len(validation) else 1)
    mean = int(validation.mean()) if len(validation) else 1
    return {
        "train": merged(
            held,
            {
                "mb_states": states,
                "mb_batch": activation_mb(shape, min(plan.batch_size, len(lengths)), longest, layers),
            },
        ),
        "choose": merged(held, {"mb_states": states, "mb_forward": evaluated_at_once}),
        "export": merged(held, {"mb_states": states, "mb_exported": weights}),
        "explain": merged(
            held,
            {"mb_served": weights, "mb_captum": 1.0, "mb_explained": activation_mb(shape, EXPLAINED_TOGETHER, mean)},
        ),
    }
