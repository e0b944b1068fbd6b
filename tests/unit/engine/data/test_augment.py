from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from engine.data.augment import alter_words, augment, mistype, neighbour
from engine.data.back_translation import Direction, check_translation, direction_of, round_trip
from engine.data.clean import normalise
from engine.data.growing import check_augmentation
from engine.errors import InputError, MissingPart
from engine.training.settings import TrainingConfig

TEXTS = [f"the parcel number {i} came late and the box was damaged again" for i in range(30)]


@dataclass(frozen=True)
class Wish:
    augment: str = "words"
    augment_copies: float = 1.0
    augment_strength: float = 0.1


@pytest.mark.parametrize("way", ["words", "typos"])
def test_copies_follow_their_texts_and_are_the_same_for_a_seed(way: str) -> None:
    targets = [i % 3 for i in range(30)]
    texts, grown = augment(TEXTS, targets, Wish(way, 1.5), 7)
    assert (texts[:30], grown[:30]) == (TEXTS, targets)
    assert 40 <= len(texts) <= 75
    assert len(set(map(normalise, texts))) == len(texts)
    assert augment(TEXTS, targets, Wish(way, 1.5), 7) == (texts, grown)
    assert augment(TEXTS, targets, Wish(way, 1.5), 8)[0] != texts
    words = Counter(" ".join(TEXTS).split())
    for text, target in list(zip(texts, grown, strict=True))[30:]:
        own = [t for t, label in zip(TEXTS, targets, strict=True) if label == target]
        assert any(len(set(text.split()) & set(known.split())) >= 8 for known in own)
        if way == "words":
            assert not Counter(text.split()) - words  # only words that were there


def test_nothing_that_is_judged_is_copied() -> None:
    words = Wish("words", 8.0, 0.5)
    free = augment(["good bad"], [0], words, 0)[0]
    assert free[1:]
    assert augment(["good bad"], [0], words, 0, avoid=["Bad good!", "good", "bad"])[0] == ["good bad"]


def test_eda_swaps_or_deletes_so_many_words() -> None:
    """Wei & Zou 2019: n = alpha * l changes, at least one."""
    text = " ".join(f"w{i}" for i in range(20))
    draws = np.random.default_rng(0)
    for _ in range(50):
        found = alter_words(text, 0.1, draws).split()
        if len(found) == 20:
            assert Counter(found) == Counter(text.split())
            assert sum(a != b for a, b in zip(found, text.split(), strict=True)) <= 4  # two swaps may undo each other
        else:
            assert len(found) == 18
    assert alter_words("alone", 0.5, draws) == "alone"


def test_chinese_characters_change_places_with_their_neighbours() -> None:
    text = "这个手机的电池很好，用了两天。"
    draws = np.random.default_rng(1)
    for alter in (alter_words, mistype):
        found = {alter(text, 0.1, draws) for _ in range(20)} - {text}
        assert len(found) > 5
        for one in found:
            assert not Counter(one) - Counter(text)
            if len(one) == len(text):
                assert all(abs(text.index(c) - place) <= 3 for place, c in enumerate(one) if text.count(c) == 1)


def test_typos_are_one_slip_in_a_word() -> None:
    draws = np.random.default_rng(2)
    for _ in range(100):
        found = mistype("delivery", 0.1, draws)
        assert found[0] == "d"
        assert abs(len(found) - 8) <= 1
    assert {neighbour("G", draws) for _ in range(50)} == {"F", "H", "T"}
    assert neighbour("é", draws) == "é"
    assert mistype("ab c", 0.5, draws) == "ab c"


def test_placeholders_stay_whole() -> None:
    draws = np.random.default_rng(3)
    for _ in range(50):
        assert "[EMAIL]" in mistype("write to [EMAIL] soon please", 0.5, draws)
        assert "[EMAIL]" in alter_words("write to [EMAIL] soon please", 0.5, draws)


def test_short_and_strange_texts_give_no_copy() -> None:
    assert augment(["ok", ":)", "[ID]"], [0, 1, 0], Wish("words"), 0)[0] == ["ok", ":)", "[ID]"]
    assert augment([], [], Wish("typos"), 0) == ([], [])
    with pytest.raises(InputError, match="no augmentation “magic”"):
        augment(["a b"], [0], Wish("magic"), 0)


def test_back_translation_without_a_model_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingPart, match="translate_there and translate_back is empty"):
        check_augmentation(TrainingConfig(augment="back_translation"))
    with pytest.raises(MissingPart, match="no translation model in"):
        check_translation(str(tmp_path), str(tmp_path))
    with pytest.raises(InputError, match="names no translation model"):
        direction_of("folder#eng_Latn")
    assert direction_of("facebook/nllb#eng_Latn>fra_Latn") == Direction("facebook/nllb", "eng_Latn", "fra_Latn")
    check_augmentation(TrainingConfig())
    with pytest.raises(InputError, match="needs a translation model"):
        augment(["a b"], [0], Wish("back_translation"), 0)


@pytest.fixture
def translator(tmp_path: Path) -> Path:
    """A Marian model of a few thousand random weights, with a tokenizer of whole words."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import MarianConfig, MarianMTModel, PreTrainedTokenizerFast, set_seed

    words = ["<pad>", "</s>", "<unk>", *sorted({word for text in TEXTS for word in text.split()})]
    plain = Tokenizer(WordLevel({word: i for i, word in enumerate(words)}, unk_token="<unk>"))
    plain.pre_tokenizer = Whitespace()
    fast = PreTrainedTokenizerFast(tokenizer_object=plain, pad_token="<pad>", eos_token="</s>", unk_token="<unk>")
    sizes = dict.fromkeys(("encoder_layers", "decoder_layers"), 1)
    heads = dict.fromkeys(("encoder_attention_heads", "decoder_attention_heads"), 2)
    wide = dict.fromkeys(("encoder_ffn_dim", "decoder_ffn_dim", "d_model"), 16)
    set_seed(0)
    config = MarianConfig(
        vocab_size=len(words),
        **sizes,
        **heads,
        **wide,
        max_position_embeddings=300,
        pad_token_id=0,
        eos_token_id=1,
        forced_eos_token_id=1,
        decoder_start_token_id=0,
    )
    MarianMTModel(config).save_pretrained(tmp_path / "model")
    fast.save_pretrained(tmp_path / "model")
    return tmp_path / "model"


def test_there_and_back_by_a_real_model(translator: Path) -> None:
    check_translation(str(translator), str(translator))
    translate = round_trip(str(translator), str(translator), 1)
    once = translate(TEXTS[:3])
    assert once == translate(TEXTS[:3])
    assert len(once) == 3
    texts, targets = augment(
        TEXTS[:3], [0, 1, 0], Wish("back_translation"), 0, translate=lambda given: [f"{t} x" for t in given]
    )
    assert (texts[3], targets[3:]) == (TEXTS[0] + " x", [0, 1, 0])


def test_a_pickled_model_is_not_opened(translator: Path) -> None:
    (translator / "model.safetensors").rename(translator / "pytorch_model.bin")
    with pytest.raises(MissingPart, match="cannot be opened"):
        round_trip(str(translator), str(translator), 1)


def test_a_run_tells_how_many_copies_it_made(tmp_path: Path) -> None:
    from engine.evaluation.exported import Rows
    from engine.recorder import EVENTS_FILE, FileRecorder, read_events
    from engine.spec import Job, Split
    from engine.training.grown import grow_training

    job = Job(
        run="r",
        task="text_classification",
        recipe="lora",
        config={},
        seed=3,
        dataset_folder="",
        dataset_fingerprint="",
        labels=("no", "yes"),
        language="en",
        cache_folder="",
        threads=1,
        device="local_cpu",
        usd_per_hour=0.0,
        budget_usd=None,
        attempt=1,
    )
    train = Rows(list(range(30)), TEXTS, [i % 2 for i in range(30)])
    splits: dict[Split, Rows] = {"train": train, "validation": Rows([], [], []), "test": Rows([], [], [])}
    recorder = FileRecorder(tmp_path)
    try:
        assert grow_training(TrainingConfig(), splits, job, recorder) is train
        grown = grow_training(TrainingConfig(augment="typos"), splits, job, recorder)
    finally:
        recorder.close()
    added = len(grown.inputs) - 30
    assert (grown.inputs[:30], grown.row[30:]) == (TEXTS, [-1] * added)
    assert 0 < added <= 30
    told = [event for event, _ in read_events(tmp_path / EVENTS_FILE)]
    assert {"augmented_rows": added} in [event["values"] for event in told if event["kind"] == "facts"]
    assert len([event for event in told if event["kind"] == "note"]) == 1
