"""From an uploaded file to rows that a run can train on."""

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from engine.data.across import count_crossing, deduplicate_across
from engine.data.clean import RULES, Cleaned, Row, deduplicate
from engine.data.columns import MAX_CLASSES, check_further, propose_further
from engine.data.content import Content, fingerprint
from engine.data.describe import describe, dropped
from engine.data.preview import preview
from engine.data.profile import Profile, shorten
from engine.data.read import read_table
from engine.data.split import FRACTIONS, complete_splits, split_rows
from engine.data.stages import stage
from engine.data.stored import Prepared, SplitRows, find_prepared, load_profile, load_rows
from engine.data.table import Table
from engine.data.write import store_prepared
from engine.errors import N_, DataError
from engine.spec import SPLITS, Split

__all__ = ["Prepared", "SplitRows", "load_profile", "load_rows", "prepare", "preview"]


def prepare(
    path: Path,
    text_column: str,
    label_column: str,
    home: Path,
    *,
    name: str,
    seed: int = 0,
    licence: str = "",
    source: str = "",
    encoding: str | None = None,
    delimiter: str | None = None,
    columns: Sequence[str] | None = None,
    part: str | None = None,
    own_splits: bool = True,
) -> Prepared:
    """Read, clean, split and store a file under `home/datasets`; `columns` are kept too, None: those worth keeping.

    `part` names a sheet or configuration. With `own_splits`, splits that the file itself makes are kept.
    The same file with the same wishes is recognised and not read again. The folder appears whole or not at all.
    Raises DataError, with everything already stored untouched.
    """
    path, datasets = Path(path), Path(home) / "datasets"
    if text_column == label_column:
        raise DataError(N_("Text and label must be different columns, not both “{name}”."), name=text_column)
    wanted = {"text_column": text_column, "label_column": label_column, "seed": seed, "rules": RULES, "change": ""}
    wanted["own_splits"] = own_splits
    asked: dict[str, Any] = {"encoding": encoding, "delimiter": delimiter, "part": part}
    asked["columns"] = None if columns is None else tuple(columns)
    wanted |= {name: value for name, value in asked.items() if value is not None}
    stage(0.0, N_("Reading the file"))
    file_sha256 = sha256_of(path)
    found = find_prepared(datasets, wanted | {"file_sha256": file_sha256})
    if found:
        return found
    table = read_table(path, encoding=encoding, delimiter=delimiter, part=part)
    stage(0.3, N_("Taking out repeats and contradictions"))
    if columns is None:
        columns = propose_further(table, text_column, label_column)
    if not own_splits:
        table = dataclasses.replace(table, splits=None)
    cleaned, splits = clean_table(table, text_column, label_column, columns, seed)
    content = Content(cleaned.kept, splits, tuple(columns), cleaned.unlabelled)
    digest = fingerprint(content)
    folder = datasets / digest[:16]
    if folder.exists():
        return Prepared(digest, file_sha256, folder, load_profile(folder), already=True)
    origin = {
        "name": name,
        "file_name": path.name,
        "file_sha256": file_sha256,
        "file_bytes": path.stat().st_size,
        "licence": licence,
        "source": source,
        "fingerprint": digest,
        "part": table.part,
        "fractions": FRACTIONS,
    }
    stage(0.6, N_("Describing the texts and looking for personal data"))
    profile = _profile(table, cleaned, content, wanted | origin)
    stage(0.9, N_("Writing the data set"))
    return store_prepared(folder, content, profile)


def clean_table(
    table: Table, text_column: str, label_column: str, columns: Sequence[str] = (), seed: int = 0
) -> tuple[Cleaned, list[Split]]:
    """Rows fit to learn from, and their splits: the file's own where it makes some, else drawn.

    Raises DataError for unknown columns, one class, too many or too rare classes.
    """
    rows = rows_of(table, text_column, label_column, columns)
    if table.splits is None:
        cleaned = deduplicate(rows)
        _check_classes(table, cleaned, label_column)
        return cleaned, split_rows([row.label for row in cleaned.kept], seed)
    cleaned, given = deduplicate_across(rows, table.splits)
    _check_classes(table, cleaned, label_column)
    return cleaned, complete_splits([row.label for row in cleaned.kept], given, seed)


def _check_classes(table: Table, cleaned: Cleaned, label_column: str) -> None:
    counts = Counter(row.label for row in cleaned.kept)
    if not counts:
        raise DataError(
            N_("None of the {rows} rows can be used: {missing} lack text or label, {conflicting} contradict others."),
            rows=table.rows,
            missing=cleaned.missing_text + cleaned.missing_label,
            conflicting=cleaned.conflicting_rows,
        )
    if len(counts) == 1:
        raise DataError(
            N_("“{column}” has one class only, “{label}”; telling classes apart needs at least two."),
            column=label_column,
            label=shorten(next(iter(counts))),
        )
    if len(counts) > MAX_CLASSES:
        raise DataError(
            N_("“{column}” has {count} different values; at most {limit} classes are possible."),
            column=label_column,
            count=len(counts),
            limit=MAX_CLASSES,
            remedy=N_("Choose the column that holds the class, or merge classes."),
        )


def rows_of(table: Table, text_column: str, label_column: str, columns: Sequence[str]) -> Iterable[Row]:
    """The rows of a file as they stand in it. Raises DataError for columns that it lacks or that cannot be kept."""
    check_further(table, columns, text_column, label_column)
    further = ([cell.strip() for cell in table.column(name)] for name in columns)
    extra = list(zip(*further, strict=True)) if columns else [()] * table.rows
    return map(Row, table.lines, table.column(text_column), table.column(label_column), extra)


def sha256_of(path: Path) -> str:
    """sha256 of a file, in hexadecimal. Raises DataError when there is none."""
    if not path.is_file():
        raise DataError(N_("There is no file {file}."), file=str(path))
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _profile(table: Table, cleaned: Cleaned, content: Content, known: dict[str, Any]) -> Profile:
    given = tuple(split for split in SPLITS if split in (table.splits or ()))
    read: dict[str, Any] = {
        "format": table.format,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "rows": table.rows,
    }
    read |= {"given_splits": given, "across_splits": _across(table, content, known)}
    return Profile(**(known | describe(content) | dropped(cleaned) | read))


def _across(table: Table, content: Content, known: dict[str, Any]) -> int:
    if table.splits is None:
        return 0
    rows = rows_of(table, known["text_column"], known["label_column"], ())
    own = dict(zip(table.lines, table.splits, strict=True))
    return count_crossing(rows, table.splits, content.rows, [own[row.line] for row in content.rows])
