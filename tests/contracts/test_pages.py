"""What every page owes: it draws on an empty and on a filled database, in both languages, without a fault."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.i18n import LANGUAGES
from dashboard.page import SECTIONS, pages, start_page
from db.session import get_bind
from tests.reviews import write_reviews

SECONDS = 30


@dataclass(frozen=True)
class Filled:
    """A home with an idea, data, two finished runs (one adopted), a stopped and a queued one."""

    url: str
    home: Path
    slug: str
    dataset_id: int
    runs: tuple[str, ...]
    """Adopted, finished, stopped, queued."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Filled]:
    """Made once, through the same verbs as in earnest, with a real worker and its children."""
    from engine.entrypoints import actions
    from engine.entrypoints.worker import Worker

    folder = tmp_path_factory.mktemp("filled")
    shutil.copy(migrated_file, folder / "prospectus.db")
    url = f"sqlite:///{folder / 'prospectus.db'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        patch.setenv("PROSPECTUS_HOME", str(folder / "home"))
        price = {"economics.price_per_1k_usd": (0.5, 0.3, 0.8, "a guess")}
        bar = ("quality.f1_macro", 0.6, 100.0)
        slug = actions.add_idea(
            "Parcel *insight* <b>", "Lin", "post", "Shops", "They read too late", *bar, price, "Lin"
        )
        data, _ = actions.import_data(write_reviews(folder / "reviews.csv"), "text", "label", "Parcel reviews", "CC0")
        given = (slug, data.id, "text_classification", "baseline")
        done = [actions.queue_run(*given, {"analyzer": kind}) for kind in ("word", "char")]
        Worker(threads=1, only=done).run(until=lambda: not _waiting(url, done))
        stopped, queued = actions.queue_run(*given), actions.queue_run(*given, {}, 7, 0.01)
        actions.stop_run(stopped)
        actions.adopt_run(slug, done[0], "Lin")
        actions.decide(slug, "hold", "The price is a guess.", "Lin")
    yield Filled(url, folder / "home", slug, data.id, (*done, stopped, queued))
    get_bind(url).dispose()


def _waiting(url: str, runs: list[str]) -> bool:
    from db.runs import runs_in_state
    from db.session import session_scope

    with session_scope(url) as session:
        return any(run.id in runs for run in runs_in_state(session, ("queued", "running")))


@pytest.fixture
def at_home(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> Filled:
    """The filled home, for one test."""
    monkeypatch.setenv("DATABASE_URL", filled.url)
    monkeypatch.setenv("PROSPECTUS_HOME", str(filled.home))
    monkeypatch.setenv("PROSPECTUS_SERVER_PORT", "1")
    return filled


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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", pages())
def test_it_draws_on_an_empty_database(page: str, language: str, database: str) -> None:
    test = draw(page, language)
    assert len(test.title) == 1
    assert not test.error
    assert test.button or test.get("link_button") or test.get("file_uploader"), "an empty state offers the next step"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", pages())
def test_it_draws_on_a_filled_database(page: str, language: str, at_home: Filled) -> None:
    test = draw(page, language)
    assert len(test.title) == 1
    assert not test.error, [fault.value for fault in test.error]
    assert test.markdown, "the answer stands under the question"
    assert not [text.value for text in test.markdown if re.search(r"\{[a-z_]+\}", text.value)], "an unfilled template"


@pytest.mark.parametrize("page", pages())
def test_it_draws_what_the_address_names(page: str, at_home: Filled) -> None:
    test = draw(page, "en", idea=at_home.slug, set=str(at_home.dataset_id))
    assert not test.error, [fault.value for fault in test.error]


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


@pytest.mark.parametrize("page", pages())
def test_its_title_asks_a_question_in_both_languages(page: str, at_home: Filled) -> None:
    asked = {language: draw(page, language).title[0].value for language in LANGUAGES}
    assert asked["en"].endswith("?")
    assert asked["zh_CN"].endswith(("？", "?"))
    assert asked["en"] != asked["zh_CN"]


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
