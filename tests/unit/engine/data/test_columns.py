import pytest

from engine.data.columns import propose_columns
from engine.data.table import Table


def table(**columns: list[str]) -> Table:
    rows = len(next(iter(columns.values())))
    return Table(columns, list(range(2, rows + 2)), "utf-8", ",", "csv")


def texts(count: int) -> list[str]:
    return [f"this is review number {i} and it says something" for i in range(count)]


@pytest.mark.parametrize("periods", [2, 5])
def test_text_and_label_are_found_among_others(periods: int) -> None:
    proposal = propose_columns(
        table(
            id=[str(i) for i in range(4_000)],
            stars=[str(i % periods) for i in range(4_000)],
            comment=texts(4_000),
            country=["de"] * 4_000,
        )
    )
    assert (proposal.text, proposal.label) == ("comment", "stars")
    assert [str(reason) for reason in proposal.reasons] == [
        "“comment” looks like the text: 48 characters on average, 100 % of its cells are different.",
        f"“stars” looks like the label: {periods} values that return in 2000 rows.",
    ]


def test_a_telling_name_decides() -> None:
    found = propose_columns(table(text=texts(60), shop=["a", "b", "c"] * 20, sentiment=["x", "y", "z"] * 20))
    assert found.label == "sentiment"
    chinese = {"评论": ["很好", "不好", "一般"], "标签": ["正面", "负面", "中性"], "店": ["甲", "乙", "丙"]}
    found = propose_columns(table(**{name: cells * 20 for name, cells in chinese.items()}))
    assert (found.text, found.label) == ("评论", "标签")


def test_a_file_sorted_by_label_is_understood() -> None:
    found = propose_columns(table(body=texts(20_000), kind=["a"] * 10_000 + ["b"] * 10_000))
    assert "2 values" in str(found.reasons[1])


def test_it_says_when_no_column_looks_like_a_label() -> None:
    found = propose_columns(table(text=texts(50), number=[str(i) for i in range(50)]))
    assert str(found.reasons[1]) == "No column looks like a label; the nearest is “number”: 50 values in 50 rows."
