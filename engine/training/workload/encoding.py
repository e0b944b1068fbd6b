"""Work of recipes that leave the network as it is: counting words, or a head on a frozen encoder."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.data.lengths import CHARACTERS, WORDS, grown
from engine.spec.work import Asked, Work
from engine.training.modality import modality_of
from engine.training.workload.shape import EncoderShape, encoder_shape
from engine.training.workload.texts import (
    FLOAT,
    MB,
    by_leaving_out,
    cut,
    evaluated,
    explaining,
    exported_before,
    forward_mb,
    merged,
    one_call,
    reading,
    scoring,
    serving,
)

ENCODER_TOKENS = 256
"""What frozen encoders are cut to."""
TERM_BYTES = 12.0
SOLVER_VECTORS = 25
"""Vectors of all weights that L-BFGS holds at once."""
LINEAR_SECONDS = 0.0001
"""One text answered by a linear model."""


def frozen_encoding(config: Any, asked: Asked, *, encoded: int, draws: int = 0) -> Work:
    """A head on the features of a frozen encoder: of `encoded` training rows, and of all evaluated ones.

    draws: how often a head was fitted and scored; 0 where the features are not needed to make it.
    """
    name = modality_of("text").encoder(config.model, asked.language)
    shape = encoder_shape(name)
    counts = asked.counts(name)
    rows = {
        split: cut(found, ENCODER_TOKENS)
        for split, found in evaluated(asked, counts, config.max_evaluation_rows).items()
    }
    words = float(np.mean(asked.counts(WORDS)["validation"] or [1]))
    mean = float(rows["validation"].mean()) if len(rows["validation"]) else 1.0
    opening = {} if shape.four_bits or exported_before(asked.cache, name) else {"torch": 1.0, "exports": 1.0}
    return Work(
        phases={
            "setup": {"start": 1, "krows_read": sum(asked.rows.values()) / 1000},
            "fit": merged({"opens": 1.0}, opening, _features(shape, config, asked, rows, encoded) if draws else {},
                          {"heads": 1.0} if draws else {}),
            "evaluate": scoring(shape, rows, drawn=draws),
            "serve": serving(one_call(shape, mean)),
            "explain": {"seconds_explained": explaining(by_leaving_out(shape, words, mean))},
        },
        moments=_encoder_moments(shape, opening, rows, draws),
    )  # fmt: skip


def _features(
    shape: EncoderShape, config: Any, asked: Asked, rows: Mapping[str, np.ndarray], encoded: int
) -> dict[str, float]:
    """What is encoded anew: rows that an earlier run on this data encoded lie in the cache."""
    like = [
        e
        for e in asked.earlier
        if (e.get("model"), e.get("max_evaluation_rows")) == (config.model, config.max_evaluation_rows)
    ]
    parts = [] if like else [rows["validation"], rows["test"]]
    if not any(e.get("seed") == asked.seed for e in like):
        parts.append(np.resize(rows["train"], min(encoded, len(rows["train"]))))
    return merged(*(reading(shape, part) for part in parts))


def _encoder_moments(
    shape: EncoderShape, opening: Mapping[str, float], rows: Mapping[str, np.ndarray], draws: int
) -> dict[str, dict[str, float]]:
    weights = FLOAT * shape.parameters / MB
    longest = max((int(part.max()) for part in rows.values() if len(part)), default=1)
    read = {"mb_python": 1.0, "mb_sklearn": 1.0 if draws else 0.0}
    if shape.four_bits:
        read["mb_four_bits"] = 1.0
    else:
        read |= {"mb_onnx": 1.0, "mb_served": weights, "mb_forward": forward_mb(shape, 1, longest)}
    moments = {"read": read}
    if opening:
        moments["export"] = {"mb_python": 1.0, "mb_torch": 1.0, "mb_weights": weights, "mb_exported": weights}
    return moments


def word_counting(config: Any, asked: Asked, *, characters: bool, most_terms: int) -> Work:
    """TF-IDF and logistic regression, and a linear model that answers in a tenth of a millisecond."""
    unit = CHARACTERS if characters else WORDS
    lengths = {split: grown(asked.counts(unit), split, rows) for split, rows in asked.rows.items()}
    grams = 3 if characters else 2
    occurrences = {split: grams * float(found.sum()) / 1e6 for split, found in lengths.items()}
    classes = max(1, asked.labels if asked.labels > 2 else 1)
    terms = min(most_terms, 1e6 * occurrences["train"] * 0.55)
    train = min(1000, len(lengths["train"]), len(lengths["validation"]))
    share = train / max(1, len(lengths["train"]))
    scored = occurrences["validation"] + occurrences["test"] + share * occurrences["train"]
    return Work(
        phases={
            "setup": {"start": 1, "krows_read": sum(asked.rows.values()) / 1000},
            "fit": {
                "sklearn": 1.0,
                "mterms_counted": occurrences["train"],
                "mterms_weighed": occurrences["train"] * classes,
                "mterms_kept": terms * classes / 1e6,
            },
            "evaluate": {"opens_linear": 1.0, "splits_scored": 3.0, "mterms_read": scored},
            "serve": serving(LINEAR_SECONDS),
            "explain": {"seconds_explained": explaining(0.002)},
        },
        moments={
            "fit": {
                "mb_python": 1.0,
                "mb_sklearn": 1.0,
                "mb_terms": TERM_BYTES * occurrences["train"],
                "mb_vocabulary": 0.2 * occurrences["train"] * 1e3,
                "mb_solver": SOLVER_VECTORS * 8 * terms * classes / MB,
            }
        },
    )
