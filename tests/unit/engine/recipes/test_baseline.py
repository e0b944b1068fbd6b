from pathlib import Path

import numpy as np
import pytest

from engine.errors import ConfigError, InputError
from engine.inference.manifest import write_manifest
from engine.inference.runtimes import load_predictor
from engine.recipes import baseline
from engine.spec import build_config
from tests.unit.engine.recipes.material import make_context

ROWS = {"train": 120, "validation": 40, "test": 40}


@pytest.mark.parametrize(("language", "analyzer"), [("en", "word"), ("fr", "word"), ("und", "word"), ("zh", "char")])
def test_analyzer_follows_the_language(language: str, analyzer: str) -> None:
    made = baseline.make_vectorizer(baseline.Config(), language, 2)
    assert (made.analyzer, made.ngram_range) == (analyzer, (1, 3) if analyzer == "char" else (1, 2))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_export_answers_as_scikit_learn_does(tmp_path: Path, language: str) -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    context = make_context(tmp_path, baseline.RECIPE, {}, ROWS, language)
    outcome = baseline.RECIPE.fit(context)
    write_manifest(context.artifact, context.job, outcome)
    vectorizer = baseline.make_vectorizer(context.config, language, 2)
    oracle = make_pipeline(vectorizer, LogisticRegression(C=context.config.c, max_iter=300))
    oracle.fit(context.inputs["train"], context.targets["train"])
    expected = oracle.predict_proba(context.inputs["test"])
    found = load_predictor(context.artifact).predict(context.inputs["test"])
    assert np.abs(found - expected).max() < 1e-5
    assert (found.argmax(axis=1) == context.targets["test"]).mean() > 0.8
    assert outcome.parameters == outcome.trained_parameters == len(vectorizer.vocabulary_) + 1


def test_texts_without_words_are_told_apart_by_characters_or_refused(tmp_path: Path) -> None:
    context = make_context(tmp_path, baseline.RECIPE, {}, ROWS)
    for split, texts in context.inputs.items():
        texts[:] = [("🙂" if target else "🙁") * 3 for target in context.targets[split]]
    with pytest.raises(InputError, match="no word terms"):
        baseline.RECIPE.fit(context)
    by_character = make_context(tmp_path / "char", baseline.RECIPE, {"analyzer": "char"}, ROWS)
    for split, texts in context.inputs.items():
        by_character.inputs[split][:] = texts
    assert baseline.RECIPE.fit(by_character).parameters > 1


def test_many_classes_leave_room_in_memory() -> None:
    assert baseline.make_vectorizer(baseline.Config(), "en", 1000).max_features == 5_000
    assert baseline.make_vectorizer(baseline.Config(max_terms=500), "en", 1000).max_features == 500


def test_settings_are_checked_together() -> None:
    with pytest.raises(ConfigError) as caught:
        build_config(baseline.Config, {"c": 0, "analyzer": "bytes", "epochs": 3})
    assert len(caught.value.faults) == 3
