"""Parquet and Arrow files as tables of text: flat columns only, read in small batches with a bound on characters."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.data.table import MAX_ROWS, Table, refuse_rows
from engine.errors import N_, DataError

MAX_COLUMNS = 1_000
MAX_CHARS = 400_000_000
"""Characters of all cells; a file of a few kilobytes can declare more than any memory holds."""
BATCH_ROWS = 1_024


@dataclass(slots=True)
class _Budget:
    """Rows and bytes that may still be read from one file."""

    file_name: str
    rows: int = 0
    bytes: int = 0

    def take(self, rows: int, size: int) -> None:
        self.rows += rows
        self.bytes += size
        if self.rows > MAX_ROWS:
            raise refuse_rows(self.file_name)
        if self.bytes > MAX_CHARS:
            raise DataError(
                N_("{file} holds more than {limit} million characters; that is too much to read at once."),
                file=self.file_name,
                limit=MAX_CHARS // 1_000_000,
                remedy=N_("Leave out columns that are not needed, or take a random part of the rows."),
            )


def read_parquet(path: Path) -> Table:
    """Read the flat columns of a Parquet file.

    Indices of classes become their names where the file carries those (Hugging Face features). Raises DataError.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
            if rows > MAX_ROWS:
                raise refuse_rows(path.name, rows)
            flat = _flat(schema, path.name)
        text = [name for name in flat if _is_text(schema.field(name).type)]
        # As a dictionary, a text that repeats a million times is held once until its size is known.
        with pq.ParquetFile(path, read_dictionary=text) as file:
            batches = file.iter_batches(BATCH_ROWS, columns=flat, use_threads=False)
            return _table(path.name, schema, flat, batches)
    except MemoryError:  # pyarrow's own is an ArrowException too
        raise
    except (pa.ArrowException, OSError, EOFError) as error:
        raise _unreadable(path.name, "Parquet", error) from error


def read_arrow(path: Path) -> Table:
    """Read the flat columns of an Arrow stream or file, as `datasets.save_to_disk` writes them. Raises DataError."""
    import pyarrow as pa

    try:
        with pa.memory_map(str(path)) as source:
            reader = _arrow_batches(source)
            flat = _flat(reader.schema, path.name)
            batches = (part for batch in reader for part in _pieces(batch.select(flat)))
            return _table(path.name, reader.schema, flat, batches)
    except MemoryError:  # pyarrow's own is an ArrowException too
        raise
    except (pa.ArrowException, OSError, EOFError) as error:
        raise _unreadable(path.name, "Arrow", error) from error


def _arrow_batches(source: Any) -> Any:
    import pyarrow as pa

    try:
        return pa.ipc.open_stream(source)
    except pa.ArrowInvalid:
        source.seek(0)
        file = pa.ipc.open_file(source)
        return pa.RecordBatchReader.from_batches(
            file.schema, (file.get_batch(i) for i in range(file.num_record_batches))
        )


def _pieces(batch: Any) -> Iterator[Any]:
    batch.validate(full=True)  # offsets of a damaged file may point outside it
    for start in range(0, batch.num_rows, BATCH_ROWS):
        yield batch.slice(start, BATCH_ROWS)


def class_names_in(schema: Any) -> dict[str, list[str]]:
    """Names of the classes in columns that hold indices, from the features that Hugging Face stores in a schema."""
    try:
        stored = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
        return class_names_of(stored["info"]["features"])
    except (ValueError, KeyError, TypeError):
        return {}


def class_names_of(features: Any) -> dict[str, list[str]]:
    """The ClassLabel columns of a mapping of Hugging Face features."""
    if not isinstance(features, dict):
        return {}
    found = {name: value for name, value in features.items() if isinstance(value, dict)}
    return {
        name: [str(label) for label in value["names"]]
        for name, value in found.items()
        if value.get("_type") == "ClassLabel" and isinstance(value.get("names"), list)
    }


def _flat(schema: Any, file_name: str) -> list[str]:
    import pyarrow.types as kinds

    if len(schema.names) > MAX_COLUMNS:
        raise DataError(
            N_("{file} has {count} columns; at most {limit} can be read."),
            file=file_name,
            count=len(schema.names),
            limit=MAX_COLUMNS,
        )
    flat = [
        field.name
        for field in schema
        if not (kinds.is_nested(field.type) or kinds.is_binary(field.type) or kinds.is_large_binary(field.type))
        and not kinds.is_fixed_size_binary(field.type)
    ]
    if not flat:
        raise DataError(
            N_("{file} has nested columns only ({names}); a text and a label must be plain columns."),
            file=file_name,
            names=", ".join(schema.names[:10]),
        )
    return flat


def _is_text(kind: Any) -> bool:
    import pyarrow.types as kinds

    return bool(kinds.is_string(kind) or kinds.is_large_string(kind))


def _table(file_name: str, schema: Any, flat: list[str], batches: Any) -> Table:
    budget = _Budget(file_name)
    columns: dict[str, list[str]] = {name: [] for name in flat}
    for batch in batches:
        for name in flat:
            cells = batch.column(name)
            budget.take(0, _text_bytes(cells))
            columns[name] += map(plain_cell, cells.to_pylist())
        budget.take(batch.num_rows, 0)
    left_out = tuple(name for name in schema.names if name not in columns)
    named = name_classes(columns, class_names_in(schema))
    return Table(named, list(range(1, budget.rows + 1)), "", "", "parquet", left_out=left_out)


def _text_bytes(cells: Any) -> int:
    """Bytes of the texts once each cell is a string of its own; other values count eight."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(cells, pa.DictionaryArray):
        lengths = pc.take(_lengths(cells.dictionary), cells.indices)
        return int(pc.sum(lengths).as_py() or 0)
    return int(pc.sum(_lengths(cells)).as_py() or 0)


def _lengths(cells: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.binary_length(cells) if _is_text(cells.type) else pa.array([8] * len(cells), pa.int32())


def name_classes(columns: Mapping[str, list[str]], names: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The columns with names in place of class indices; -1 stands for a label that is not told.

    A column with anything but indices stays as it is.
    """
    return {name: _named(cells, names[name]) if name in names else cells for name, cells in columns.items()}


def _named(cells: list[str], names: list[str]) -> list[str]:
    known = {str(place): label for place, label in enumerate(names)} | {"-1": "", "": ""}
    return [known[cell] for cell in cells] if known.keys() >= set(cells) else cells


def plain_cell(value: Any) -> str:
    """A value as text: nothing for none, whole numbers without a point, dates and times in ISO form."""
    if value is None or value != value:  # noqa: PLR0124  only not-a-number differs from itself
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    return str(value)


def _unreadable(file_name: str, kind: str, error: Exception) -> DataError:
    return DataError(
        N_("{file} is no {kind} file that can be read: {reason}."),
        file=file_name,
        kind=kind,
        reason=(str(error).splitlines() or [type(error).__name__])[0].rstrip("."),
        remedy=N_("Write it anew without encryption, or export it as CSV."),
    )
