"""RSS and Atom by feedparser, as bytes that were already fetched: it never opens an address itself.

Only the first entries count, an entry that comes again is taken once, and XML that defines entities is refused, so
that a feed that repeats itself or swells ends.
"""

import re
from typing import Any

from engine.errors import N_, DataError
from engine.market.documents.document import Document, document
from engine.market.documents.web import safe_html

MAX_ENTRIES = 200
MAX_FEED_BYTES = 5_000_000
ENTRY_CHARACTERS = 20_000
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")


def read_feed(name: str, content: bytes, *, url: str = "") -> list[Document]:
    """One document an entry, in the feed's order. Raises DataError when there is none to read."""
    import feedparser

    if _ENTITY.search(content[:100_000]):
        raise DataError(N_("{file} defines its own XML entities; such feeds are not read."), file=name)
    found = feedparser.parse(content, resolve_relative_uris=False, sanitize_html=False)
    documents: list[Document] = []
    seen: set[str] = set()
    for entry in found.entries[:MAX_ENTRIES]:
        key = str(entry.get("id") or entry.get("link") or entry.get("title", ""))
        made = None if key in seen else _entry(entry)
        seen.add(key)
        if made is not None:
            documents.append(made)
    if not documents:
        reason = str(found.get("bozo_exception", "")) if found.get("bozo") else N_("it has no entries")
        raise DataError(N_("{file} is no readable feed: {reason}."), file=name, reason=reason[:200])
    return documents


def is_feed(head: bytes) -> bool:
    """Whether bytes begin as RSS, RDF or Atom does."""
    return re.search(rb"<(?:rss|feed|rdf:RDF)[\s>]", head[:2_000]) is not None


def _entry(entry: Any) -> Document | None:
    title = _words(str(entry.get("title", "")))
    content = entry.get("content") or [{"value": entry.get("summary", "")}]
    text = _words(str(content[0].get("value", "")))[:ENTRY_CHARACTERS]
    if not any(character.isalnum() for character in title + text):
        return None
    link = str(entry.get("link", ""))
    day = entry.get("published_parsed") or entry.get("updated_parsed")
    return document(
        "feed",
        title or text,
        f"{title}\n{text}" if text else title,
        url=link if link.startswith(("http://", "https://")) else "",
        published=f"{day.tm_year:04}-{day.tm_mon:02}-{day.tm_mday:02}" if day else "",
    )


def _words(markup: str) -> str:
    import html

    return html.unescape(_TAG.sub(" ", safe_html(markup)))
