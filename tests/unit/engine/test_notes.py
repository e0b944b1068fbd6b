"""Notes of computed figures in the reader's language."""

import pytest

from engine.wording import speaking
from engine.wording.notes import AHEAD, RATIO, note_words


@pytest.mark.parametrize(
    ("note", "chinese"),
    [
        (
            AHEAD.format(series="a: b", points=6, all=12, day="2026-01-01"),
            "a: b：未来 12 个点中的 6 个，自 2026-01-01 起",
        ),
        (RATIO.format(ratio=1.2, low=0.3, high=4), "自下而上是自上而下的 1.2 倍（0.3 至 4）"),
        ("taken as exact: market.buyers", "视为精确值：全部买家"),
        ("missing: growth, size", "缺少：增长, 大小"),
        ("forecast 3: auto_ces", "预测 3：auto_ces"),
        ("eight calls; a guess {x}", "eight calls; a guess {x}"),
        ("", ""),
    ],
)
def test_a_note_of_ours_is_said_in_chinese_and_a_typed_one_stays(note: str, chinese: str) -> None:
    with speaking("zh_CN"):
        assert note_words(note) == chinese
    assert "growth" not in note or note_words(note) == "missing: Growth, Size"
