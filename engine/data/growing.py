"""Altered copies as a recipe's settings ask for them, checked before a run and made at its start."""

from collections.abc import Collection, Sequence
from typing import Any

from engine.data.augment import augment
from engine.data.back_translation import check_translation, round_trip


def check_augmentation(config: Any) -> None:
    """Raise MissingPart or InputError when the altered copies that a config asks for cannot be made here."""
    if getattr(config, "augment", "none") == "back_translation":
        check_translation(config.translate_there, config.translate_back)


def grow(
    texts: Sequence[str], targets: Sequence[int], config: Any, seed: int, *, avoid: Collection[str], threads: int
) -> tuple[list[str], list[int]]:
    """`augment` with the config's models opened. Raises MissingPart and InputError."""
    check_augmentation(config)
    translate = None
    if config.augment == "back_translation":
        translate = round_trip(config.translate_there, config.translate_back, threads)
    return augment(texts, targets, config, seed, avoid=avoid, translate=translate)
