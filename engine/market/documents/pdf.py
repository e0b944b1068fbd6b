"""PDF by pypdf. A scan without a text layer is said to be one; nothing is guessed."""

import io
import logging

from engine.errors import N_, DataError
from engine.market.documents.document import MAX_CHARACTERS, Document, document

MAX_PAGES = 500


def read_pdf(name: str, content: bytes, *, url: str = "") -> Document:
    """The text of all pages. Raises DataError for a PDF that is damaged, locked, or holds no text."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DataError(
                N_("{file} is protected by a password."),
                file=name,
                remedy=N_("Save it without a password and bring it again."),
            )
        pages: list[str] = []
        for page in reader.pages[:MAX_PAGES]:
            pages.append(page.extract_text())
            if sum(map(len, pages)) > MAX_CHARACTERS:
                break
        count = len(reader.pages)
        about = reader.metadata
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as error:
        raise DataError(N_("{file} is no readable PDF: {reason}."), file=name, reason=_reason(error)) from error
    text = "\n\n".join(pages)
    if not any(character.isalnum() for character in text):
        raise DataError(
            N_("{file} holds no text (pages: {count}): it is a scan or a picture."),
            file=name,
            count=count,
            remedy=N_("Run a text recognition over it, or paste what matters."),
        )
    title = (about.title if about else None) or ""
    day = about.creation_date if about else None
    return document("pdf", title or name, text, url=url, published=day.date().isoformat() if day else "")


def _reason(error: Exception) -> str:
    return str(error)[:200] or type(error).__name__
