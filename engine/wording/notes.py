"""What a computed figure's note says, in the reader's language.

Notes are stored as they read in English. Those that a program wrote are recognised by their templates here, which the
programs write them with; what people typed stays letter for letter.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from engine.errors import N_, Marked
from engine.evidence import GRADES
from engine.wording import _, translate

AHEAD = N_("{series}: {points} of {all} points ahead, from {day}")
FORECAST = N_("forecast {id}: {method}")
RATIO = N_("bottom-up is {ratio} times top-down ({low} to {high})")
EXACT = N_("taken as exact: {inputs}")
MISSING = N_("missing: {parts}")
USER_MONTHS = N_("{lost} of {all} user-months, until {month}")
ENDED = N_("{last} of {first} users: {steps}")
ENERGY = N_("{kwh} kWh")
GRID = N_("{place} {grams} g a kWh, {year}, {source}")
TOKENS = N_("{input_tokens} tokens read, {output_tokens} written a request")
AT_LOAD = N_("concurrency {requests}: p95 {ms} ms")
AT_LOAD_HIGH = N_("concurrency {requests}: p95 {ms} ms, at most {high_ms}")
METERED = N_("metered {usd} USD")
INVOICED = N_("invoiced {usd} USD")
TYPED = N_("typed {usd} USD")
CHARGED = N_("{usd} USD charged by the API")
LASTED = N_("{seconds} s")
AT_RATE = N_("{key}, {since}: {source}")
GIVEN = N_("{input} {number} ({grade})")
ELECTRICITY = N_("electricity: {watts} W ({low_watts} to {high_watts}) at {usd} USD a kWh ({low_usd} to {high_usd})")
DEPRECIATION = N_(
    "depreciation: {usd} USD ({low_usd} to {high_usd}) over {years} years ({many} to {few}) of {hours} hours each"
)
OF_GPUS = N_("{instance} with {count} GPUs of {gb} GB at {usd} USD an hour")
TIERS = N_("first tier after {gb} free GB a month; {high_usd} to {usd} USD by volume")
PROMPTS = N_("from {tokens} tokens of prompt {usd} USD")
UNDATED = N_("begins earlier: the package does not say when")
BY_HOUR = N_("other prices at some hours of the day")
NOT_HERE = N_("The sample {carries} is not here. Install it with: {command}")
NOTES = (
    AHEAD, FORECAST, RATIO, EXACT, MISSING, USER_MONTHS, ENDED, ENERGY, GRID, TOKENS, AT_LOAD_HIGH, AT_LOAD, METERED,
    INVOICED, TYPED, CHARGED, LASTED, ELECTRICITY, DEPRECIATION, OF_GPUS, TIERS, PROMPTS, NOT_HERE, AT_RATE, GIVEN,
)  # fmt: skip
"""The narrower ones first."""
LISTED = frozenset({"inputs", "parts"})
"""Values that are a list of names of ours."""
OURS = frozenset({"place", "source", "carries", "input", "grade"})
"""Values that are words of ours, where the catalogue has them."""
FIGURE = r"[-+\d][\d.,]*(?:e[-+]?\d+)?"
FIGURES = (
    "kwh", "grams", "year", "input_tokens", "output_tokens", "requests", "ms", "high_ms", "usd", "low_usd", "high_usd",
    "seconds", "number", "watts", "low_watts", "high_watts", "years", "many", "few", "hours", "count", "gb", "tokens",
)  # fmt: skip
LOOKS = dict.fromkeys(FIGURES, FIGURE) | {"since": r"\d{4}-\d\d-\d\d", "key": r"\S+", "grade": "|".join(GRADES)}
"""How a value must look, so that a sentence of somebody that is only built alike stays as it is."""
APART = "; "
_PLACE = re.compile(r"\\{(\w+)\\}")


def note_words(note: str) -> str:
    """The note in the reader's language, as far as it is one of `NOTES` or several of them."""
    whole = _(note)
    return whole if whole != note else APART.join(_said(one) for one in note.split(APART))


def ours(text: str) -> str:
    """Words of ours in the reader's language; what people typed letter for letter."""
    return note_words(text) if isinstance(text, Marked) else text


def reason_words(template: str, values: Mapping[str, Any]) -> str:
    """A reason in the reader's language, with what of its values is ours."""
    said = {name: ours(value) if isinstance(value, str) else value for name, value in values.items()}
    return translate(template, **said)


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
    return translate(template, **{name: _value(name, text) for name, text in values.items()})


def _value(name: str, text: str) -> str:
    if name in LISTED:
        return _names(text)
    return _(text) if name in OURS else text


def _names(listed: str) -> str:
    return ", ".join(_title(name) for name in listed.split(", "))


def _title(name: str) -> str:
    from engine.evidence import MEASURES

    return _(MEASURES[name].title) if name in MEASURES else _(name.capitalize())


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(_PLACE.sub(_group, re.escape(template)))


def _group(place: re.Match[str]) -> str:
    return f"(?P<{place[1]}>{LOOKS.get(place[1], '.+')})"
