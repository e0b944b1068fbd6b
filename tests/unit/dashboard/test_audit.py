"""What the audit of a drawn page does not let pass."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.i18n import LANGUAGES
from tests.browser.audit import faults

BROKEN = """
from dashboard.components.errors import guarded
def draw():
    raise ZeroDivisionError("one part broke")
guarded(draw)()
"""


def look(*texts: str) -> dict[str, object]:
    """What a page without any other fault looks like."""
    return {"pale": [], "inked": 1, "texts": list(texts), "wide": 0, "traces": 0, "numbers": []}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_part_that_could_not_be_drawn_is_a_fault(language: str) -> None:
    test = AppTest.from_string(BROKEN)
    test.session_state["lang"] = language
    (said,) = test.run().error
    found = faults(look(said.value.split("**")[1]), language)
    assert [fault for fault in found if fault.startswith("not drawn: ")] == found != []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_without_fault_passes(language: str) -> None:
    assert faults(look("42"), language) == []


def test_a_class_of_somebodys_data_is_no_text_of_ours() -> None:
    page = look("positive", "No series yet")
    assert faults(page, "zh_CN", {"positive"}) == ["untranslated 'No series yet'"]
    assert len(faults(page, "zh_CN")) == 2
