"""Numbers as LOOK's table writes them, in both languages."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard import formats
from dashboard.components.text import plain, whole_dates
from dashboard.i18n import speaking

NBSP = formats.NBSP


@pytest.mark.parametrize(
    ("usd", "english", "chinese"),
    [
        (0.034, "$0.034", f"0.034{NBSP}美元"),
        (0.41, "$0.41", f"0.41{NBSP}美元"),
        (4.5, "$4.50", f"4.50{NBSP}美元"),
        (29, "$29", f"29{NBSP}美元"),
        (1250, "$1,250", f"1,250{NBSP}美元"),
        (48_000, "$48K", f"4.8{NBSP}万美元"),
        (1_900_000, "$1.9M", f"190{NBSP}万美元"),
        (0.0000036, "$0.0000036", f"0.0000036{NBSP}美元"),
        (0, "$0", f"0{NBSP}美元"),
        (-67_000, "−$67K", f"−6.7{NBSP}万美元"),
    ],
)
def test_money(usd: float, english: str, chinese: str) -> None:
    assert formats.money(usd) == english
    with speaking("zh_CN"):
        assert formats.money(usd) == chinese


@pytest.mark.parametrize(
    ("value", "low", "high", "decimals"),
    [
        (91.2, 89.6, 92.7, 1),
        (0.034, 0.031, 0.039, 4),
        (78, 61, 86, 0),
        (0.5, None, None, 2),
        (5, 5, 5, 1),
        (1, 0, 0.996, 1),
    ],
)
def test_two_digits_of_the_interval_decide_the_decimals(
    value: float, low: float | None, high: float | None, decimals: int
) -> None:
    assert formats.decimals_for(value, low, high) == decimals


@pytest.mark.parametrize(
    ("key", "value", "low", "high", "written", "bounds"),
    [
        ("quality.f1_macro", 0.912, 0.896, 0.927, "91.2%", "89.6 to 92.7"),
        ("latency.p95_ms", 14.23, 13.1, 15.6, f"14.2{NBSP}ms", "13.1 to 15.6"),
        ("cost.per_1k_requests_usd", 0.034, 0.031, 0.039, "$0.034", "0.031 to 0.039"),
        ("economics.margin_per_1k_usd", 0.5, 0.25, 1.0, "$0.50", "0.25 to 1.00"),
        ("economics.gross_margin", 0.99997, 0.9991, 0.99999, ">99.99%", "99.91 to >99.99"),
        ("economics.break_even_requests_per_month", 33_580, 5475, 189_800, "34K", "5,475 to 190K"),
        ("size.artifact_mb", 90.84, None, None, f"91{NBSP}MB", ""),
        ("latency.p95_ms", 0.22, 0.2, 12.0, f"0.2{NBSP}ms", "0.2 to 12"),
        ("economics.price_per_1k_usd", 0.6, 0.2, 1.5, "$0.60", "0.20 to 1.50"),
        ("cost.training_usd", 0.0005, 0.00003, 0.0049, "$0.0005", "0.00003 to 0.00490"),
    ],
)
def test_a_measure_with_its_interval(
    key: str, value: float, low: float | None, high: float | None, written: str, bounds: str
) -> None:
    assert formats.value(key, value, low, high) == written
    assert formats.interval(key, low, high).replace(NBSP, " ") == bounds


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_what_is_missing_is_said_in_words(value: float | None) -> None:
    assert formats.value("quality.f1_macro", value) == "not measured"
    assert formats.value("economics.gross_margin", value) == "needs a price"


@pytest.mark.parametrize(
    ("chance", "written"), [(0, "0%"), (0.001, "<1%"), (0.58, "58%"), (0.9999, ">99%"), (1, "100%")]
)
def test_a_chance_is_never_rounded_to_certainty(chance: float, written: str) -> None:
    assert formats.chance(chance) == written


@pytest.mark.parametrize(
    ("seconds", "written"), [(0.0142, "14 ms"), (12, "12 s"), (100, "1 min 40 s"), (7500, "2 h 5 min")]
)
def test_time(seconds: float, written: str) -> None:
    assert formats.duration(seconds).replace(NBSP, " ") == written


def test_age_in_the_largest_unit() -> None:
    now = datetime(2026, 11, 3, tzinfo=UTC)
    ages = [now - timedelta(days=34), now - timedelta(hours=2), now - timedelta(seconds=5)]
    assert [formats.age(then, now).replace(NBSP, " ") for then in ages] == ["34 d", "2 h", "just now"]
    with speaking("zh_CN"):
        assert formats.age(ages[1], now).replace(NBSP, " ") == "2 小时前"
    assert formats.age(datetime(2026, 11, 2), now).replace(NBSP, " ") == "1 d", "a naive time is UTC"


def test_signs_minus_and_ranges() -> None:
    assert formats.points(-0.003, -0.011, 0.005).replace(NBSP, " ") == "−0.3 points"
    assert formats.number(-0.001, 1, signed=True) == "0.0", "zero has no sign"
    assert formats.delta_text("−0.018") == "-0.018", "Streamlit reads the ASCII sign"
    assert formats.ranks(1, 3) == "1\u2060–\u20603"
    assert formats.ranks(2, 2) == "2"


@pytest.mark.parametrize(
    ("share", "text"), [(1.85, "185%"), (0.996, ">99%"), (1, "100%"), (0.8, "80%"), (0.001, "<1%"), (0, "0%")]
)
def test_a_share_of_a_budget_is_written_in_whole_percent(share: float, text: str) -> None:
    assert formats.whole_percent(share) == text


def test_dates_never_break_at_their_hyphens() -> None:
    assert whole_dates(plain("on 2026-11-03, 12-5")) == "on 2026\\-\u206011\\-\u206003, 12\\-5"
