"""Every page in two views that differ in theme, language and width, through the eyes of `tests.browser.capture`.

`make screens` looks at all eight of each.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from dashboard.page import start_page
from tests.browser.capture import CHROMIUM_ARGS, Eyes, chromium, every_address, served, two_views
from tests.house import Filled

pytestmark = pytest.mark.browser
BESIDES = ("product?idea={house.bare_slug}", "runs?run={house.runs[0]}")
"""Addresses that show a page differently from its bare one."""
SETTLE_MS = 300


@pytest.fixture(scope="module")
def house(filled: Filled) -> Iterator[tuple[str, Filled]]:
    """A served dashboard over a filled home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", filled.url)
        patch.setenv("PROSPECTUS_HOME", str(filled.home))
        with served() as url:
            yield url, filled


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Started once: to start it takes as long as to look at a page."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def eyes(browser: Browser) -> Eyes:
    """They keep what they have loaded; `test_light` loads every page by its address."""
    return Eyes(browser, walks=True)


@pytest.mark.parametrize(("place", "address"), list(enumerate([*every_address(), *BESIDES])))
def test_a_page_is_fit_to_be_seen(house: tuple[str, Filled], eyes: Eyes, place: int, address: str) -> None:
    url, home = house
    views = two_views(address.format(house=home), place)
    looks = {view: eyes.look_at(url, view, settle_ms=SETTLE_MS) for view in views}
    assert len(looks) == 2
    assert {view.name: found for view, found in looks.items() if found} == {}


def test_the_start_page_answers_to_its_name_too(house: tuple[str, Filled], browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{house[0]}/{start_page()}")
    expect(page.locator("h1")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url.removeprefix(house[0]) in ("", "/")
    page.close()
