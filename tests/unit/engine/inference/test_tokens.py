"""Token batches against transformers' own tokenizer."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import StoredFileError
from engine.inference.basemodels import resolve
from engine.inference.tokens import BATCH_ROWS, BATCH_TOKENS, Tokens, clean
from tests.unit.engine.inference.material import ODD, random_texts

NAMES = ("input_ids", "attention_mask", "token_type_ids")


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    return Tokens(resolve("minilm").path / "tokenizer.json", 64)


def test_batches_hold_every_row_once_and_stay_small(tokens: Tokens) -> None:
    texts = random_texts(150) + ODD
    seen: list[int] = []
    for rows, feeds in tokens.batches(texts, NAMES):
        seen += rows.tolist()
        assert len(rows) <= BATCH_ROWS
        assert feeds["input_ids"].size <= BATCH_TOKENS or len(rows) == 1
        assert all(feeds[name].shape == feeds["input_ids"].shape for name in NAMES)
    assert sorted(seen) == list(range(len(texts)))


def test_ids_are_those_of_transformers(tokens: Tokens) -> None:
    from transformers import AutoTokenizer

    reference = AutoTokenizer.from_pretrained(resolve("minilm").path)
    texts = random_texts(20) + [clean(text) for text in ODD]
    for rows, feeds in tokens.batches(texts, NAMES):
        expected = reference(
            [texts[i] for i in rows], padding=True, truncation=True, max_length=64, return_tensors="np"
        )
        for name in NAMES:
            assert np.array_equal(feeds[name], expected[name])


def test_only_the_inputs_that_a_model_takes_are_made(tokens: Tokens) -> None:
    for _, feeds in tokens.batches(["a"], ("input_ids", "attention_mask")):
        assert list(feeds) == ["input_ids", "attention_mask"]


def test_no_text_gives_no_batch(tokens: Tokens) -> None:
    assert not list(tokens.batches([], NAMES))


def test_a_file_that_is_no_tokenizer_is_named(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(StoredFileError, match=r"tokenizer\.json cannot be read"):
        Tokens(tmp_path / "tokenizer.json", 8)


def test_texts_that_utf8_cannot_hold_are_cleaned() -> None:
    assert clean("a\ud800b\0c") == "a?b\N{REPLACEMENT CHARACTER}c"
