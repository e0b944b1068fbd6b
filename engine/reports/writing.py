"""A report's parts in the reader's language (see `engine.wording.speaking`)."""

from datetime import date, datetime

from engine.errors import Marked
from engine.reports.document import Amount, Listed, Part, Text, Unknown
from engine.wording import formats, language, translate
from engine.wording.notes import ours

DASH = "–"


def say(part: Part) -> str:
    """A part as plain text. What people typed stays letter for letter."""
    if part is None:
        return DASH
    if isinstance(part, Text):
        return translate(part.template, **{name: _inside(value) for name, value in part.values.items()})
    if isinstance(part, Listed):
        return comma().join(map(say, part.parts))
    if isinstance(part, Amount):
        return figure(part)
    if isinstance(part, Unknown):
        return translate("unknown because {reason}", reason=_clause(part.because))
    if isinstance(part, datetime):
        return formats.date(part)
    if isinstance(part, date):
        return part.isoformat()
    return ours(part) if isinstance(part, Marked) else str(part)


def _inside(part: Part) -> str:
    """A part within a sentence: a figure with its interval."""
    if isinstance(part, Marked):
        return clause(part)
    return f"{say(part)} ({interval(part)})" if isinstance(part, Amount) and interval(part) else say(part)


def clause(words: Marked) -> str:
    """Words of ours as part of a sentence: without their full stop."""
    return say(words).rstrip(".。")


def comma() -> str:
    """What stands between parts of a list."""
    return "、" if language() == "zh_CN" else ", "


def figure(amount: Amount) -> str:
    """The figure in its unit, without its interval."""
    if amount.chance:
        return formats.sampled_chance(amount.value)
    if amount.typed and amount.unit == "share":
        return formats.typed_percent(amount.value)
    return formats.in_unit(amount.unit, amount.value, amount.low, amount.high)


def interval(amount: Amount) -> str:
    """Its ends; empty without an interval."""
    return formats.interval_in(amount.unit, amount.low, amount.high)


def _clause(reason: Text) -> str:
    """A sentence as part of another: without its full stop, and in English without its capital letter."""
    said = say(reason).rstrip(".。")
    ours = reason.template[:1].isupper() and not reason.template[1:2].isupper()
    return said[:1].lower() + said[1:] if ours and language() == "en" else said
