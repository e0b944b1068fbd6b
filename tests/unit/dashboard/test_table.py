"""Tables on a phone: which columns stay, and how rows stand one below the other."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components import table
from dashboard.components.table import NOTHING, stacked

WIDE = {
    "Idea": ["[One](/one)", "Two"],
    "Quality": ["91%", "87%"],
    "Cost\u00a0a month": ["$1", ""],
    "Owner": ["Lin", "Ada"],
}


def test_a_row_stands_under_its_name_with_each_heading_beside_its_cell() -> None:
    left, right = stacked(WIDE).values()
    assert left == ["**[One](/one)**", ":small[:gray[Quality]]", ":small[:gray[Cost a month]]", ":small[:gray[Owner]]",
                    "**Two**", ":small[:gray[Quality]]", ":small[:gray[Owner]]"]  # fmt: skip
    assert right == ["", "91%", "$1", "Lin", "", "87%", "Ada"]


def test_headings_of_groups_stay_and_rows_in_which_nothing_lies_go() -> None:
    columns = {" ": [":small[GROUP]", "**likely**", "**rare**"], "**[One](/one)**": ["", "a risk", NOTHING]}
    left, right = stacked(columns).values()
    assert left == [":small[GROUP]", "**likely**", ":small[:gray[One]]"]
    assert right == ["", "", "a risk"]


def _draw() -> None:
    from dashboard.components.table import words_table
    from tests.unit.dashboard.test_table import WIDE

    words_table(WIDE, deciding=(0, 1))


@pytest.mark.parametrize(("phone", "shown"), [(False, [list(WIDE)]), (True, [["Idea", "Quality"], ["", " "]])])
def test_a_phone_shows_what_decides_and_the_rest_behind_a_detail(
    phone: bool, shown: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "on_phone", lambda: phone)
    test = AppTest.from_function(_draw).run()
    assert [list(each.value.columns) for each in test.table] == shown
    assert [each.label for each in test.expander] == ["More\\: Cost a month, Owner"] * phone
