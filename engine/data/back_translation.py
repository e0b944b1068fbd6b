"""Back-translation: texts there and back by translation models that a person names.

Any sequence-to-sequence folder or id that `transformers` opens as safetensors (Marian, NLLB). Of a model of many
languages the codes follow its name: `folder#eng_Latn>fra_Latn`. Models are read, never run as code.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import N_, InputError, MissingPart

BATCH = 16
MAX_TOKENS = 256


@dataclass(frozen=True, slots=True)
class Direction:
    """One model and the languages it translates between; empty codes for a model of one pair."""

    model: str
    source: str = ""
    target: str = ""


def direction_of(named: str) -> Direction:
    """Read `model` or `model#source>target`. Raises InputError when codes stand there and are not two."""
    model, _, codes = named.strip().partition("#")
    source, _, target = codes.partition(">")
    if not model or (codes and not (source and target)):
        raise InputError(
            N_("“{named}” names no translation model; write a folder or an id, or folder#source>target."), named=named
        )
    return Direction(model, source, target)


def check_translation(there: str, back: str) -> None:
    """Raise MissingPart unless both directions are named, and InputError for a folder that is not there."""
    missing = [name for name, given in (("translate_there", there), ("translate_back", back)) if not given.strip()]
    if missing:
        raise MissingPart(
            N_("Back-translation needs a model for each direction; {missing} is empty."),
            missing=" and ".join(missing),
            remedy=N_("Name two translation models (Marian folders or ids), or choose another augmentation."),
        )
    for named in (there, back):
        model = direction_of(named).model
        if model.startswith((".", "/", "~")) and not (Path(model).expanduser() / "config.json").is_file():
            raise MissingPart(N_("There is no translation model in {folder}."), folder=model)


def round_trip(there: str, back: str, threads: int) -> Callable[[Sequence[str]], list[str]]:
    """What translates texts there and back. Raises MissingPart when a model cannot be opened."""
    first, second = (_translator(direction_of(named), threads) for named in (there, back))
    return lambda texts: second(first(texts))


def _translator(direction: Direction, threads: int) -> Callable[[Sequence[str]], list[str]]:
    import torch
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    name = str(Path(direction.model).expanduser()) if direction.model.startswith("~") else direction.model
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
        model = AutoModelForSeq2SeqLM.from_pretrained(name, trust_remote_code=False, use_safetensors=True).eval()
    except (OSError, ValueError, ImportError) as error:
        raise MissingPart(
            N_("The translation model {model} cannot be opened: {reason}."),
            model=direction.model,
            reason=str(error).splitlines()[0].rstrip("."),
        ) from error
    torch.set_num_threads(threads)
    wishes: dict[str, Any] = {"max_new_tokens": MAX_TOKENS, "num_beams": 1, "do_sample": False}
    if direction.target:
        tokenizer.src_lang = direction.source
        wishes["forced_bos_token_id"] = tokenizer.convert_tokens_to_ids(direction.target)

    def translate(texts: Sequence[str]) -> list[str]:
        """In batches of texts of like length, so that little is padded."""
        found: dict[int, str] = {}
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            batch = tokenizer(
                [texts[place] for place in places],
                return_tensors="pt",
                padding=True,
                truncation=True,
                max_length=MAX_TOKENS,
            )
            batch.pop("token_type_ids", None)
            with torch.inference_mode():
                out = model.generate(**batch, **wishes)
            found |= zip(places, tokenizer.batch_decode(out, skip_special_tokens=True), strict=True)
        return [found[place] for place in range(len(texts))]

    return translate
