"""The numpy runtime against scikit-learn itself, to 1e-6."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputError, StoredFileError
from engine.inference.linear import LinearText, TextFeatures, export_linear
from tests.unit.engine.inference.material import ODD, TARGETS, TEXTS, fit_linear, random_texts

SETTINGS: list[dict[str, Any]] = [
    {"ngram_range": (1, 2), "sublinear_tf": True},
    {"ngram_range": (2, 3), "lowercase": False},
    {"token_pattern": r"\S+", "ngram_range": (1, 1)},
    {"analyzer": "char_wb", "ngram_range": (2, 5), "sublinear_tf": True},
    {"analyzer": "char_wb", "ngram_range": (1, 3)},
    {"analyzer": "char", "ngram_range": (1, 3), "sublinear_tf": True},
    {"analyzer": "char", "ngram_range": (3, 4)},
]


@pytest.mark.parametrize("values", SETTINGS, ids=str)
def test_equals_scikit_learn(values: dict[str, Any], tmp_path: Path) -> None:
    vectorizer, classifier = fit_linear(**values)
    runtime = export_linear(vectorizer, classifier, tmp_path)
    model = LinearText(tmp_path / runtime["vocabulary"], tmp_path / runtime["weights"], ("bad", "good"))
    texts = TEXTS + ODD + random_texts(50)
    expected = classifier.predict_proba(vectorizer.transform(texts))
    assert np.abs(model.predict(texts) - expected).max() < 1e-6


def test_equals_scikit_learn_for_several_classes_of_which_one_was_never_seen(tmp_path: Path) -> None:
    vectorizer, _ = fit_linear()
    from sklearn.linear_model import LogisticRegression

    classifier = LogisticRegression().fit(vectorizer.transform(TEXTS), [0, 1, 3, 0, 1, 3, 0, 1])
    runtime = export_linear(vectorizer, classifier, tmp_path)
    model = LinearText(tmp_path / runtime["vocabulary"], tmp_path / runtime["weights"], ("a", "b", "c", "d"))
    result = model.predict(TEXTS)
    assert np.abs(result[:, [0, 1, 3]] - classifier.predict_proba(vectorizer.transform(TEXTS))).max() < 1e-6
    assert not result[:, 2].any()
    assert len(TARGETS) == len(result)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["word", "char", "char_wb"]), st.integers(1, 3), st.integers(0, 2))
def test_terms_are_those_of_scikit_learn(text: str, analyzer: str, low: int, more: int) -> None:
    from sklearn.feature_extraction.text import CountVectorizer

    reference = CountVectorizer(analyzer=analyzer, ngram_range=(low, low + more))
    ours = TextFeatures(analyzer, (low, low + more), True, reference.token_pattern, False).analyse()
    assert sorted(ours(text)) == sorted(reference.build_analyzer()(text))


def test_no_texts_give_no_rows(tmp_path: Path) -> None:
    export_linear(*fit_linear(), tmp_path)
    model = LinearText(tmp_path / "vocabulary.json", tmp_path / "linear.npz", ("bad", "good"))
    assert model.predict([]).shape == (0, 2)


def test_a_setting_that_the_runtime_does_not_follow_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="stop_words = english"):
        export_linear(*fit_linear(stop_words="english"), tmp_path)


def test_a_pickled_array_is_refused(tmp_path: Path) -> None:
    export_linear(*fit_linear(), tmp_path)
    np.savez(tmp_path / "linear.npz", idf=np.array([{}], dtype=object), coefficients=0, intercept=0, classes=0)
    with pytest.raises(StoredFileError, match=r"linear\.npz"):
        LinearText(tmp_path / "vocabulary.json", tmp_path / "linear.npz", ("bad", "good"))
