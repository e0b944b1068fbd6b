"""One head for both languages: fitted once, and it says what it was taught."""

from pathlib import Path

import pytest

from engine.market import headline_reader
from engine.market.classifiers import open_classifier
from engine.market.headlines import DIMENSIONS, Labelled, Language, Pass, labelled

FEW = 2


def test_it_learns_both_languages_and_is_fitted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def few(part: Pass, language: Language) -> list[Labelled]:
        rows = labelled(part, language)
        return [row for kind in DIMENSIONS for row in [one for one in rows if one.dimension == kind][:FEW]]

    monkeypatch.setattr(headline_reader, "labelled", few)
    reader = open_classifier({"kind": "headlines", "cache": str(tmp_path)})
    known = few("train", "zh")[:FEW] + few("train", "en")[-FEW:]
    answers = reader.classify([row.text for row in known], ["zh"] * FEW + ["en"] * FEW)
    assert [max(shares, key=lambda name: shares[name]) for shares in answers] == [row.dimension for row in known]
    assert all(abs(sum(shares.values()) - 1) < 1e-6 for shares in answers)
    made = headline_reader.head_file(tmp_path).stat().st_mtime_ns
    assert headline_reader.fit(tmp_path).stat().st_mtime_ns == made
