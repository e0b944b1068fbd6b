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
        (
            "2.39e-05 kWh; World, on average 475 g a kWh, 2019, codecarbon, IEA 2019",
            "2.39e-05 kWh; 世界平均每 kWh 475 g，2019 年，codecarbon, IEA 2019",
        ),
        ("812 tokens read, 4 written a request; a list", "每次请求读取 812 个、写出 4 个 token; a list"),
        ("20.6 s; local_cpu, 2026-01-01: from memory, unchecked", "20.6 秒; local_cpu，2026-01-01：凭记忆，未核实"),
        ("What two people could sign up in a year; a guess.", "两个人一年内能签下的数量；系猜测。"),
        ("calls, in a day: some last 5 s", "calls, in a day: some last 5 s"),
        ("", ""),
    ],
)
def test_a_note_of_ours_is_said_in_chinese_and_a_typed_one_stays(note: str, chinese: str) -> None:
    with speaking("zh_CN"):
        assert note_words(note) == chinese
    assert "growth" not in note or note_words(note) == "missing: Growth, Size"
