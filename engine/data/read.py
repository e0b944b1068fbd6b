"""Reads an uploaded table: CSV, JSON Lines, Parquet, Arrow, an Excel workbook, or a packed data set folder.

What a file is, its first bytes say; the ending of its name only tells JSON Lines from CSV.
"""

from pathlib import Path

from engine.data.archive import ZIP_MAGIC, opened
from engine.data.columnar import read_arrow, read_parquet
from engine.data.dataset_folder import read_folder
from engine.data.delimited import read_delimited
from engine.data.encoding import decode
from engine.data.jsonl import looks_like_jsonl, read_jsonl
from engine.data.table import MAX_ROWS, Table, refuse_rows
from engine.data.workbook import is_workbook, read_workbook, refuse_old_office
from engine.errors import N_, DataError

MAX_BYTES = 200_000_000
JSONL_SUFFIXES = (".jsonl", ".ndjson", ".json")
NO_TEXT_SUFFIXES = (".xlsx", ".xlsm", ".parquet", ".arrow", ".feather", ".zip")
PARQUET_MAGIC = b"PAR1"
ARROW_MAGIC = (b"ARROW1", b"\xff\xff\xff\xff")


def read_table(
    path: Path,
    *,
    max_bytes: int = MAX_BYTES,
    encoding: str | None = None,
    delimiter: str | None = None,
    part: str | None = None,
) -> Table:
    """Read a whole file; `encoding`, `delimiter` and `part` (a sheet, a configuration) force what is otherwise chosen.

    Raises DataError, naming the file and the line, for anything that is not a table of text with at least one row.
    """
    path = Path(path)
    _check_size(path, max_bytes)
    magic = _magic(path)
    if magic.startswith(ZIP_MAGIC) and encoding is None:
        table = _read_archive(path, part)
    elif magic.startswith(PARQUET_MAGIC):
        table = read_parquet(path)
    elif magic.startswith(ARROW_MAGIC):
        table = read_arrow(path)
    else:
        table = _read_text(path, encoding, delimiter)
    if not table.rows:
        if table.format == "csv" and path.suffix.lower() in NO_TEXT_SUFFIXES:
            raise DataError(
                N_("{file} is called a {suffix} file and holds none: it begins with “{begins}”."),
                file=path.name,
                suffix=path.suffix,
                begins=next(iter(table.columns), "")[:40],
                remedy=N_("Save it as an Excel workbook (.xlsx) or as CSV (UTF-8) and bring that file."),
            )
        raise DataError(N_("{file} has a header and no rows."), file=path.name)
    if table.rows > MAX_ROWS:
        raise refuse_rows(path.name, table.rows)
    return table


def is_plain(path: Path) -> bool:
    """Whether a file is read as it stands: neither packed nor in a binary format. Raises OSError."""
    return not _magic(path).startswith((ZIP_MAGIC, PARQUET_MAGIC, *ARROW_MAGIC))


def _magic(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8)


def _read_archive(path: Path, part: str | None) -> Table:
    with opened(path) as archive:
        workbook = is_workbook(archive)
    return read_workbook(path, part) if workbook else read_folder(path, part, _read_inner)


def _read_inner(path: Path) -> Table:
    """A file inside an archive: anything but another archive."""
    if _magic(path).startswith(ZIP_MAGIC):
        raise DataError(N_("{file} is an archive inside an archive; only one level is read."), file=path.name)
    return read_table(path)


def _read_text(path: Path, encoding: str | None, delimiter: str | None) -> Table:
    data = path.read_bytes()
    refuse_old_office(data, path.name)
    text, used = decode(data, path.name, encoding)
    if not text.strip():
        raise _empty(path)
    if path.suffix.lower() in JSONL_SUFFIXES or (delimiter is None and looks_like_jsonl(text)):
        return read_jsonl(text, path.name, used)
    return read_delimited(text, path.name, used, delimiter)


def _check_size(path: Path, max_bytes: int) -> None:
    if not path.is_file():
        raise DataError(N_("There is no file {file}."), file=str(path))
    size = path.stat().st_size
    if size == 0:
        raise _empty(path)
    if size > max_bytes:
        raise DataError(
            N_("{file} has {size} MB; at most {limit} MB can be read."),
            file=path.name,
            size=f"{size / 1e6:,.1f}",
            limit=f"{max_bytes / 1e6:,.0f}",
            remedy=N_("Leave out columns that are not needed, or take a random part of the rows."),
        )


def _empty(path: Path) -> DataError:
    return DataError(N_("{file} is empty."), file=path.name)
