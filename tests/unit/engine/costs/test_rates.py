"""Rate files: what is shipped, and what a fault says."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from engine.costs.rates import FOLDER, UNITS, read_rates
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
    (only,) = error.value.faults
    return str(only)


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
        ({"usd": {"low": 2.5, "value": 2.0, "high": 3.0}}, "usd must rise from low over value to high"),
        ({"usd": {"low": "a", "value": 2.0, "high": 3.0}}, "usd must hold numbers"),
        ({"usd": {"low": float("nan"), "value": 2.0, "high": 3.0}}, "usd must not be negative"),
        ({"usd": 2.0}, "usd must hold low, value and high; it is “2.0”"),
        ({"usd": ...}, "usd must be given; it is “None”"),
        ({"source": ""}, "source must be given; it is “”"),
        ({"unit": "fortnight"}, "unit must be one of hour; it is “fortnight”"),
        ({"grade": "measured"}, "grade must be one of quoted, modelled, assumed; it is “measured”"),
        ({"grade": "quoted"}, "a quoted rate needs checked_on; it is “None”"),
        ({"valid_from": date(2026, 6, 2)}, "not in the future; it is “2026-06-02”"),
        ({"valid_from": datetime(2026, 1, 1, 12)}, "valid_from must be a date"),
        ({"valid_from": "soon"}, "valid_from must be a date and not in the future; it is “soon”"),
        ({"price": 3}, "are known; it is “price”"),
        (
            {"parts": [{"name": "a", "usd": {"low": 1.0, "value": 1.0, "high": 3.0}}]},
            "usd must be the sum of its parts",
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


def test_the_same_row_has_the_same_fingerprint_and_a_changed_one_another(tmp_path: Path) -> None:
    same, again, other = read_rates(written(tmp_path, GOOD, GOOD, GOOD | {"note": "x"}), today=TODAY)
    assert same.fingerprint == again.fingerprint != other.fingerprint
