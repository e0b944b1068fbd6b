"""Tables of hires, grants and funding as they are typed, and the titles of saved scenarios."""

from datetime import UTC, datetime

import pytest

from dashboard.components.business.pairs import _frame, _in_words, _pairs
from dashboard.components.business.plan_form import _hires, _hires_frame, _money, _money_frame
from dashboard.components.business.scenarios import saved_title
from dashboard.components.business.words import pair_title
from engine import catalog
from engine.business.copula import Pair
from engine.business.scenario import Hire, Money, Scenario, check
from engine.entrypoints.actions.scenarios import Saved
from engine.errors import ConfigError, InputError

PLAN = Scenario(hires=(Hire(12, 5000.0, "sales"),), money=(Money(3, 20_000.0, 0.5, "grant", "city"),))


def test_what_is_shown_is_what_was_saved_and_empty_rows_are_left_out() -> None:
    import pandas as pd

    hires, money = _hires_frame(PLAN), _money_frame(PLAN)
    hires = pd.concat([hires, pd.DataFrame([[None] * 3], columns=hires.columns).astype(hires.dtypes)])
    assert tuple(_hires(hires)) == PLAN.hires
    assert tuple(_money(money)) == PLAN.money


def test_a_row_that_lacks_a_value_is_refused_with_its_column() -> None:
    frame = _hires_frame(PLAN)
    frame.iloc[0, 1] = None
    with pytest.raises(InputError, match="a value in the column “From month”"):
        _hires(frame)


def test_scenarios_of_one_name_and_day_have_titles_of_their_own() -> None:
    when = datetime(2026, 5, 1, tzinfo=UTC)
    first, second = (saved_title(Saved(key, "Plan", "Lin", when)) for key in ("0a1b2c3d", "9f8e7d6c"))
    assert first != second


def test_pairs_come_back_as_shown_and_what_cannot_hold_names_its_channel() -> None:
    first, second, price = "paid.conversion", "churn_per_month", "usage.price_usd_per_1k"
    pairs = (Pair(first, second, 0.9), Pair(second, price, 0.9))
    names = {key: pair_title(key) for key in (first, second, price)}
    assert tuple(_pairs(_frame(Scenario(pairs=pairs), names), {name: key for key, name in names.items()})) == pairs
    with pytest.raises(InputError, match="a value in the column “Another”"):
        frame = _frame(Scenario(pairs=pairs), names)
        frame.iloc[0, 1] = None
        _pairs(frame, {name: key for key, name in names.items()})
    with pytest.raises(ConfigError) as caught:
        check(Scenario(pairs=pairs), catalog.pricing_models())
    assert "“Advertising: Leads who begin” with “Churn a month” 0.9" in str(_in_words(caught.value.faults[0]))
