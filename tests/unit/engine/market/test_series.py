"""Tables of series as people bring them: what is mended and told, and what is refused with row and value."""

import zipfile
from pathlib import Path

import pytest

from engine.errors import DataError
from engine.market.series import read_series
from engine.market.series_clean import TimeSeries, is_another, with_earlier

MONTHS = [f"{2020 + i // 12}-{i % 12 + 1:02d}-01" for i in range(24)]
ROWS = [f"{day},{100 + i}" for i, day in enumerate(MONTHS)]


def brought(folder: Path, *lines: str, head: str = "ds,y") -> Path:
    path = folder / "sales.csv"
    path.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    return path


def test_unsorted_rows_are_sorted_and_that_is_told(tmp_path: Path) -> None:
    (one,) = read_series(brought(tmp_path, *reversed(ROWS))).series
    assert (one.ds[0], one.y[0], one.freq) == ("2020-01-01", 100, "MS")
    assert any("were sorted" in str(note) for note in one.notes)


def test_gaps_duplicates_and_outliers_are_told_with_their_moments(tmp_path: Path) -> None:
    rows = [row for row in ROWS if not row.startswith("2020-05")]
    rows[9] = rows[9].replace("110", "900")
    (one,) = read_series(brought(tmp_path, *rows, rows[0])).series
    said = " ".join(map(str, one.notes))
    assert one.y[4] == 104
    assert "1 missing points were filled along a straight line: 2020-05-01" in said
    assert "1 rows that came twice were dropped" in said
    assert "far from their neighbours and were kept: 2020-11-01 (900)" in said and one.y[10] == 900


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([*ROWS, *(f"2022-01-{day:02d},5" for day in range(2, 30))], "has no one frequency.*row"),
        ([*ROWS[:8], "2020-09-01,none sold", *ROWS[9:]], "Row 10, column “y”: “none sold” is not a number"),
        ([f"{day},sold out" for day in MONTHS], "Row 2, column “y”: “sold out” is not a number"),
        ([*ROWS, *(row.replace(",1", ",7") for row in ROWS)], "Two series seem to be called “sales”: rows 2 and 26"),
        ([f"{day},0" for day in MONTHS], "zero in all its 24 rows, from row 2 on"),
        (ROWS[:1], "points with a value: 1. A forecast needs at least 3"),
        ([*ROWS[:8], "someday,7", *ROWS[9:]], "Row 10, column “ds”: “someday” is no date like the others"),
        ([*ROWS[:8], "2020-09-01,$7", "2020-10-01,€7", *ROWS[10:]], "mixes the units EUR, USD"),
    ],
    ids=["mixed frequency", "text", "text alone", "two series of one name", "zeros", "one point", "no date", "units"],
)
def test_what_no_series_can_be_made_of_is_refused_with_its_place(rows: list[str], message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        read_series(brought(tmp_path, *rows))


def test_of_several_series_the_wrong_ones_are_named_and_the_others_kept(tmp_path: Path) -> None:
    rows = [*(f"good,{row}" for row in ROWS), *(f"still,{day},0" for day in MONTHS), f"lone,{ROWS[0]}"]
    found = read_series(brought(tmp_path, *rows, head="unique_id,ds,y"))
    assert [one.unique_id for one in found.series] == ["good"]
    assert set(found.refused) == {"still", "lone"}


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(40_000_000))
    with pytest.raises(DataError, match=r"would unpack from 0\.0 MB to 40 MB"):
        read_series(path)


def a_series(first: int, count: int, freq: str = "MS") -> TimeSeries:
    return TimeSeries("sales", freq, 12, tuple(MONTHS[first : first + count]), tuple(float(i) for i in range(count)))


def test_points_of_another_time_or_frequency_are_another_series() -> None:
    known = a_series(0, 12)
    assert not is_another(known, a_series(12, 6))
    assert not is_another(known, a_series(6, 12))
    assert is_another(known, a_series(14, 6))
    assert is_another(known, a_series(6, 12, "D"))


def test_a_file_of_new_points_alone_loses_none() -> None:
    whole = with_earlier(a_series(12, 6), a_series(0, 12))
    assert whole.ds == tuple(MONTHS[:18])
    assert whole.y == (*map(float, range(12)), *map(float, range(6)))
    assert "12 earlier points" in str(whole.notes[-1])
