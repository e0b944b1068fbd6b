"""What the supervisor tells the dashboard, and what a page then says of the samples."""

from collections.abc import Iterator

import pytest

from dashboard import __main__ as supervisor
from dashboard import ready, web
from tests.contracts.test_pages import draw


@pytest.fixture
def samples_coming() -> Iterator[None]:
    """The supervisor has said that it puts in the sample portfolio."""
    ready.samples_begin()
    yield
    ready.samples_end()


def test_the_dashboard_knows_every_line_that_the_supervisor_says() -> None:
    said = (supervisor.GO, supervisor.SAMPLES_BEGIN, supervisor.SAMPLES_END)
    assert {line.decode().strip() for line in said} == set(web.HEARD)


@pytest.mark.usefixtures("database", "samples_coming")
@pytest.mark.sqlite_only
@pytest.mark.parametrize("page", ["portfolio", "runs"])
def test_what_is_about_to_come_is_not_said_to_be_missing(page: str) -> None:
    test = draw(page, "en")
    said = [text.value for text in (*test.markdown, *test.subheader)]
    assert any("The sample portfolio is being put in" in text for text in said)
    assert not any(text.value.startswith("No ") for text in test.subheader)


@pytest.mark.usefixtures("database")
@pytest.mark.sqlite_only
def test_without_samples_the_start_page_offers_to_write_an_idea_down() -> None:
    assert [text.value for text in draw("portfolio", "en").subheader] == ["No ideas yet"]
