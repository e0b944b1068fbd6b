"""The words of a linear model: exact contributions to one answer, and the words that speak for each class.

score(class) = intercept(class) + sum over terms of coefficient(term, class) x TF-IDF(term in this text)

which is how `engine.inference.linear` computes it, so that contributions add up to the score but for rounding.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.explanation.results import Term, TextExplanation, pieces_of, strongest
from engine.explanation.words import Span, word_spans
from engine.inference.linear import LinearText, TextFeatures

_SPACES = re.compile(r"\s\s+")
MOST_WORDS = 12


def explain_linear(model: LinearText, text: str, target: int | None = None) -> TextExplanation:
    """Split the score of a class, of the answer when none is named, over the terms of a text."""
    probabilities = model.predict([text])[0]
    chosen = int(np.argmax(probabilities)) if target is None else target
    coefficients, intercept = model.of_class(chosen)
    read, places = locate(model.features, text)
    terms = [(term, tfidf * coefficients[column]) for term, column, tfidf in model.weighed(text)]
    shares = _by_character(read, places, dict(terms))
    spans = word_spans(read)
    values = [float(shares[start:end].sum()) for start, end in spans]
    value = float(intercept + sum(share for _, share in terms))
    return TextExplanation(
        method="linear",
        figure="score",
        label=model.labels[chosen],
        probability=float(probabilities[chosen]),
        value=value,
        base=float(intercept),
        gap=value - float(intercept) - sum(values),
        pieces=pieces_of(read, spans, values),
        terms=strongest(Term(term, float(share)) for term, share in terms),
        words_read=len(spans),
        words=len(spans),
    )


def class_words(model: LinearText, most: int = MOST_WORDS) -> dict[str, tuple[Term, ...]]:
    """For each class the terms that speak for it most, by coefficient x idf; without classes it has not seen.

    The product is what one occurrence adds to the score before the text's length is taken out of it.
    """
    found = {}
    for place, label in enumerate(model.labels):
        if not model.knows(place):
            continue
        coefficients, _ = model.of_class(place)
        weights = coefficients * model.idf
        top = np.argsort(-weights, kind="stable")[:most]
        found[label] = tuple(Term(model.terms[i], float(weights[i])) for i in top if weights[i] > 0)
    return found


def locate(features: TextFeatures, text: str) -> tuple[str, dict[str, list[tuple[Span, ...]]]]:
    """The text as the model reads it, and where each term stands in it: for each time, the spans of its words."""
    read = text.lower() if features.lowercase else text
    if features.analyzer != "word":
        read = _SPACES.sub(" ", read)
    places: dict[str, list[tuple[Span, ...]]] = defaultdict(list)
    finder = {"word": _words, "char": _characters, "char_wb": _characters_in_words}[features.analyzer]
    for term, spans in finder(features, read):
        places[term].append(spans)
    return read, dict(places)


def _words(features: TextFeatures, read: str) -> Iterator[tuple[str, tuple[Span, ...]]]:
    pattern = re.compile(features.token_pattern)
    spans = [found.span(min(1, pattern.groups)) for found in pattern.finditer(read)]
    for size in _sizes(features):
        for start in range(len(spans) - size + 1):
            chosen = tuple(spans[start : start + size])
            yield " ".join(read[a:b] for a, b in chosen), chosen


def _characters(features: TextFeatures, read: str) -> Iterator[tuple[str, tuple[Span, ...]]]:
    for size in _sizes(features):
        for start in range(len(read) - size + 1):
            yield read[start : start + size], ((start, start + size),)


def _characters_in_words(features: TextFeatures, read: str) -> Iterator[tuple[str, tuple[Span, ...]]]:
    for found in re.finditer(r"\S+", read):
        padded, (first, last) = f" {found.group()} ", found.span()
        for size in _sizes(features):
            for start in range(max(1, len(padded) - size + 1)):
                span = (max(first, first + start - 1), min(last, first + start - 1 + size))
                yield padded[start : start + size], (span,)
            if size >= len(padded):
                break


def _sizes(features: TextFeatures) -> range:
    return range(features.ngram_range[0], features.ngram_range[1] + 1)


def _by_character(
    read: str, places: Mapping[str, Sequence[tuple[Span, ...]]], shares: Mapping[str, float]
) -> NDArray[np.float64]:
    """What each character carries: a term's share, parted evenly over its occurrences, their words and letters.

    White space inside a term carries nothing, unless the term is nothing else.
    """
    carried = np.zeros(len(read), dtype=np.float64)
    for term, share in shares.items():
        for spans in places[term]:
            for start, end in spans:
                letters = [i for i in range(start, end) if not read[i].isspace()] or list(range(start, end))
                carried[letters] += share / (len(places[term]) * len(spans) * len(letters))
    return carried
