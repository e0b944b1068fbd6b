"""The sum over the months; every figure worked out by hand from the formulas of docs/ownership.md."""

from dataclasses import replace

import pytest

from engine.costs.ownership.inputs import INPUTS, PARTS, Given, checked_input
from engine.costs.ownership.levers import Measured, levers
from engine.costs.ownership.model import API, kilograms, ownership
from engine.errors import InputError, UnknownName
from engine.interval import Interval, interval

VALUES = {
    "data_usd": 500.0,
    "labels": 2000.0,
    "label_usd": 0.05,
    "labels_per_retraining": 100.0,
    "training_usd": 0.25,
    "tries": 8.0,
    "retrainings_per_year": 4.0,
    "requests_per_month": 1_000_000.0,
    "growth_per_month": 0.0,
    "usd_per_hour": 0.10,
    "rate_rps": 10.0,
    "utilisation": 0.5,
    "api_usd_per_1k": 0.02,
    "storage_gb": 20.0,
    "storage_usd_gb_month": 0.023,
    "monitoring_hours": 5.0,
    "staff_hours": 10.0,
    "hour_usd": 60.0,
}
GIVEN = {name: Given(name, interval(value), "assumed", "a test") for name, value in VALUES.items()}


def parts(given: dict[str, Given], months: int, how: str = "own") -> dict[str, Interval | None]:
    return {part.part: part.usd for part in ownership(given, months, how).parts}


def test_every_part_by_hand() -> None:
    found = {name: usd and usd.value for name, usd in parts(GIVEN, 24).items()}
    assert found == pytest.approx(
        {
            "data": 500.0,
            "labelling": 140.0,  # 0.05 x (2,000 + 100 x 4 x 2)
            "training": 18.0,  # 0.25 x 8 x (1 + 8)
            "serving": 1752.0,  # one device x 24 x 730 x 0.10
            "storage": 11.04,  # 20 x 0.023 x 24
            "monitoring": 7200.0,  # 5 x 60 x 24
            "staff": 14_400.0,  # 10 x 60 x 24
        }
    )
    assert ownership(GIVEN, 24).known.value == pytest.approx(24_021.04)


def test_demand_grows_and_takes_more_devices() -> None:
    # 12 months doubling from 1,000,000: the sum is 1,000,000 x (2^12 - 1) = 4,095,000,000 requests.
    grown = GIVEN | {"growth_per_month": replace(GIVEN["growth_per_month"], figure=interval(1.0))}
    bought = parts(grown, 12, API)["serving"]
    assert bought is not None
    assert bought.value == pytest.approx(4_095_000_000 * 0.02 / 1000)
    # One device answers 13,140,000 a month: 1,1,1,1, ceil(16/13.14)=2, 3, 5, 10, 20, 39, 78, 156 devices.
    own = parts(grown, 12)["serving"]
    assert own is not None
    assert own.value == pytest.approx((4 + 2 + 3 + 5 + 10 + 20 + 39 + 78 + 156) * 73.0)


def test_an_empty_input_stays_empty_and_the_part_says_why() -> None:
    given = {name: one for name, one in GIVEN.items() if name not in ("labels", "hour_usd")}
    found = ownership(given, 12)
    unknown = {part.part: part.missing for part in found.parts if part.usd is None}
    assert unknown == {"labelling": ("labels",), "monitoring": ("hour_usd",), "staff": ("hour_usd",)}
    assert not found.whole
    assert found.known.value == pytest.approx(500 + 0.25 * 8 * 5 + 876 + 5.52)
    assert ownership({}, 12).grade is None
    assert ownership({}, 12).known == (0, 0, 0)


def test_the_ends_are_worst_with_worst_and_faster_is_cheaper() -> None:
    wide = GIVEN | {
        "rate_rps": replace(GIVEN["rate_rps"], figure=Interval(10.0, 5.0, 20.0)),
        "requests_per_month": replace(GIVEN["requests_per_month"], figure=Interval(10e6, 5e6, 20e6)),
    }
    serving = parts(wide, 12)["serving"]
    # Capacities 13.14, 6.57, 26.28 million: 1 device; at best 1; at worst ceil(20 / 6.57) = 4.
    assert serving == pytest.approx((876.0, 876.0, 3504.0))


def test_the_grade_is_the_weakest() -> None:
    better = {name: replace(one, grade="measured") for name, one in GIVEN.items()}
    assert ownership(better, 12).grade == "modelled"
    assert ownership(better | {"labels": GIVEN["labels"]}, 12).grade == "assumed"


def test_swings_are_one_input_at_its_ends_widest_first() -> None:
    wide = GIVEN | {
        "hour_usd": replace(GIVEN["hour_usd"], figure=Interval(60.0, 30.0, 100.0)),
        "labels": replace(GIVEN["labels"], figure=Interval(2000.0, 0.0, 4000.0)),
    }
    found = ownership(wide, 12).swings
    total = ownership(wide, 12).known.value
    assert [swing.name for swing in found] == ["hour_usd", "labels"]
    assert (found[0].at_low - total, found[0].at_high - total) == pytest.approx((-30 * 15 * 12, 40 * 15 * 12))
    assert (found[1].at_low - total, found[1].at_high - total) == pytest.approx((-100.0, 100.0))


@pytest.mark.parametrize("months", [0, 11, 37, -12])
def test_months_are_twelve_to_thirty_six(months: int) -> None:
    with pytest.raises(InputError, match=f"months must be 12 to 36, not {months}"):
        ownership(GIVEN, months)


@pytest.mark.parametrize(
    ("name", "figures", "message"),
    [
        ("requests_per_month", (0.0, None, None), "“Requests a month” must be above 0"),
        ("requests_per_month", (-3.0, None, None), "not -3"),
        ("utilisation", (1.2, None, None), "at most 1, not 1.2"),
        ("utilisation", (0.0, None, None), "must be above 0"),
        ("label_usd", (-0.1, None, None), "must be at least 0"),
        ("label_usd", (float("nan"), None, None), "not nan"),
        ("label_usd", (0.1, 0.2, None), "must lie between"),
        ("rate_rps", (5.0, 0.0, None), "must be above 0"),
    ],
)
def test_what_cannot_be_is_refused(name: str, figures: tuple[float, float | None, float | None], message: str) -> None:
    with pytest.raises(InputError, match=message):
        checked_input(name, *figures)


def test_an_unknown_input_lists_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="data_usd"):
        checked_input("nonsense", 1.0, None, None)
    assert checked_input("labels", 0.0, None, 5.0) == (0.0, 0.0, 5.0)


def test_carbon_of_the_months() -> None:
    # 12 x 1,000,000 requests at 0.001 kg per 1,000, and 8 x (1 + 4) runs of 0.5 kg.
    assert kilograms(GIVEN, 12, 0.001, 0.5) == pytest.approx(12.0 + 20.0)
    assert kilograms({}, 12, 0.001, 0.5) is None


def other(**changes: object) -> Measured:
    figures = {"training_usd": interval(0.05), "rate_rps": interval(10.0), "api_usd_per_1k": None}
    about = {"run": "r2", "label": "lora-1", "recipe": "lora", "difference": -0.004, "low": -0.009, "high": 0.001}
    return Measured(**(figures | about | {"verdict": "no_difference", "rows": 400} | changes))  # type: ignore[arg-type]


def test_a_lever_says_what_another_run_saves() -> None:
    (lever,) = levers(GIVEN, 24, "own", [other()])
    assert lever.saved_usd == pytest.approx(0.20 * 8 * 9)
    assert levers(GIVEN, 24, "own", [other(training_usd=interval(0.5))]) == []


def test_a_lever_may_be_to_buy() -> None:
    # 24 x 1,000 x 0.02 USD instead of 1,752 USD for the device; nothing is trained.
    (lever,) = levers(
        GIVEN, 24, "own", [other(rate_rps=None, api_usd_per_1k=interval(0.02), training_usd=interval(0.0))]
    )
    assert (lever.served_by, lever.saved_usd) == ("api", pytest.approx(1752 - 480 + 18))


def test_a_run_that_cannot_be_served_is_no_lever() -> None:
    assert levers(GIVEN, 24, "own", [other(rate_rps=None)]) == []


def test_every_input_belongs_to_a_part() -> None:
    from engine.costs.ownership.model import BOUGHT, NEEDS

    assert set(INPUTS) == {name for names in NEEDS.values() for name in names} | set(BOUGHT)
    assert tuple(NEEDS) == PARTS
