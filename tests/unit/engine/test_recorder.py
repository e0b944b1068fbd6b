"""Event files, read in blocks and by the line."""

from pathlib import Path

import pytest

from engine import recorder as recorders
from engine.errors import StoredFileError
from engine.recorder import EVENTS_FILE, FileRecorder, read_events


def written(folder: Path, steps: int) -> Path:
    recorder = FileRecorder(folder)
    for step in range(steps):
        recorder.log(step, loss=1.0 / (step + 1))
    recorder.note("Zeile „{n}“, 第 {n} 行", n=steps)
    recorder.close()
    return folder / EVENTS_FILE


@pytest.mark.parametrize("steps", [0, 1, 20, 407])
@pytest.mark.parametrize("block", [16, 256, recorders.READ_BYTES])
def test_every_event_comes_once_with_the_offset_after_it(
    steps: int, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorders, "READ_BYTES", block)
    path = written(tmp_path, steps)
    found = list(read_events(path))
    assert [event["step"] for event, _ in found[:-1]] == list(range(steps))
    assert found[-1][0]["template"] == "Zeile „{n}“, 第 {n} 行" and found[-1][1] == path.stat().st_size
    for number in (0, steps // 2, steps):
        start = found[number - 1][1] if number else 0
        assert list(read_events(path, start)) == found[number:]


@pytest.mark.parametrize("torn", [b'{"kind": "metric"', b"{", b'{"kind": "note", "at": 1}'])
def test_a_line_without_its_end_is_not_there_yet(torn: bytes, tmp_path: Path) -> None:
    path = written(tmp_path, 3)
    whole = list(read_events(path))
    with path.open("ab") as file:
        file.write(torn)
    assert list(read_events(path)) == whole


@pytest.mark.parametrize(
    "damage",
    [
        b"this is no event\n",
        b'{"kind": "note"}\n',
        b"[1, 2]\n",
        b'{"kind": "note", "at": 1}, {"kind": "note", "at": 2}\n',
        b'{"kind": "note", "at": [{"b": 1}\n{"c": 2}]}\n',
        b'{"kind": "note", "at": "\xff"}\n',
    ],
)
def test_what_is_whole_before_a_damaged_line_comes_first(damage: bytes, tmp_path: Path) -> None:
    path = written(tmp_path, 5)
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(damage + b'{"kind": "note", "at": 1}\n')
    found = []
    with pytest.raises(StoredFileError, match=f"at byte {size} is no event"):
        for event, _offset in read_events(path):
            found.append(event)
    assert len(found) == 6
