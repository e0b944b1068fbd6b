"""Answers kept by content: the same question to the same model is paid for once.

An entry holds the answer, tokens and times, and which run paid; neither the text that was asked nor any key.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.inference.files import write_whole
from engine.inference.hosted.prices import Tokens

FOLDER = "hosted_api"


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer with all that its charge needs."""

    text: str
    request: str
    tokens: Tokens
    reported: bool
    """Whether the API said how many tokens; else they are the most that there could be."""
    seconds: float
    tries: int
    alone: bool
    """Asked while no other request was under way."""
    run: str
    """Who paid for it."""


def content_key(url: str, body: Mapping[str, Any]) -> str:
    """Names a question: the address and everything that is sent but the key."""
    text = json.dumps([url, body], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class AnswerStore:
    """A folder of answers; entries appear whole. A damaged one is taken for absent and written anew."""

    def __init__(self, cache: Path) -> None:
        self._folder = cache / FOLDER

    def find(self, key: str) -> Kept | None:
        """The answer to a question that was asked before."""
        try:
            stored = json.loads(self._path(key).read_bytes())
            return Kept(**(stored | {"tokens": Tokens(**stored["tokens"])}))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, key: str, kept: Kept) -> None:
        """Raises DiskFull."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(asdict(kept), ensure_ascii=False).encode())

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"
