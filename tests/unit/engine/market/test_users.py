"""What users do, by hand on small tables; formulas of Wilson and Kaplan-Meier with Greenwood."""

import math
from pathlib import Path

import pytest

from engine.errors import DataError, InputError, UnknownName
from engine.evaluation.proportions import wilson
from engine.market.events import Events, propose_event_columns, read_events
from engine.market.users import behaviour, propose_steps

FUNNEL = """user,time,kind
a,2026-01-03,visit
a,2026-01-04,sign up
a,2026-01-05,buy
b,2026-01-06,visit
b,2026-02-06,sign up
c,2026-02-01,visit
c,2026-01-01,buy
d,2026-02-02,visit
"""


def events(folder: Path, text: str, **named: str) -> Events:
    path = folder / "events.csv"
    path.write_text(text, encoding="utf-8")
    return read_events(path, named.get("user", "user"), named.get("time", "time"), named.get("kind"))


def monthly(folder: Path, *histories: str) -> Events:
    """Users by the months of 2026 that they came in: "1 2 4" is January, February, April."""
    lines = [f"u{i},2026-{int(month):02d}-28" for i, history in enumerate(histories) for month in history.split()]
    return events(folder, "user,time\n" + "\n".join(lines))


def test_a_funnel_counts_steps_in_their_order(tmp_path: Path) -> None:
    found = behaviour(events(tmp_path, FUNNEL, kind="kind"), ["visit", "sign up", "buy"])["funnel"]
    assert [step["users"] for step in found] == [4, 2, 1]  # c bought before the visit: not this way
    share = wilson(1, 4)
    assert found[2]["of_first"] == {"value": 0.25, "low": share.low, "high": share.high}
    assert found[2]["of_previous"]["value"] == 0.5


def test_a_funnel_is_proposed_by_users(tmp_path: Path) -> None:
    assert propose_steps(events(tmp_path, FUNNEL, kind="kind")) == ["visit", "buy", "sign up"]
    assert behaviour(events(tmp_path, FUNNEL))["funnel"] == []


def test_churn_is_lost_users_over_user_months(tmp_path: Path) -> None:
    """Ends in June (February has 28 days, June's last event on the 28th: May is the last whole month); with one silent
    month, April is the last that can be judged: a lost after January, b after March, c still there.
    User-months: a 1, b 3, c 4."""
    found = behaviour(monthly(tmp_path, "1", "1 3", "1 2 5 6"), silent_months=1)["churn"]
    assert (found["lost"], found["user_months"], found["until"]) == (2, 8, "2026-04")
    share = wilson(2, 8)
    assert (found["value"], found["low"], found["high"]) == (0.25, share.low, share.high)


def test_survival_is_kaplan_meier_with_greenwood(tmp_path: Path) -> None:
    """The table above: at risk 3, 2, 2, 1; lost 1, 0, 1, 0. S = 2/3, 2/3, 1/3, 1/3.

    Greenwood's sum after month 1 is 1 / (3 x 2); on the log-log scale S ^ exp(-+ 1.96 sqrt(sum) / |log S|).
    """
    found = behaviour(monthly(tmp_path, "1", "1 3", "1 2 5 6"), silent_months=1)["survival"]
    assert [row["at_risk"] for row in found] == [3, 3, 2, 2, 1]
    assert [row["value"] for row in found] == pytest.approx([1, 2 / 3, 2 / 3, 1 / 3, 1 / 3])
    half = 1.959963984540054 * math.sqrt(1 / 6) / abs(math.log(2 / 3))
    assert (found[1]["low"], found[1]["high"]) == pytest.approx(((2 / 3) ** math.exp(half), (2 / 3) ** math.exp(-half)))


def test_cohorts_are_by_first_month_and_leave_out_the_unfinished_one(tmp_path: Path) -> None:
    found = behaviour(monthly(tmp_path, "1 2", "1 3", "3 4", "4"))["cohorts"]
    assert [(row["month"], row["users"]) for row in found] == [("2026-01", 2), ("2026-03", 1)]
    assert [cell["users"] for cell in found[0]["active"]] == [2, 1, 1]
    assert found[0]["active"][1]["low"] == wilson(1, 2).low


def test_frequency_says_who_came_again(tmp_path: Path) -> None:
    found = behaviour(monthly(tmp_path, "1 2 3", "1"))["frequency"]
    assert (found["events_per_user"], found["median_events"], found["came_again"]["value"]) == (2, 2, 0.5)
    assert found["median_days_between"] == pytest.approx((31 + 28) / 2)


def test_too_short_a_file_has_no_churn(tmp_path: Path) -> None:
    found = behaviour(monthly(tmp_path, "1 2", "1"))
    assert found["churn"] is None and found["survival"] == []


@pytest.mark.parametrize(
    "time",
    [
        "2026-03-01",
        "2026-03-01T00:00:00",
        "2026-03-01 00:00:00+00:00",
        "20260301",
        "2026/03/01",
        "1772323200",
        "1772323200000",
        "01.03.2026",
    ],
)
def test_times_are_read_in_the_ways_people_write_them(tmp_path: Path, time: str) -> None:
    assert events(tmp_path, f"user,time\na,{time}\n").seconds.tolist() == [1772323200.0]


def test_a_day_that_may_be_a_month_is_refused_and_a_clear_one_is_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="day or month first"):
        events(tmp_path, "user,time\na,03/04/2026\n")
    assert events(tmp_path, "user,time\na,25/02/2026\nb,03/01/2026\n").seconds.tolist() == [1771977600.0, 1767398400.0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("user,time\na,yesterday\n", "“yesterday” in “time” is no time"),
        ("user,time\na,2026-01-01\nb,2026-02-31\n", "line 3: “2026-02-31”"),
        ("user,time\na,1850-01-01\n", "outside 1970"),
        ("user,time\na,2999-01-01\n", "outside 1970"),
        ("user,time\n,2026-01-01\n", "empty in every row"),
        ("when,time\na,2026-01-01\n", "no column “user”"),
    ],
)
def test_nonsense_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        events(tmp_path, text)


def test_events_without_a_user_are_left_out_and_counted(tmp_path: Path) -> None:
    found = events(tmp_path, "user,time\na,2026-01-01\n,2026-01-02\n")
    assert (found.rows, found.without_user, found.user_count) == (2, 1, 1)


def test_steps_that_cannot_be_are_refused(tmp_path: Path) -> None:
    found = events(tmp_path, FUNNEL, kind="kind")
    with pytest.raises(UnknownName, match="sign up"):
        behaviour(found, ["visit", "leave"])
    with pytest.raises(InputError, match="two to 8"):
        behaviour(found, ["visit", "visit"])
    with pytest.raises(InputError, match="silent"):
        behaviour(found, silent_months=0)


def test_columns_are_proposed_by_name() -> None:
    assert propose_event_columns(["Customer ID", "Date", "n"]) == {"user": "Customer ID", "time": "Date", "kind": None}


def test_the_real_purchases_are_all_read() -> None:
    """CDNOW: 69,659 purchases of 23,570 customers, January 1997 to June 1998; half bought once (Fader & Hardie)."""
    from engine.data.carriers import locate
    from engine.market.sample_events import SAMPLE, sample_csv

    lines = sample_csv(locate(SAMPLE.carrier).path).decode().splitlines()
    assert len(lines) - 1 == 69_659
    assert len({line.split(",")[0] for line in lines[1:]}) == 23_570
    assert (min(line[6:] for line in lines[1:]), max(line[6:] for line in lines[1:])) == ("1997-01-01", "1998-06-30")
