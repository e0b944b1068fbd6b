"""Work of the parts that recipes on texts are made of: training, reading with a frozen encoder, scoring, serving.

Batches are formed by the very code that forms them in the run, on the real lengths, so padding is counted and not
assumed. Kinds of work and what a unit of each takes: `engine/costs/before/prior.yml`.
"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.data.lengths import grown
from engine.evaluation.exported import CHUNK, LATENCY_CALLS, LATENCY_SECONDS, TRAIN_ROWS
from engine.explanation.examples import MISTAKES, RIGHT, SECONDS
from engine.explanation.occlusion import MOST_PARTS
from engine.inference.serving import CONCURRENCIES, LEAST_REQUESTS, LONGEST, load_seconds
from engine.inference.tokens import BATCH_ROWS, BATCH_TOKENS
from engine.spec.work import Asked
from engine.training.workload.shape import EncoderShape, padded

SERVING_GFLOPS = 45.0
"""Billions of operations a second that one thread is taken to serve at; only what the clock decides hangs on it."""
FOUR_BIT_GFLOPS = 40.0
CALL_SECONDS = 0.0006
"""One call of a model beside its arithmetic."""
EXAMPLES = MISTAKES + RIGHT
GRADIENT_PASSES = 3 * 48
"""Forward passes' worth of one explanation by gradients: forward and back at 32 points, at 64 where that misses."""
EXPLAINED_TOGETHER = 16
MB = 1e6
FLOAT = 4.0
HIDDEN_KEPT = 17
"""Vectors of hidden width that one layer of a BERT keeps for each token until the way back."""
INNER_KEPT = 3
SCORES_KEPT = 3
"""Attention matrices that one layer keeps: scores, weights, weights after dropout."""


def cut(lengths: np.ndarray, longest: int) -> np.ndarray:
    """Lengths after texts are cut."""
    shorter: np.ndarray = np.minimum(lengths, longest)
    return shorter


def evaluated(asked: Asked, counts: Mapping[str, Sequence[int]], limit: int) -> dict[str, np.ndarray]:
    """Lengths of the rows of each split as `execute` loads them: validation and test within the limit."""
    found = {}
    for split, rows in asked.rows.items():
        kept = min(rows, limit) if limit and split != "train" else rows
        found[split] = grown(counts, split, kept)
    return found


def served_batches(lengths: np.ndarray) -> list[np.ndarray]:
    """Batches as `engine.inference.tokens` forms them, chunk by chunk."""
    batches = []
    for first in range(0, len(lengths), CHUNK):
        part = -np.sort(-lengths[first : first + CHUNK])
        start = 0
        while start < len(part):
            rows = min(BATCH_ROWS, max(1, BATCH_TOKENS // max(1, int(part[start]))))
            batches.append(part[start : start + rows])
            start += rows
    return batches


def reading(shape: EncoderShape, lengths: np.ndarray, prefix: str = "serve") -> dict[str, float]:
    """Amounts of answering texts with an exported model, or with a frozen encoder."""
    if not len(lengths):
        return {}
    if shape.four_bits:  # one text after the other, never padded
        tokens, pairs = float(lengths.sum()), float((lengths.astype(float) ** 2).sum())
        return {"gflop_four_bits": shape.gflop(tokens, pairs), "ktexts_read": len(lengths) / 1000}
    batches = served_batches(lengths)
    tokens, pairs = padded(batches)
    return {
        f"gflop_{prefix}": shape.gflop(tokens, pairs),
        "kcalls": len(batches) / 1000,
        "ktexts_read": len(lengths) / 1000,
    }


def merged(*parts: Mapping[str, float]) -> dict[str, float]:
    """The sum of amounts, kind by kind."""
    found: dict[str, float] = {}
    for part in parts:
        for kind, amount in part.items():
            found[kind] = found.get(kind, 0.0) + amount
    return found


def one_call(shape: EncoderShape, tokens: float) -> float:
    """Seconds of one text as served on one thread, roughly: for what ends by the clock."""
    rate = FOUR_BIT_GFLOPS if shape.four_bits else SERVING_GFLOPS
    return CALL_SECONDS + shape.gflop(tokens, tokens**2) / rate


def serving(each_seconds: float) -> dict[str, float]:
    """Amounts of measuring latency and the curve of rate and load, whose levels last until enough was answered."""
    fewest, most = LATENCY_CALLS
    calls = 8 + max(fewest, min(most, int(LATENCY_SECONDS / each_seconds)))
    shortest = load_seconds()
    level = min(LONGEST * shortest, max(shortest, LEAST_REQUESTS * each_seconds)) + 2 * each_seconds
    levels = len(CONCURRENCIES) - 1.0
    return {"clock": levels * level, "seconds_single": calls * each_seconds, "curves": 1.0}


def explaining(seconds_each: float) -> float:
    """Seconds of explaining examples one by one until the time is up."""
    return min(EXAMPLES * seconds_each, math.ceil(SECONDS / seconds_each) * seconds_each)


def by_leaving_out(shape: EncoderShape, words: float, tokens: float) -> float:
    """Seconds of one explanation that asks without each part of a text."""
    asked = 1 + min(MOST_PARTS, words)
    return asked * one_call(shape, tokens)


def scoring(shape: EncoderShape, rows: Mapping[str, np.ndarray], *, drawn: int = 0) -> dict[str, float]:
    """Amounts of scoring validation, test and a part of train; of a few-shot run only the last is read again."""
    train = rows["train"][: min(TRAIN_ROWS, len(rows["validation"]), len(rows["train"]))]
    read = [train] if drawn else [rows["validation"], rows["test"], train]
    return merged(
        {"opens": 1.0, "splits_scored": 3.0, "draws_scored": 2.0 * drawn},
        *(reading(shape, part) for part in read),
    )


def exported_before(cache: Path, model: str) -> bool:
    """Whether an encoder lies in the cache in the form that is served; the first use of one makes it, by torch."""
    for settings in (cache / "encoders").glob("*/encoder.json"):
        try:
            if json.loads(settings.read_bytes())["description"]["name"] == model:
                return True
        except (OSError, ValueError, KeyError):
            continue
    return False


def activation_mb(shape: EncoderShape, rows: int, tokens: int, layers: float | None = None) -> float:
    """Megabytes that a batch keeps for the way back, counted from the layer (Korthikanti et al. 2022, section 4)."""
    each = FLOAT * tokens * (HIDDEN_KEPT * shape.hidden + INNER_KEPT * shape.inner)
    scores = FLOAT * SCORES_KEPT * shape.heads * float(tokens) ** 2
    return rows * (shape.layers if layers is None else layers) * (each + scores) / MB


def forward_mb(shape: EncoderShape, rows: int, tokens: int) -> float:
    """Megabytes of a batch on its way through one layer, which is then given back."""
    scores = FLOAT * 2 * shape.heads * float(tokens) ** 2
    return rows * (FLOAT * tokens * (6 * shape.hidden + 2 * shape.inner) + scores) / MB
