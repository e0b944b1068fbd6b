"""Turns a stored mail into the words its reader saw: subject and body, nothing else of the headers.

Paths, senders, dates and mailing-list headers would give the answer away without the text, so they are left out.
What people quoted or a list appended inside the body stays.
"""

import email
import email.policy
import re
from email.header import decode_header
from email.message import Message
from html.parser import HTMLParser

UNSEEN = ("script", "style", "head", "title")


def mail_text(raw: bytes) -> str:
    """Subject, an empty line, then the plain-text parts, or where there are none the HTML parts without markup."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    parts = [part for part in message.walk() if part.get_content_maintype() == "text" and not part.get_filename()]
    plain = [_content(part) for part in parts if part.get_content_subtype() != "html"]
    shown = plain if any(text.strip() for text in plain) else [strip_markup(_content(part)) for part in parts]
    body = "\n".join(text.strip() for text in shown)
    return f"{_subject(message)}\n\n{body}".replace("\r\n", "\n").replace("\x00", "").strip()


def strip_markup(html: str) -> str:
    """The visible words of an HTML text, runs of white space made single."""
    reader = _Visible()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.words).split())


class _Visible(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in UNSEEN
        self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in UNSEEN))

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.append(data)


def _content(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return _decoded(payload, part.get_content_charset()) if isinstance(payload, bytes) else ""


def _subject(message: Message) -> str:
    stored = next((str(value) for name, value in message.raw_items() if name.lower() == "subject"), "")
    raw = re.sub(r"\s+", " ", _decoded(stored.encode("utf-8", "surrogateescape"), "utf-8"))
    try:
        pieces = decode_header(raw)
    except email.errors.HeaderParseError:
        return raw
    return "".join(piece if isinstance(piece, str) else _decoded(piece, charset) for piece, charset in pieces)


def _decoded(payload: bytes, charset: str | None) -> str:
    """Spam names charsets that do not exist or do not fit; Latin-1 then keeps every byte as some character."""
    try:
        return payload.decode(charset or "us-ascii")
    except (LookupError, UnicodeError):
        return payload.decode("latin-1")
