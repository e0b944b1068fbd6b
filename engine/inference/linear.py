"""TF-IDF and logistic regression in numpy, equal to scikit-learn's, from plain JSON and `.npz` files.

Follows scikit-learn's TfidfVectorizer (analyzers word, char, char_wb; sublinear tf = 1 + ln tf; idf as fitted;
L2 norm) and LogisticRegression.predict_proba. Imports neither scikit-learn nor scipy.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, InputError, StoredFileError
from engine.inference.arithmetic import logistic_probabilities
from engine.inference.files import read_fault, write_whole, writing

VOCABULARY_FILE = "vocabulary.json"
WEIGHTS_FILE = "linear.npz"
_SPACES = re.compile(r"\s\s+")


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """The settings of a TfidfVectorizer that decide which terms a text has."""

    analyzer: str
    ngram_range: tuple[int, int]
    lowercase: bool
    token_pattern: str
    sublinear_tf: bool

    def analyse(self) -> Callable[[str], Iterator[str]]:
        """The function from a text to its terms, repeats included. Raises KeyError for an unknown analyzer."""
        terms = {"word": self._words, "char": self._characters, "char_wb": self._characters_in_words}[self.analyzer]
        return lambda text: terms(text.lower() if self.lowercase else text)

    def _words(self, text: str) -> Iterator[str]:
        words = re.findall(self.token_pattern, text)
        for size in self._sizes():
            for start in range(len(words) - size + 1):
                yield " ".join(words[start : start + size])

    def _characters(self, text: str) -> Iterator[str]:
        text = _SPACES.sub(" ", text)
        for size in self._sizes():
            for start in range(len(text) - size + 1):
                yield text[start : start + size]

    def _characters_in_words(self, text: str) -> Iterator[str]:
        for word in _SPACES.sub(" ", text).split():
            padded = f" {word} "
            for size in self._sizes():
                yield padded[:size]
                for start in range(1, len(padded) - size + 1):
                    yield padded[start : start + size]
                if size >= len(padded):
                    break  # a word shorter than the size is counted once

    def _sizes(self) -> range:
        return range(self.ngram_range[0], self.ngram_range[1] + 1)


class LinearText:
    """A vectoriser and a linear classifier. Safe to use from several threads."""

    def __init__(self, vocabulary: Path, weights: Path, labels: tuple[str, ...]) -> None:
        self.labels = labels
        self.bytes = vocabulary.stat().st_size + weights.stat().st_size
        self.features, terms = _read_vocabulary(vocabulary)
        self._analyse = self.features.analyse()
        self._index = {term: i for i, term in enumerate(terms)}
        try:
            with np.load(weights, allow_pickle=False) as stored:
                self.idf, self._coefficients = stored["idf"], stored["coefficients"]
                self._intercept, self._classes = stored["intercept"], stored["classes"]
        except (OSError, ValueError, KeyError) as error:
            raise read_fault(weights, error) from error
        if not len(terms) == len(self.idf) == len(self._coefficients) or self._classes.max() >= len(labels):
            raise StoredFileError(N_("{file} does not fit its vocabulary or labels."), file=weights)

    def predict(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Probabilities (texts, labels)."""
        scores = np.empty((len(texts), len(self._intercept)), dtype=np.float64)
        for row, text in enumerate(texts):
            scores[row] = self._score(text)
        return logistic_probabilities(scores, self._classes, len(self.labels))

    @property
    def terms(self) -> list[str]:
        """The vocabulary in the order of its columns."""
        return list(self._index)

    def weighed(self, text: str) -> list[tuple[str, int, float]]:
        """Each known term of a text, once: the term, its column and its TF-IDF value."""
        columns, values = self._tfidf(text)
        names = {self._index[term]: term for term in self._analyse(text) if term in self._index}
        return [(names[column], column, value) for column, value in zip(columns.tolist(), values.tolist(), strict=True)]

    def knows(self, label: int) -> bool:
        """Whether the classifier has seen this class."""
        return label in self._classes.tolist()

    def of_class(self, label: int) -> tuple[NDArray[np.float64], float]:
        """Coefficients (terms,) and intercept of a class's score.

        Of two classes the model keeps one score, that of the second; the first's is its negative. A class that was
        never seen has no score: nothing speaks for it or against it.
        """
        if not self.knows(label):
            return np.zeros(len(self.idf)), 0.0
        place = self._classes.tolist().index(label)
        if self._coefficients.shape[1] == 1:
            sign = 1.0 if place == 1 else -1.0
            return sign * self._coefficients[:, 0], sign * float(self._intercept[0])
        return self._coefficients[:, place], float(self._intercept[place])

    def _score(self, text: str) -> NDArray[np.float64]:
        columns, values = self._tfidf(text)
        scores: NDArray[np.float64] = values @ self._coefficients[columns] + self._intercept
        return scores

    def _tfidf(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Columns of the known terms and their values, of length 1 together; both empty without a known term."""
        counts = Counter(i for term in self._analyse(text) if (i := self._index.get(term)) is not None)
        columns = np.fromiter(counts.keys(), dtype=np.int64)
        values = np.fromiter(counts.values(), dtype=np.float64)
        if not counts:
            return columns, values
        if self.features.sublinear_tf:
            values = 1.0 + np.log(values)
        values *= self.idf[columns]
        values /= math.sqrt(float(values @ values))
        return columns, values


def _read_vocabulary(path: Path) -> tuple[TextFeatures, list[str]]:
    try:
        body = json.loads(path.read_bytes())
        terms = body.pop("terms")
        features = TextFeatures(**{**body, "ngram_range": tuple(body["ngram_range"])})
        features.analyse()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise read_fault(path, error) from error
    return features, terms


def export_linear(vectorizer: Any, classifier: Any, artifact: Path) -> dict[str, Any]:
    """Write a fitted TfidfVectorizer and LogisticRegression as plain files; returns the manifest's runtime section.

    The classifier's classes must be label indices. Raises InputError for a setting that the runtime does not follow.
    """
    settings = vectorizer.get_params()
    for name, wanted in _FOLLOWED.items():
        if settings[name] not in wanted:
            raise InputError(
                N_("A vectoriser with {name} = {value} cannot be exported; allowed: {allowed}."),
                name=name,
                value=settings[name],
                allowed=wanted,
            )
    features = {name: settings[name] for name in TextFeatures.__dataclass_fields__}
    terms = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
    body = {**features, "terms": terms}
    write_whole(artifact / VOCABULARY_FILE, json.dumps(body, ensure_ascii=True).encode())
    with writing(artifact / WEIGHTS_FILE):
        np.savez(
            artifact / WEIGHTS_FILE,
            idf=np.asarray(vectorizer.idf_, dtype=np.float64),
            coefficients=np.ascontiguousarray(classifier.coef_.T, dtype=np.float64),
            intercept=np.asarray(classifier.intercept_, dtype=np.float64),
            classes=np.asarray(classifier.classes_, dtype=np.int64),
        )
    return {
        "kind": "linear_text",
        "vocabulary": VOCABULARY_FILE,
        "weights": WEIGHTS_FILE,
        "files": [VOCABULARY_FILE, WEIGHTS_FILE],
    }


_FOLLOWED: dict[str, tuple[Any, ...]] = {
    "analyzer": ("word", "char", "char_wb"),
    "norm": ("l2",),
    "use_idf": (True,),
    "binary": (False,),
    "stop_words": (None,),
    "strip_accents": (None,),
    "preprocessor": (None,),
    "tokenizer": (None,),
}
