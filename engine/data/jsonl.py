"""JSON Lines: one object a line."""

import json
from typing import Any

from engine.data.table import Table
from engine.errors import N_, DataError


def looks_like_jsonl(text: str) -> bool:
    """True when the first line that is not blank is a JSON object or opens a JSON array."""
    first = text.lstrip()[:1_000_000].partition("\n")[0].strip()
    if first == "[" or first.startswith("[{"):
        return True
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def read_jsonl(text: str, file_name: str, encoding: str) -> Table:
    """Read objects into columns in the order their names first appear; an absent or null value is an empty cell.

    Values that are no strings keep their JSON form. Raises DataError naming the line that is broken.
    """
    lines: list[int] = []
    objects: list[dict[str, Any]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            objects.append(_object(line, number, file_name))
            lines.append(number)
    names = dict.fromkeys(name for item in objects for name in item)
    columns = {name: [_cell(item.get(name)) for item in objects] for name in names}
    return Table(columns, lines, encoding, "", "jsonl")


def _object(line: str, number: int, file_name: str) -> dict[str, Any]:
    try:
        found = json.loads(line, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        if line.strip().startswith("["):
            raise _array(file_name) from None
        raise DataError(
            N_("{file}, line {line} is not valid JSON: {reason}."),
            file=file_name,
            line=number,
            reason=str(error),
            remedy=N_("JSON Lines needs one whole object on each line."),
        ) from None
    if isinstance(found, list):
        raise _array(file_name)
    if not isinstance(found, dict):
        raise DataError(
            N_("{file}, line {line} is no JSON object but {found}."),
            file=file_name,
            line=number,
            found=line.strip()[:40],
        )
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = {_storable(name): value for name, value in pairs}
    if len(found) < len(pairs):
        raise ValueError("a name appears twice in one object")
    return found


def _array(file_name: str) -> DataError:
    return DataError(
        N_("{file} is one JSON array; JSON Lines needs one object on each line, without brackets around them."),
        file=file_name,
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return _storable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _storable(text: str) -> str:
    """Half of a surrogate pair, as cut-off emoji leave it, cannot be UTF-8: it becomes the replacement character."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
