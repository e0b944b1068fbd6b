import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data.encoding import decode, reads_like_chinese
from engine.data.read import read_table
from engine.errors import DataError, UnknownName

CHINESE = "text,label\n很好，喜欢,正面\n质量太差了,负面\n"
LONGER_CHINESE = (
    "text,label\n这本书我一口气买了五本，是因为这本书太好了,正面\n酒店的房间很小，服务员的态度也不好,负面\n"
    "电池用了一天就没有电了，我想退货,负面\n"
)
FRENCH = "text;label\nTrès déçu, l'écran est cassé;négatif\nÇa marche, génial;positif\n"
KOREAN = "text,label\n배송이 빠르고 좋아요 정말 만족합니다,긍정\n화면이 깨져서 왔어요 실망입니다,부정\n" * 5
EMOJI = "text,label\n👍🏽 great 😀,good\n👎 👨‍👩‍👧,bad\n"


def written(tmp_path: Path, content: bytes, name: str = "rows.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("text", "stored_as", "detected"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "utf-32", "utf-32"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (CHINESE, "utf-16-be", "utf-16-be"),
        (CHINESE, "gbk", "gb18030"),
        (LONGER_CHINESE, "gbk", "gb18030"),
        (LONGER_CHINESE, "gb18030", "gb18030"),
        (FRENCH, "cp1252", "cp1252"),
        (FRENCH, "latin-1", "cp1252"),
        (KOREAN, "euc_kr", "euc_kr"),
        ("text,label\n배송이 빠르고 좋아요,x\n", "euc_kr", "euc_kr"),
        ("text,label\n好,x\n坏,y\n", "gbk", "gb18030"),
        ("text;label\nDas Gerät ist größer als gewünscht;x\n", "cp1252", "cp1252"),
        ("text;label\nEl niño comió mañana ¿qué pasó? ¡Sí!;x\n", "cp1252", "cp1252"),
        ("text;label\nNaïve café;x\n", "latin-1", "cp1252"),
        ("text;label\nbardzo się cieszę, że go kupiłem;x\nZła jakość, nie działa;y\n", "cp1250", "cp1250"),
        ("text;label\nVýborný výrobek, děkuji, určitě doporučuji, je žlutý;x\n", "cp1250", "cp1250"),
        ("text;label\nОчень хороший товар, рекомендую;x\nУжасное качество;y\n", "cp1251", "cp1251"),
        ("text,label\n這個產品很好我很喜歡,x\n品質太差了要退貨,y\n", "big5", "big5"),
        ("text,label\nこの商品はとても良いです,x\n残念でした,y\n", "shift_jis", "shift_jis"),
        (EMOJI, "utf-8", "utf-8"),
        (EMOJI, "utf-16", "utf-16"),
        (EMOJI, "utf-16-le", "utf-16-le"),
        ("text,label\nplain,a\n", "ascii", "utf-8"),
    ],
)
def test_encodings_are_detected(tmp_path: Path, text: str, stored_as: str, detected: str) -> None:
    table = read_table(written(tmp_path, text.encode(stored_as)))
    assert table.encoding == detected
    delimiter = ";" if ";" in text.split("\n")[0] else ","
    expected = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    assert list(zip(*table.columns.values(), strict=True)) == [tuple(row) for row in expected[1:]]
    assert list(table.columns) == ["text", "label"]


def test_a_named_encoding_is_used_and_an_unknown_one_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "text,label\n很好,a\n".encode("big5"))
    assert read_table(path, encoding="big5").columns["text"] == ["很好"]
    with pytest.raises(UnknownName, match="klingon"):
        read_table(path, encoding="klingon")
    with pytest.raises(DataError, match=r"not utf-8: the bytes on line 2"):
        read_table(path, encoding="utf-8")


def test_misread_bytes_do_not_pass_for_chinese() -> None:
    assert reads_like_chinese(LONGER_CHINESE)
    assert not reads_like_chinese(KOREAN.encode("euc_kr").decode("gb18030"))
    assert not reads_like_chinese("plain")


def test_damaged_utf8_names_the_line(tmp_path: Path) -> None:
    content = LONGER_CHINESE.encode()
    broken = content[:-20] + b"\xff" + content[-20:]
    with pytest.raises(DataError, match=r"damaged characters \(\d+\); the first is on line 4"):
        read_table(written(tmp_path, broken))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_detected_through_quoted_texts(tmp_path: Path, delimiter: str) -> None:
    rows = [["id", "text", "label"]] + [[str(i), f'a, b; c | d\t"e"\nline {i}', "x"] for i in range(30)]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    table = read_table(written(tmp_path, out.getvalue().encode()))
    assert table.delimiter == delimiter
    assert table.columns["text"] == [row[1] for row in rows[1:]]
    assert table.lines[:3] == [2, 4, 6]


def test_the_first_line_of_excel_names_the_delimiter(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, b"sep=;\r\ntext;label\r\na, b;x\r\n"))
    assert (table.delimiter, table.lines, table.columns["text"]) == (";", [3], ["a, b"])


def test_tabs_without_quoting_keep_their_quotation_marks(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, b'text\tlabel\n"Great" he said\tgood\n5" too short\tbad\n', "rows.tsv"))
    assert table.columns["text"] == ['"Great" he said', '5" too short']


def test_blank_lines_and_empty_trailing_cells_are_no_rows(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, b"text,label\r\na,x,,\r\n\r\nb,y\r\n"))
    assert (table.columns, table.lines) == ({"text": ["a", "b"], "label": ["x", "y"]}, [2, 4])


def test_a_nameless_column_is_called_by_its_place(tmp_path: Path) -> None:
    assert list(read_table(written(tmp_path, b",text\n0,a\n")).columns) == ["column 1", "text"]


def test_a_column_that_is_not_there_lists_the_others(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no column “body”\. The file has: text, label"):
        read_table(written(tmp_path, b"text,label\na,x\n")).column("body")


def test_long_texts_are_read(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, f"text,label\n{'word ' * 10_000},x\n".encode()))
    assert len(table.columns["text"][0]) == 50_000


def test_jsonl_keeps_every_value_and_line(tmp_path: Path) -> None:
    lines = ['{"text": "a", "label": 1}', "", '{"label": true, "text": null, "more": {"k": ["ü"]}}']
    table = read_table(written(tmp_path, "\n".join(lines).encode(), "rows.jsonl"))
    assert table.columns == {"text": ["a", ""], "label": ["1", "true"], "more": ["", '{"k": ["ü"]}']}
    assert (table.lines, table.format) == ([1, 3], "jsonl")


def test_jsonl_is_known_by_its_content_too(tmp_path: Path) -> None:
    assert read_table(written(tmp_path, b'{"text": "a"}\n{"text": "b"}\n', "rows.txt")).format == "jsonl"


def test_cut_off_emoji_become_replacement_characters(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, rb'{"text": "\ud83d cut", "whole": "\ud83d\ude00"}', "rows.jsonl"))
    assert table.columns == {"text": ["\ufffd cut"], "whole": ["😀"]}


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1).map(str.strip).filter(bool)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8), encoding=st.sampled_from(["utf-8", "utf-16"]))
def test_what_was_written_is_read(tmp_path: Path, rows: list[tuple[str, str]], encoding: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([("text", "label"), *rows])
    table = read_table(written(tmp_path, out.getvalue().encode(encoding)))
    assert list(zip(table.columns["text"], table.columns["label"], strict=True)) == rows
    lines = "\n".join(json.dumps({"text": text, "label": label}) for text, label in rows)
    table = read_table(written(tmp_path, lines.encode(encoding), "rows.jsonl"))
    assert list(zip(table.columns["text"], table.columns["label"], strict=True)) == rows


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_give_text_or_a_message(content: bytes) -> None:
    try:
        text, _ = decode(content, "rows.csv")
    except DataError as error:
        assert "rows.csv" in str(error)
    else:
        assert isinstance(text, str)
