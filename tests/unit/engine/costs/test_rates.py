"""Rate files: what is shipped, and what a fault says."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from engine.costs.rates import FOLDER, MEMORY, UNITS, read_rates
from engine.errors import ConfigError
from engine.evidence import GRADES

TODAY = date(2026, 6, 1)
GOOD = {
    "key": "gpu",
    "unit": "hour",
    "usd": {"low": 1.0, "value": 2.0, "high": 3.0},
    "grade": "assumed",
    "source": "from memory",
    "valid_from": date(2026, 1, 1),
}


def written(folder: Path, *rows: object) -> Path:
    (folder / "some.yml").write_text(yaml.safe_dump(list(rows)), encoding="utf-8")
    return folder


def fault(folder: Path, **change: object) -> str:
    row = {key: value for key, value in (GOOD | change).items() if value is not ...}
    with pytest.raises(ConfigError) as error:
        read_rates(written(folder, GOOD, row), today=TODAY)
    return str(error.value.faults[0])


def test_this_machine_by_the_hour() -> None:
    (local,) = [entry for entry in read_rates() if entry.key == "local_cpu"]
    assert (local.usd, local.low_usd, local.high_usd) == (Decimal("0.0230"), Decimal("0.0075"), Decimal("0.0650"))
    assert (local.unit, local.grade, local.checked_on) == ("hour", "assumed", None)
    assert local.source == "from memory, unchecked"
    assert "electricity" in local.note and "depreciation" in local.note


PARTS = {
    "local_cpu": [(15, 0.10, 250, 5), (35, 0.17, 600, 4), (75, 0.35, 1200, 3.5)],
    "local_gpu": [(250, 0.10, 1200, 5), (500, 0.17, 3500, 4), (900, 0.35, 12000, 3.5)],
}


@pytest.mark.parametrize(("key", "figures"), PARTS.items(), ids=list(PARTS))
def test_the_parts_of_this_machine_follow_from_their_figures(key: str, figures: list[tuple[float, ...]]) -> None:
    # electricity: watts / 1000 x USD per kWh; depreciation: USD / (years x 8,766 h).
    (row,) = (row for row in yaml.safe_load((FOLDER / "local.yml").read_text("utf-8")) if row["key"] == key)
    electricity, depreciation = row["parts"]
    for end, (watts, price, bought, years) in zip(("low", "value", "high"), figures, strict=True):
        assert electricity["usd"][end] == pytest.approx(watts / 1000 * price, abs=5e-4)
        assert depreciation["usd"][end] == pytest.approx(bought / (years * 8766), abs=5e-4)


def test_every_shipped_rate_has_a_known_unit_and_grade() -> None:
    for entry in read_rates():
        assert entry.unit in UNITS
        assert entry.grade in GRADES
        assert entry.low_usd <= entry.usd <= entry.high_usd


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"usd": {"low": -1.0, "value": 2.0, "high": 3.0}}, "'low': -1.0"),
        ({"usd": {"low": 2.5, "value": 2.0, "high": 3.0}}, "a price must rise from low over value to high"),
        ({"usd": {"low": "a", "value": 2.0, "high": 3.0}}, "a price must hold numbers"),
        ({"usd": {"low": float("nan"), "value": 2.0, "high": 3.0}}, "a price must not be negative"),
        ({"usd": 2.0}, "a price must hold low, value and high; it is “2.0”"),
        ({"usd": ...}, "usd must be given, or price with its currency, and not both; it is “None”"),
        ({"source": ""}, "it must be given (source); it is “”"),
        ({"unit": "fortnight"}, "the unit must be that of its kind (compute: hour); it is “fortnight”"),
        ({"grade": "measured"}, "the grade must be a known one (quoted, modelled, assumed); it is “measured”"),
        ({"grade": "quoted"}, "a quoted rate needs checked_on, the day its source was opened; it is “None”"),
        ({"valid_from": date(2026, 6, 2)}, "the date lies in the future (valid_from); it is “2026-06-02”"),
        ({"valid_from": datetime(2026, 1, 1, 12)}, "it must be a date such as 2026-05-31 (valid_from)"),
        ({"valid_from": "soon"}, "it must be a date such as 2026-05-31 (valid_from); it is “soon”"),
        ({"prise": 3}, "these are known (key, kind, unit, usd"),
        ({"kind": "lorry"}, "the kind must be a known one (compute, gpu"),
        ({"kind": "storage"}, "the unit must be that of its kind (storage: gb_month); it is “hour”"),
        ({"currency": "XAU"}, "the currency must be a known one (USD, CNY, EUR); it is “XAU”"),
        ({"currency": "EUR"}, "usd is in US dollars; give price with another currency; it is “EUR”"),
        ({"price": {"low": 1, "value": 2, "high": 3}}, "and not both; it is “usd, price”"),
        ({"checked_on": date(2026, 5, 1)}, "an assumed rate has no checked_on"),
        ({"url": "https://example.org"}, "a URL stands only where it was opened"),
        ({"key": "k" * 81}, "it is too long (key, 80)"),
        (
            {"parts": [{"name": "a", "usd": {"low": 1.0, "value": 1.0, "high": 3.0}}]},
            "a price must be the sum of its parts",
        ),
        ({"parts": ["a"]}, "parts must be a list of name, usd and because"),
    ],
)
def test_a_fault_names_file_row_rule_and_value(tmp_path: Path, change: dict[str, object], said: str) -> None:
    message = fault(tmp_path, **change)
    assert message.startswith("some.yml, row 2: ")
    assert said in message


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "other.yml").write_text("a: [", encoding="utf-8")
    (tmp_path / "third.yml").write_text("a: 1", encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read_rates(written(tmp_path, GOOD | {"unit": "x"}, "no mapping"), today=TODAY)
    assert len(error.value.faults) == 4


def test_all_faults_of_one_row_are_said_together(tmp_path: Path) -> None:
    row = GOOD | {"unit": "x", "grade": "quoted", "valid_from": date(2027, 1, 1), "colour": "red"}
    with pytest.raises(ConfigError) as error:
        read_rates(written(tmp_path, row), today=TODAY)
    assert len(error.value.faults) == 4
    assert all(str(fault).startswith("some.yml, row 1: ") for fault in error.value.faults)


def test_a_price_in_another_currency_is_kept_as_quoted_and_changed_at_the_rate_of_its_day(tmp_path: Path) -> None:
    price = {"low": 90, "value": 100, "high": 110}
    row = {k: v for k, v in GOOD.items() if k != "usd"} | {"price": price, "currency": "CNY"}
    (entry,) = read_rates(written(tmp_path, row | {"valid_from": date(2026, 5, 31)}), today=TODAY)
    assert entry.quoted is not None and entry.currency == "CNY"
    # 31 May 2026 is a Sunday: the rate of Friday counts
    assert (entry.quoted["value"], entry.quoted["on"]) == ("100", "2026-05-29")
    assert entry.usd == pytest.approx(100 * Decimal(entry.quoted["usd_per_unit"]), rel=Decimal("1e-6"))
    assert entry.low_usd < entry.usd < entry.high_usd


def test_what_nobody_opened_a_source_for_is_assumed_and_says_so() -> None:
    for entry in read_rates():
        assert (entry.grade == "assumed") == (entry.checked_on is None)
        if entry.grade == "assumed":
            assert entry.source == MEMORY
            assert not entry.url


def test_the_same_row_has_the_same_fingerprint_and_a_changed_one_another(tmp_path: Path) -> None:
    same, again, other = read_rates(written(tmp_path, GOOD, GOOD, GOOD | {"note": "x"}), today=TODAY)
    assert same.fingerprint == again.fingerprint != other.fingerprint
