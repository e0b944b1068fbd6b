"""What every page owes: it draws on an empty and on a filled database, in both languages, without a fault."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.i18n import LANGUAGES
from dashboard.page import SECTIONS, pages, start_page
from db.session import get_bind
from tests.house import Filled, furnish
from tests.postgresql import Cluster

SECONDS = 120


@pytest.fixture(scope="module")
def filled_on_postgresql(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Iterator[Filled]:
    """The same on a PostgreSQL server."""
    home = furnish(tmp_path_factory.mktemp("filled_on_postgresql"), cluster.clone())
    yield home
    get_bind(home.url).dispose()


@pytest.fixture
def at_home(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> Filled:
    """The filled home, for one test."""
    return enter(filled, monkeypatch)


def enter(home: Filled, monkeypatch: pytest.MonkeyPatch) -> Filled:
    """Let the environment name a home."""
    monkeypatch.setenv("DATABASE_URL", home.url)
    monkeypatch.setenv("PROSPECTUS_HOME", str(home.home))
    monkeypatch.setenv("PROSPECTUS_SERVER_PORT", "1")
    return home


SCRIPT = """
from dashboard.components.errors import guarded
from dashboard.page import pages
draw = pages()[{page!r}].render
(guarded(draw) if {guard} else draw)()
"""


def draw(page: str, language: str, *, guard: bool = False, **address: str) -> AppTest:
    """Run one page, with or without the guard that app.py puts around it."""
    test = AppTest.from_string(SCRIPT.format(page=page, guard=guard), default_timeout=SECONDS)
    test.session_state["lang"] = language
    for name, value in address.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception, [fault.value for fault in test.exception]
    return test


@pytest.mark.parametrize("page", pages())
@pytest.mark.sqlite_only
def test_it_draws_on_an_empty_database(page: str, database: str) -> None:
    test = draw(page, "zh_CN")
    assert len(test.title) == 1
    assert not test.error
    assert test.button or test.get("link_button") or test.get("file_uploader"), "an empty state offers the next step"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", pages())
def test_it_draws_on_a_filled_database(page: str, language: str, at_home: Filled) -> None:
    """In English as its bare address shows it, in the other languages what an address names."""
    test = draw(page, language, **({} if language == "en" else {"idea": at_home.slug, "set": str(at_home.dataset_id)}))
    assert len(test.title) == 1
    assert test.title[0].value.endswith("？" if language == "zh_CN" else "?")
    assert not test.error, [fault.value for fault in test.error]
    assert test.markdown, "the answer stands under the question"
    assert not [text.value for text in test.markdown if re.search(r"\{[a-z_]+\}", text.value)], "an unfilled template"


@pytest.mark.parametrize("page", pages())
def test_it_draws_on_a_filled_postgresql(
    page: str, filled_on_postgresql: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = enter(filled_on_postgresql, monkeypatch)
    test = draw(page, "en", idea=home.slug, set=str(home.dataset_id))
    assert not test.error, [fault.value for fault in test.error]
    assert test.markdown


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_draws_in_every_state(place: int, language: str, at_home: Filled) -> None:
    test = draw("runs", language, run=at_home.runs[place])
    assert not test.error
    assert at_home.runs[place][:4] in test.title[0].value


@pytest.mark.parametrize(
    ("page", "name"), [("runs", "run"), ("data", "set"), ("runs", "idea"), ("demos", "idea"), ("product", "idea")]
)
def test_an_address_that_names_nothing_is_said_and_not_guessed(page: str, name: str, at_home: Filled) -> None:
    test = draw(page, "en", guard=True, **{name: "nonsense"})
    said = [fault.value for fault in (*test.error, *test.info)] + [text.value for text in test.markdown]
    assert any("nonsense" in text or "No run" in text or "no finished run" in text for text in said)


def test_the_start_page_is_the_portfolio() -> None:
    assert start_page() == "portfolio"


def test_pages_stand_in_known_sections_and_under_their_own_address() -> None:
    for name, page in pages().items():
        assert page.section in SECTIONS
        assert name.isidentifier()
        assert page.icon.startswith(":material/")


def test_the_documentation_names_every_page() -> None:
    text = (Path(__file__).parents[2] / "docs" / "pages.md").read_text()
    missing = [name for name in pages() if f"`{name}`" not in text]
    assert not missing


def test_a_page_is_short() -> None:
    folder = Path(__file__).parents[2] / "dashboard" / "app_pages"
    long = {path.name: length for path in folder.glob("*.py") if (length := len(path.read_text().splitlines())) > 120}
    assert not long


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_of_the_home_holds_each_figure_that_it_names(language: str, at_home: Filled) -> None:
    from dashboard.i18n import speaking
    from dashboard.store import reports
    from engine.portfolio.founder import Founder
    from engine.reports.document import Amount
    from engine.reports.writing import figure, interval
    from tests.documents import DRAWN, read_page, read_sheets

    made = reports.memo(at_home.slug), reports.memo(at_home.bare_slug), reports.portfolio_report(Founder(200_000, 18))
    for report in made:
        page = read_page(reports.report_bytes(report, ".html", language).decode())
        assert {link[1:] for link in page.links} <= page.ids
        assert all(chart & DRAWN or "empty" in chart for chart in page.figures) and page.figures
        with speaking(language):
            lacking = [e.ref for e in report.entries if figure(e.amount) not in page.text or e.ref not in page.ids]
            assert not lacking
            assert all(interval(e.amount) in page.text for e in report.entries)
        assert not re.search(r"\{[a-z_]+\}", page.text), "an unfilled template"
        rows = list(read_sheets(reports.report_bytes(report, ".xlsx", language)).values())[-1][1:]
        assert [row[0] for row in rows] == [e.ref for e in report.entries]
        assert [row[4] for row in rows] == pytest.approx([e.amount.value for e in report.entries], rel=1e-15)
    memo = made[0]
    assert {e.key for e in memo.entries} >= {"quality.f1_macro", "economics.price_per_1k_usd"}
    assert all(isinstance(e.amount, Amount) and e.amount.grade for e in memo.entries)
    assert made[1].entries == ()
