"""From bytes to documents: the format is taken from what the bytes are, then from the name and the stated kind."""

from pathlib import PurePath

from engine.data.encoding import decode
from engine.errors import N_, DataError
from engine.market.documents.document import MAX_FILE_BYTES, Document, Kind, check_size, document
from engine.market.documents.feed import MAX_FEED_BYTES, is_feed, read_feed
from engine.market.documents.pdf import read_pdf
from engine.market.documents.web import read_html
from engine.market.documents.word import read_docx

SUFFIXES: dict[str, Kind] = {
    ".txt": "text",
    ".md": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".rss": "feed",
    ".atom": "feed",
    ".xml": "feed",
}
PASTED = "pasted.txt"
"""Name of text that was typed in: its first line is its title."""
_HEAD = 2_000


def read_documents(
    name: str, content: bytes, *, url: str = "", content_type: str = "", charset: str | None = None
) -> list[Document]:
    """The documents in a file or an answer. Raises DataError for another format, or one that cannot be read."""
    kind = kind_of(name, content, content_type)
    check_size(name, len(content), MAX_FEED_BYTES if kind == "feed" else MAX_FILE_BYTES)
    if kind == "feed":
        return read_feed(name, content, url=url)
    if kind == "html":
        return [read_html(name, content, url=url, charset=charset)]
    if kind == "pdf":
        return [read_pdf(name, content, url=url)]
    if kind == "docx":
        return [read_docx(name, content, url=url)]
    text, _encoding = decode(content, name, charset)
    return [document("text", "" if name == PASTED else PurePath(name).stem, text, url=url)]


def kind_of(name: str, content: bytes, content_type: str = "") -> Kind:
    """The format of bytes. Raises DataError for one that is not read."""
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "docx"
    if is_feed(head):
        return "feed"
    start = head[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")) or "html" in content_type:
        return "html"
    suffix = PurePath(name).suffix.lower()
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    if content_type.startswith("text/") and "xml" not in content_type:
        return "text"
    raise DataError(
        N_("{file} is in no format that is read here: {known}."), file=name, known=", ".join(sorted(SUFFIXES))
    )
