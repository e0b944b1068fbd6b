"""Every page in two views that differ in theme, language and width, through the eyes of `tests.browser.capture`.

`make screens` looks at all eight of each.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from dashboard.page import start_page
from db.session import get_bind
from tests.browser.capture import CHROMIUM_ARGS, chromium, every_address, look_at, served, two_views
from tests.house import Filled, furnish

pytestmark = pytest.mark.browser
BESIDES = ("product?idea={house.bare_slug}", "runs?run={house.runs[0]}")
"""Addresses that show a page differently from its bare one."""
SETTLE_MS = 500


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[tuple[str, Filled]]:
    """A served dashboard over a filled home."""
    folder = tmp_path_factory.mktemp("house")
    home = furnish(folder, f"sqlite:///{shutil.copy(migrated_file, folder / 'prospectus.db')}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", home.url)
        patch.setenv("PROSPECTUS_HOME", str(home.home))
        with served() as url:
            yield url, home
    get_bind(home.url).dispose()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Started once: to start it takes as long as to look at a page."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGS)
        yield started
        started.close()


@pytest.mark.parametrize(("place", "address"), list(enumerate([*every_address(), *BESIDES])))
def test_a_page_is_fit_to_be_seen(
    house: tuple[str, Filled], browser: Browser, place: int, address: str, tmp_path: Path
) -> None:
    url, home = house
    views = two_views(address.format(house=home), place)
    looks = {view: look_at(browser, url, view, tmp_path, SETTLE_MS) for view in views}
    assert len(looks) == 2
    assert {view.name: found for view, found in looks.items() if found} == {}
    assert len(list(tmp_path.glob("*.png"))) == 2 * len(looks)


def test_the_start_page_answers_to_its_name_too(house: tuple[str, Filled], browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{house[0]}/{start_page()}")
    expect(page.locator("h1")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url.removeprefix(house[0]) in ("", "/")
    page.close()
