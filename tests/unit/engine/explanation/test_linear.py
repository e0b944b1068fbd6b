"""Words of the linear model: they add up to its score, and stand where the model found them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.explanation.linear import class_words, explain_linear, locate
from engine.inference.linear import LinearText, TextFeatures, export_linear
from tests.unit.engine.inference.material import ODD, TARGETS, TEXTS

LABELS = ("bad", "good", "middling")
SETTINGS: list[dict[str, Any]] = [
    {"analyzer": "word", "ngram_range": (1, 2), "sublinear_tf": True},
    {"analyzer": "char", "ngram_range": (1, 3)},
    {"analyzer": "char_wb", "ngram_range": (2, 4)},
]


def fitted(folder: Path, targets: list[int], **settings: Any) -> tuple[LinearText, Any, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = TfidfVectorizer(**settings)
    classifier = LogisticRegression(C=20.0, max_iter=2000).fit(vectorizer.fit_transform(TEXTS), targets)
    runtime = export_linear(vectorizer, classifier, folder)
    return LinearText(folder / runtime["vocabulary"], folder / runtime["weights"], LABELS), vectorizer, classifier


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: s["analyzer"])
@pytest.mark.parametrize("targets", [TARGETS, [1, 1, 2, 2, 0, 0, 0, 1]], ids=["two", "three"])
def test_contributions_add_up_to_the_score_of_scikit_learn(
    tmp_path: Path, settings: dict[str, Any], targets: list[int]
) -> None:
    model, vectorizer, classifier = fitted(tmp_path, targets, **settings)
    for text in (*TEXTS, "A wonderful zip, a wonderful wonderful story", "xyzzy", ""):
        scores = classifier.decision_function(vectorizer.transform([text]))[0]
        for target in range(len(set(targets))):
            expected = scores[target] if np.ndim(scores) else (scores if target == 1 else -scores)
            found = explain_linear(model, text, target)
            shared = sum(share for _, share in _all_terms(model, text, target))
            assert found.value == pytest.approx(expected, abs=1e-9)
            assert found.base is not None
            assert found.base + shared == pytest.approx(expected, abs=1e-9)
            assert found.label == LABELS[target]


def _all_terms(model: LinearText, text: str, target: int) -> list[tuple[str, float]]:
    coefficients, _ = model.of_class(target)
    return [(term, value * coefficients[column]) for term, column, value in model.weighed(text)]


def test_the_coloured_words_add_up_too(tmp_path: Path) -> None:
    model, *_ = fitted(tmp_path, TARGETS, **SETTINGS[0])
    for text in TEXTS:
        found = explain_linear(model, text)
        coloured = sum(piece.value for piece in found.pieces if piece.value is not None)
        assert found.base is not None
        assert found.base + coloured == pytest.approx(found.value, abs=1e-9)
        assert found.gap == pytest.approx(0.0, abs=1e-9)


def test_it_explains_the_answer_unless_another_class_is_asked_for(tmp_path: Path) -> None:
    model, *_ = fitted(tmp_path, TARGETS, **SETTINGS[0])
    good, bad = explain_linear(model, TEXTS[0]), explain_linear(model, TEXTS[0], target=0)
    assert (good.label, bad.label) == ("good", "bad")
    assert good.probability == pytest.approx(model.predict([TEXTS[0]])[0, 1])
    assert [t.value for t in good.terms] == pytest.approx([-t.value for t in bad.terms])
    lovely = next(piece for piece in good.pieces if piece.text == "lovely")
    assert lovely.value is not None and lovely.value > 0


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: s["analyzer"])
@pytest.mark.parametrize("text", [*TEXTS, *ODD])
def test_terms_are_located_as_the_model_counts_them(settings: dict[str, Any], text: str) -> None:
    features = TextFeatures(
        settings["analyzer"], settings["ngram_range"], True, r"(?u)\b\w\w+\b", settings.get("sublinear_tf", False)
    )
    read, places = locate(features, text)
    counted = list(features.analyse()(text))
    assert {term: len(found) for term, found in places.items()} == {t: counted.count(t) for t in set(counted)}
    for term, occurrences in places.items():
        for spans in occurrences:
            assert " ".join(read[a:b] for a, b in spans) == (term.strip() if features.analyzer == "char_wb" else term)


@pytest.mark.parametrize("text", ["", "xyzzy", "İSTANBUL lovely", "tab\tand  spaces\n\n here "])
def test_the_pieces_are_the_text_as_it_was_read(tmp_path: Path, text: str) -> None:
    model, *_ = fitted(tmp_path, TARGETS, **SETTINGS[1])
    read, _ = locate(model.features, text)
    assert "".join(piece.text for piece in explain_linear(model, text).pieces) == read


def test_words_of_each_class_are_those_of_its_largest_weights(tmp_path: Path) -> None:
    model, vectorizer, classifier = fitted(tmp_path, [1, 1, 2, 2, 0, 0, 0, 1], **SETTINGS[0])
    found = class_words(model, most=3)
    names, idf = vectorizer.get_feature_names_out(), vectorizer.idf_
    for place, label in enumerate(LABELS):
        weights = classifier.coef_[place] * idf
        assert [t.value for t in found[label]] == pytest.approx(sorted(weights, reverse=True)[:3])
        assert {t.text for t in found[label]} <= set(names)
