"""What a brought document is, whatever format it came in, and the limits that all formats share."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from engine.errors import N_, DataError

Kind = Literal["text", "html", "pdf", "docx", "feed"]
MAX_FILE_BYTES = 10_000_000
MAX_CHARACTERS = 400_000
"""Of one document; a long book. What follows is left out, and said."""
TITLE_CHARACTERS = 200
_BLANKS = re.compile(r"[ \t\u00a0\u3000]+")
_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Document:
    """One text with what is known of it. A feed gives one for each entry."""

    kind: Kind
    title: str
    text: str
    url: str = ""
    published: str = ""
    """A day as YYYY-MM-DD, where the document names it; else empty."""
    cut: bool = False
    """Whether something was left out because it was too long."""

    @property
    def sha256(self) -> str:
        """Names the contents: the same title and text are stored once."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()


def document(kind: Kind, title: str, text: str, *, url: str = "", published: str = "") -> Document:
    """A document with blanks in order and within the limits. Raises DataError when it holds no words."""
    clean = tidy(text)
    if not any(character.isalnum() for character in clean):
        raise DataError(N_("“{title}” holds no words."), title=title[:TITLE_CHARACTERS] or N_("The document"))
    head = tidy(title).replace("\n", " ") or clean.partition("\n")[0]
    return Document(
        kind, head[:TITLE_CHARACTERS], clean[:MAX_CHARACTERS], url, published, cut=len(clean) > MAX_CHARACTERS
    )


def tidy(text: str) -> str:
    """Text in composed form, without control characters and without runs of blanks and empty lines."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(c for c in plain if c in "\n\t" or (c.isprintable() and c != "\ufffe") or c in "\u00a0\u3000")
    return _LINES.sub("\n\n", "\n".join(_BLANKS.sub(" ", line).strip() for line in kept.split("\n"))).strip()


def check_size(name: str, size: int, limit: int = MAX_FILE_BYTES) -> None:
    """Raise DataError for a file that is empty or larger than documents may be."""
    if size == 0:
        raise DataError(N_("{file} is empty."), file=name)
    if size > limit:
        raise DataError(
            N_("{file} has {size} MB; a document may have {limit}."),
            file=name,
            size=f"{size / 1e6:,.1f}",
            limit=f"{limit / 1e6:g}",
            remedy=N_("Bring the part that matters, or paste its text."),
        )
