"""What a page is, and the sections that pages stand in."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from engine.errors import N_
from engine.registry import DiscoveryError, discover

SECTIONS = (N_("Decide"), N_("Market"), N_("Money"), N_("Build"), N_("Try"), N_("Ship"), N_("Admin"))
"""In the order of the sidebar; a section without pages is not shown."""


@dataclass(frozen=True, slots=True)
class Page:
    """One screen. `name` is its address, `title` and `section` are catalogue keys."""

    name: str
    title: str
    icon: str
    """A Material icon, `:material/...:`."""
    section: str
    """One of `SECTIONS`."""
    order: int
    """Place within the section; the first page of the first section is the start page."""
    render: Callable[[], None]


@cache
def pages() -> dict[str, Page]:
    """Every page by name, in the order of the sidebar.

    Raises DiscoveryError for a page file without a PAGE, a name used twice or an unknown section.
    """
    found = discover("dashboard.app_pages", "PAGE", Page)
    for page in found.values():
        if page.section not in SECTIONS:
            raise DiscoveryError(f"Page {page.name!r} names the section {page.section!r}; known: {', '.join(SECTIONS)}")
    return dict(sorted(found.items(), key=lambda item: (SECTIONS.index(item[1].section), item[1].order)))


def start_page() -> str:
    """Name of the page that `/` shows."""
    return next(iter(pages()))
