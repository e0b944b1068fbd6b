"""The bar that everything else must beat, beside always saying the commonest class: counting, and logistic regression.

Of texts it counts words, of pictures the directions of edges and the colours.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import N_, InputError
from engine.inference.linear import export_linear
from engine.inference.linear_image import export_linear_image, picture_features
from engine.spec import Asked, FitContext, InputKind, Outcome, Recipe, Work, setting
from engine.spec.work import uncounted
from engine.training.stop import obey_stop
from engine.training.workload.encoding import word_counting

UNSPACED = ("zh", "ja", "ko", "th", "lo", "km", "my")
"""Languages whose words are not separated by spaces, or carry endings that word counts would split apart."""
MAX_WEIGHTS = 5_000_000
"""Terms times classes: 40 MB of float64, of which the L-BFGS solver holds some twenty-five vectors at once."""
ITERATIONS = 300
CHUNK = 256
"""Pictures between two looks at whether the run shall stop."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of the baseline."""

    analyzer: str = setting(
        "auto",
        N_("Count"),
        N_("Words, or pieces of one to three characters. Auto takes pieces where no spaces separate words."),
        choices=("auto", "word", "char"),
        only="text",
    )
    c: float = setting(
        4.0,
        N_("Trust in the data"),
        N_("Inverse strength of the L2 penalty. Lower it when validation is much worse than training."),
        minimum=0.001,
        maximum=1000.0,
        advanced=True,
    )
    class_weight: str = setting(
        "none",
        N_("Class weight"),
        N_("Balanced gives rare classes as much say as common ones."),
        choices=("none", "balanced"),
    )
    max_terms: int = setting(
        100_000,
        N_("Most terms"),
        N_("How many of the most frequent terms are counted."),
        minimum=100,
        maximum=1_000_000,
        advanced=True,
        only="text",
    )


def work(config: Config, asked: Asked) -> Work:
    """Terms of the training texts, counted and weighed."""
    if asked.input_kind != "text":
        return uncounted(config, asked)
    characters = counts_characters(config, asked.language)
    return word_counting(
        config, asked, characters=characters, most_terms=min(config.max_terms, MAX_WEIGHTS // max(1, asked.labels))
    )


def counts_characters(config: Config, language: str) -> bool:
    """Whether pieces of words are counted and not words."""
    return config.analyzer == "char" or (config.analyzer == "auto" and language in UNSPACED)


def fit(context: FitContext) -> Outcome:
    """Fit features that are counted, and logistic regression on them, on train."""
    return FITS[context.input_kind](context)


def fit_pictures(context: FitContext) -> Outcome:
    """Gradients and colours; see `engine.inference.linear_image`."""
    recorder, pictures = context.recorder, context.inputs["train"]
    parts = []
    for start in range(0, len(pictures), CHUNK):
        obey_stop(recorder)
        parts.append(picture_features(pictures[start : start + CHUNK]))
        done = start + len(parts[-1])
        recorder.progress(
            0.05 + 0.4 * done / len(pictures),
            N_("Looking at pictures: {done} of {total}"),
            done=done,
            total=len(pictures),
        )
    classifier = _fit_classifier(context.config, np.concatenate(parts), context)
    recorder.progress(0.9, N_("Writing the model"))
    weights = int(classifier.coef_.size + classifier.intercept_.size)
    runtime = export_linear_image(classifier, context.artifact)
    return Outcome(runtime=runtime, parameters=weights, trained_parameters=weights)


def fit_texts(context: FitContext) -> Outcome:
    """TF-IDF features; see `engine.inference.linear`."""
    config: Config = context.config
    recorder = context.recorder
    recorder.progress(0.1, N_("Counting terms in {rows} texts"), rows=len(context.inputs["train"]))
    vectorizer = make_vectorizer(config, context.job.language, len(context.job.labels))
    try:
        features = vectorizer.fit_transform(context.inputs["train"])
    except ValueError as error:
        raise InputError(
            N_("The training texts hold no {analyzer} terms to count: {reason}."),
            analyzer=vectorizer.analyzer,
            reason=str(error),
            remedy=N_("Set “Count” to char."),
        ) from error
    obey_stop(recorder)
    recorder.progress(0.4, N_("Weighing {terms} terms"), terms=features.shape[1])
    classifier = _fit_classifier(config, features, context)
    recorder.progress(0.9, N_("Writing the model"))
    weights = int(classifier.coef_.size + classifier.intercept_.size)
    runtime = export_linear(vectorizer, classifier, context.artifact)
    return Outcome(runtime=runtime, parameters=weights, trained_parameters=weights)


def make_vectorizer(config: Config, language: str, classes: int) -> Any:
    """The TfidfVectorizer of a config: word 1-2-grams or character 1-3-grams, sublinear counts."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    analyzer = "char" if counts_characters(config, language) else "word"
    return TfidfVectorizer(
        analyzer=analyzer,
        ngram_range=(1, 3) if analyzer == "char" else (1, 2),
        token_pattern=r"(?u)\b\w+\b" if analyzer == "word" else None,
        sublinear_tf=True,
        max_features=max(100, min(config.max_terms, MAX_WEIGHTS // classes)),
    )


def _fit_classifier(config: Config, features: Any, context: FitContext) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    classifier = LogisticRegression(
        C=config.c,
        class_weight=None if config.class_weight == "none" else config.class_weight,
        max_iter=ITERATIONS,
        random_state=context.job.seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # said in the note below
        classifier.fit(features, context.targets["train"])
    if max(classifier.n_iter_) >= ITERATIONS:
        context.recorder.note(
            N_("The weights had not settled after {iterations} rounds; they are used as they were."),
            iterations=ITERATIONS,
        )
    return classifier


FITS: Mapping[InputKind, Callable[[FitContext], Outcome]] = {"text": fit_texts, "image": fit_pictures}

RECIPE = Recipe(
    name="baseline",
    title=N_("Baseline: simple counting"),
    summary=N_(
        "Counts the words of a text, or the edges and colours of a picture, and learns what each says about the class. "
        "Takes seconds, costs almost nothing to serve, and shows what a costlier model must beat."
    ),
    tasks=("text_classification", "image_classification"),
    config=Config,
    fit=fit,
    order=10,
    work=work,
)
