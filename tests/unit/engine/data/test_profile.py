import csv
import io

import pytest

from engine.data.export import csv_bytes, escape_cell
from engine.data.language import detect_language
from engine.data.profile import class_names, length_figures, shorten


@pytest.mark.parametrize(
    ("cell", "escaped"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1+2", "'+1+2"),
        ("-great", "'-great"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("-1.5", "-1.5"),
        ("+3e-5", "+3e-5"),
        ("-inf", "'-inf"),
        ("plain = text", "plain = text"),
        ("", ""),
    ],
)
def test_formula_cells_are_escaped(cell: str, escaped: str) -> None:
    assert escape_cell(cell) == escaped


def test_exported_csv_is_what_excel_expects() -> None:
    content = csv_bytes(["=text", "n"], [("=1+1", 3), ("好, 很好", None)])
    assert content.startswith(b"\xef\xbb\xbf")
    read_back = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert read_back == [["'=text", "n"], ["'=1+1", "3"], ["好, 很好", ""]]


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (["the room was clean and it was good"], "en"),
        (["great phone", "bad phone"], "en"),
        (["这本书很好", "iPhone 不错"], "zh"),
        (["とても良いです", "残念でした"], "ja"),
        (["배송이 빠르고 좋아요"], "ko"),
        (["le service est très lent et la chambre est sale"], "fr"),
        (["das Zimmer ist nicht sauber und der Lärm war groß"], "de"),
        (["очень хорошо"], "und"),
        (["123 !!! 😀"], "und"),
    ],
)
def test_language(texts: list[str], language: str) -> None:
    assert detect_language(texts) == language


def test_class_names_are_ordered_by_value_when_numeric() -> None:
    assert class_names(["10", "9", "-1", "9"]) == ("-1", "9", "10")
    assert class_names(["10", "9", "b"]) == ("10", "9", "b")


def test_lengths_are_linear_quantiles() -> None:
    """numpy's default quantile, Hyndman and Fan's definition 7."""
    found = length_figures(["", "a", "bb", "ccc", "dddd"])
    assert found == {"mean": 2.0, "min": 0.0, "p25": 1.0, "p50": 2.0, "p75": 3.0, "p95": 3.8, "max": 4.0}


def test_long_examples_are_cut() -> None:
    assert shorten("x" * 300) == "x" * 300
    assert shorten("x" * 301) == "x" * 299 + "…"
