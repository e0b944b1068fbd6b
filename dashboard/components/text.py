"""Plain text made safe for Streamlit's Markdown, and links between pages."""

import re
from collections.abc import Iterable
from urllib.parse import urlencode

from dashboard.i18n import STATE_KEY, language, translate
from engine.wording.samples import idea_name

PAGES_KEY = "pages"
"""Where `app.py` keeps the session's st.Page of every page."""
ROOMY = 28
"""Narrow characters, about 130 px of a table's head."""
_INSIDE_DATE = re.compile(r"(?<=\d)(\\?-)(?=\d\d(?!\d))")
_SPACES = re.compile(r"[ \t\r\n\f\v]+")  # A no-break space stays.
_INSIDE_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff，、（）])|(?<=[，、（）])(?=[\u4e00-\u9fff])")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-!|<>~$:&^.=])")


def plain(text: object, limit: int | None = None) -> str:
    """Text that people wrote, so that Markdown shows it letter for letter; longer than `limit` ends in …

    Dates in it stay on one line.
    """
    written = _SPACES.sub(" ", str(text)).strip(" ")
    if limit is not None and len(written) > limit:
        written = written[: limit - 1].rstrip() + "…"
    return whole_dates(_SPECIAL.sub(r"\\\1", written))


def one_line(text: str) -> str:
    """The text without a place to break at, for table cells that scroll sideways on a phone instead."""
    return unbroken(text).replace(" ", "\u00a0")


def roomy(title: str) -> str:
    """A heading of a column of sentences: wide enough for three words of them on a phone, where the table scrolls."""
    return one_line(title) + "\u00a0" * max(0, ROOMY - sum(1 if c.isascii() else 2 for c in title))


def unbroken(text: str) -> str:
    """The text with its Chinese words kept whole, which a narrow table column would break after any character."""
    return _INSIDE_CHINESE.sub("\u2060", text)


def whole_dates(text: str) -> str:
    """The text with dates such as 2026-11-03 that never break at a hyphen. Not for addresses."""
    return _INSIDE_DATE.sub("\\1\u2060", text)


def ended(text: str) -> str:
    """A remark as a sentence: with a capital letter and a full stop; empty stays empty."""
    stop = "。" if language() == "zh_CN" else "."
    return f"{text[:1].upper()}{text[1:]}{stop}" if text else ""


def sentences(*parts: str) -> str:
    """Sentences in a row; empty ones are left out. Between Chinese ones stands a hair space, which Markdown needs
    to end bold text after a full stop.
    """
    return ("\u200a" if language() == "zh_CN" else " ").join(part for part in parts if part)


def listed(parts: Iterable[str]) -> str:
    """Words in a row, with the mark between them that the reader's language has; empty ones are left out."""
    return ("、" if language() == "zh_CN" else ", ").join(part for part in parts if part)


def all_of(parts: Iterable[str]) -> str:
    """Words in a row of which none may be missing: a name, a reason and your name; empty without any."""
    *others, last = [*parts] or [""]
    return translate("{first} and {last}", first=listed(others), last=last) if others else last


def url(page: str, **params: object) -> str:
    """Address of a page with its parameters; keeps the chosen language. None values are left out."""
    import streamlit as st

    from dashboard.page import start_page

    given = {name: str(value) for name, value in params.items() if value is not None}
    chosen = st.query_params.get(STATE_KEY)
    if chosen:
        given[STATE_KEY] = chosen
    path = "/" if page == start_page() else f"/{page}"
    return f"{path}?{urlencode(given)}" if given else path


def link(label: str, page: str, **params: object) -> str:
    """A Markdown link to a page; the label is plain text, the name of an untouched sample in the reader's language."""
    shown = idea_name(str(params.get("idea", "")), label)
    return f"[{plain(shown)}]({url(page, **params)})"


def go(page: str, **params: object) -> None:
    """Leave for another page of this session; ends the run of this one."""
    import streamlit as st

    given = {name: str(value) for name, value in params.items() if value is not None}
    st.switch_page(st.session_state[PAGES_KEY][page], query_params=given)


def note(text: str) -> str:
    """Markdown of a small grey note; the text is Markdown itself."""
    return f":small[:gray[{text}]]"
