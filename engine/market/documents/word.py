"""DOCX by python-docx, after its archive was checked: a document made to fill memory is refused unopened."""

import io
import tempfile
from pathlib import Path

from engine.data.archive import opened
from engine.errors import N_, DataError
from engine.market.documents.document import Document, document

MAX_UNPACKED = 60_000_000
MAX_MEMBERS = 2_000


def read_docx(name: str, content: bytes, *, url: str = "") -> Document:
    """Paragraphs and cells in reading order. Raises DataError."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table
    from lxml.etree import LxmlError

    _check(name, content)
    try:
        found = docx.Document(io.BytesIO(content))
        parts: list[str] = []
        for block in found.iter_inner_content():
            if isinstance(block, Table):
                parts += ["\t".join(cell.text for cell in row.cells) for row in block.rows]
            else:
                parts.append(block.text)
        about = found.core_properties
        title, day = about.title or "", about.modified or about.created
    except (PackageNotFoundError, LxmlError, KeyError, ValueError, AttributeError) as error:
        reason = str(error)[:200] or type(error).__name__
        raise DataError(N_("{file} is no readable Word document: {reason}."), file=name, reason=reason) from error
    return document("docx", title or name, "\n".join(parts), url=url, published=day.date().isoformat() if day else "")


def _check(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name or "document.docx")
        path.write_bytes(content)
        with opened(path, max_members=MAX_MEMBERS, max_unpacked=MAX_UNPACKED) as archive:
            if "word/document.xml" not in archive.namelist():
                raise DataError(N_("{file} is an archive, but no Word document."), file=name)
