"""Words in the reader's language: gettext catalogues kept as text, read once a language.

Whoever writes for a reader uses it: the dashboard, which says how to learn the reader's language (`read_by`), and
what is written to be handed on (`with speaking("zh_CN"): ...`).
"""

import contextlib
import gettext
import io
import re
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = {"en": "English", "zh_CN": "简体中文"}
LOCALES = Path(__file__).parents[2] / "dashboard" / "locales"
SOURCE = "en"
"""The language that the texts are written in."""
DOMAIN = "prospectus"
_CHINESE = r"[\u4e00-\u9fff]"
_BEFORE = re.compile(rf"(?<={_CHINESE})( ?)(?=\{{(\w+)\}})")
_AFTER = re.compile(rf"\{{(\w+)\}}( ?)(?={_CHINESE})")
_forced: ContextVar[str | None] = ContextVar("language", default=None)
_readers: list[Callable[[], str]] = [lambda: SOURCE]


def read_by(language_of_reader: Callable[[], str]) -> None:
    """Say how the language of whoever reads is learned; English until then."""
    _readers[:] = [language_of_reader]


def language() -> str:
    """The reader's language, a key of `LANGUAGES`."""
    return _forced.get() or _readers[0]()


@contextlib.contextmanager
def speaking(name: str) -> Iterator[None]:
    """Write everything inside in one language, whoever reads."""
    token = _forced.set(name)
    try:
        yield
    finally:
        _forced.reset(token)


def _(message: str) -> str:
    """The text in the reader's language."""
    return _translations(language()).gettext(message) if message else ""


def _n(singular: str, plural: str, count: int) -> str:
    """The text in the reader's language and in the number that fits `count`; placeholders stay."""
    return _translations(language()).ngettext(singular, plural, count)


def translate(template: str, **values: Any) -> str:
    """A template in the reader's language with its values put in.

    In Chinese a space stands between Chinese words and a value that is Latin at that end, and none before one that is
    Chinese there, whatever the template has.
    """
    said = _(template)
    if not values:
        return said
    if language() == "zh_CN":
        said = _BEFORE.sub(lambda place: _space(place[1], values.get(place[2]), 0), said)
        said = _AFTER.sub(lambda place: f"{{{place[1]}}}{_space(place[2], values.get(place[1]), -1)}", said)
    return said.format(**values)


def _space(given: str, value: Any, end: int) -> str:
    """What stands between Chinese words and this end of a value; `given` is what the template has."""
    letter = str(value)[end] if str(value) else ""
    if letter.isascii() and letter.isalnum():
        return " "
    return "" if re.match(_CHINESE, letter) else given


def catalogue_path(name: str) -> Path:
    """Where a language's catalogue is kept."""
    return LOCALES / name / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def _translations(name: str) -> gettext.NullTranslations:
    if name == SOURCE:
        return gettext.NullTranslations()  # the texts are their own translations
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    path = catalogue_path(name)
    if not path.exists():
        raise FileNotFoundError(f"the language {name!r} has no catalogue at {path}")
    with path.open("rb") as file:
        catalogue = read_po(file, locale=name)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
