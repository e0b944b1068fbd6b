"""The labelled headlines: enough of them, the test part as it was frozen, and no text in the repository."""

import hashlib
from collections import Counter

import pytest

from engine.market.headlines import DIMENSIONS, LABELS_FILE, labelled

FROZEN = "9e5361fa53ab2b1349f8352895501aba25cf060e15fae3190f2d058ad5d298a0"


def test_the_test_part_is_as_it_was_frozen() -> None:
    lines = [line for line in LABELS_FILE.read_text("utf-8").splitlines() if ",test," in line]
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == FROZEN


@pytest.mark.parametrize(("language", "test", "train"), [("en", 335, 775), ("zh", 120, 113)])
def test_there_are_enough_and_no_headline_is_in_both_parts(language: str, test: int, train: int) -> None:
    parts = [labelled(part, language) for part in ("test", "train")]
    assert [len(part) for part in parts] == [test, train]
    assert not {row.text for row in parts[0]} & {row.text for row in parts[1]}
    for part in parts:
        assert all(Counter(row.dimension for row in part)[dimension] >= 14 for dimension in DIMENSIONS)


def test_ids_lead_to_headlines_of_the_installed_carriers() -> None:
    english, chinese = labelled("test", "en")[0], labelled("test", "zh")[0]
    assert english.text == english.text.strip() and english.text.isascii()
    assert "/" not in chinese.text and not chinese.text.isascii()


def test_only_ids_and_labels_are_kept() -> None:
    for line in LABELS_FILE.read_text("utf-8").splitlines()[1:]:
        id, dimension, made, sampled = line.split(",")
        assert id.partition(":")[2].isdecimal() and dimension in DIMENSIONS
        assert made in ("test", "train", "test again") and sampled.partition(":")[0] in ("random", "enriched")
