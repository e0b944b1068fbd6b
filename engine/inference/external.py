"""Which other files an ONNX graph reads, told without opening it. Standard library only.

A graph may keep a tensor's bytes in another file, by a path of its own choosing. ONNX Runtime maps that file when the
graph is opened, so the paths are read here first, from the protobuf wire format (https://protobuf.dev/programming-guides/
encoding) by the field numbers of onnx.proto, and each must lie in the graph's own folder.
"""

import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.errors import N_
from engine.inference.files import inside, read_fault

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FIELDS: Mapping[str, Mapping[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node", 11: "attribute"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: "entry"},
}
"""Message to field number to the message in it, down to every tensor that a graph can hold."""
_DEEPEST = 64
Buffer = memoryview


def require_inside(model: Path) -> None:
    """Raise StoredFileError when a tensor's bytes lie outside the model's folder or are missing, or it is no ONNX."""
    for location in sorted(external_files(model)):
        inside(model.parent, location)


def external_files(model: Path) -> set[str]:
    """The paths, as written in it, of all files that the tensors of an ONNX graph lie in.

    Raises StoredFileError for a file that cannot be read or is no protobuf message.
    """
    try:
        with (
            model.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
            memoryview(content) as whole,
        ):
            return set(_locations(whole, 0, len(whole), "model", 0))
    except (OSError, ValueError, IndexError, UnicodeDecodeError) as error:
        raise read_fault(model, error) from error


def _locations(data: Buffer, start: int, end: int, message: str, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise ValueError(N_("its graphs are nested too deeply"))
    known = _FIELDS[message]
    for field, begin, stop in _fields(data, start, end):
        inner = known.get(field)
        if inner == "entry":
            key, value = _entry(data, begin, stop)
            if key == "location":
                yield value
        elif inner is not None:
            yield from _locations(data, begin, stop, inner, depth + 1)


def _entry(data: Buffer, start: int, end: int) -> tuple[str, str]:
    """Key and value of a StringStringEntryProto."""
    found = {field: str(data[begin:stop], "utf-8") for field, begin, stop in _fields(data, start, end)}
    return found.get(1, ""), found.get(2, "")


def _fields(data: Buffer, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Field number, begin and end of every length-delimited field of a message; all others are passed over."""
    at = start
    while at < end:
        tag, at = _varint(data, at)
        kind = tag & 7
        if kind == _BYTES:
            size, at = _varint(data, at)
            if size > end - at:
                raise ValueError(N_("it ends in the middle of a field"))
            yield tag >> 3, at, at + size
            at += size
        elif kind == _VARINT:
            _, at = _varint(data, at)
        elif kind in (_FIXED64, _FIXED32):
            at += 8 if kind == _FIXED64 else 4
        else:
            raise ValueError(N_("it is no ONNX model"))
    if at != end:
        raise ValueError(N_("it ends in the middle of a field"))


def _varint(data: Buffer, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError(N_("it is no ONNX model"))
