"""What a computed figure's note says, in the reader's language.

Notes are stored as they read in English. Those that a program wrote are recognised by their templates here, which the
programs write them with; what people typed stays letter for letter.
"""

import re
from functools import cache

from engine.errors import N_
from engine.wording import _, translate

AHEAD = N_("{series}: {points} of {all} points ahead, from {day}")
FORECAST = N_("forecast {id}: {method}")
RATIO = N_("bottom-up is {ratio} times top-down ({low} to {high})")
EXACT = N_("taken as exact: {inputs}")
MISSING = N_("missing: {parts}")
USER_MONTHS = N_("{lost} of {all} user-months, until {month}")
ENDED = N_("{last} of {first} users: {steps}")
NOTES = (AHEAD, FORECAST, RATIO, EXACT, MISSING, USER_MONTHS, ENDED)
LISTED = frozenset({"inputs", "parts"})
"""Values that are a list of names of ours."""
APART = "; "
_PLACE = re.compile(r"\\{(\w+)\\}")


def note_words(note: str) -> str:
    """The note in the reader's language, as far as it is one of `NOTES` or several of them."""
    return APART.join(_said(one) for one in note.split(APART))


def recognised(note: str) -> tuple[str, dict[str, str]] | None:
    """The template that a note was written with, and its values."""
    for template in NOTES:
        if found := _pattern(template).fullmatch(note):
            return template, found.groupdict()
    return None


def _said(note: str) -> str:
    found = recognised(note)
    if found is None:
        return _(note)
    template, values = found
    return translate(template, **{name: _names(text) if name in LISTED else text for name, text in values.items()})


def _names(listed: str) -> str:
    return ", ".join(_title(name) for name in listed.split(", "))


def _title(name: str) -> str:
    from engine.evidence import MEASURES

    return _(MEASURES[name].title) if name in MEASURES else _(name.capitalize())


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(_PLACE.sub(r"(?P<\1>.+)", re.escape(template)))
