"""What people type, checked: each error names the input, the rule and the value."""

import math
from typing import Any

from engine.errors import N_, InputError
from engine.evidence import Measure, measure

NAME_LENGTH = 120
LINE_LENGTH = 500
TEXT_LENGTH = 4000
SHOWN = 60


def checked_text(label: str, value: Any, limit: int, *, required: bool = True) -> str:
    """The text without surrounding blanks and control characters. Markup stays text: pages escape it."""
    if not isinstance(value, str):
        raise InputError(N_("{label} must be text, not {value}."), label=label, value=_short(value))
    clean = "".join(c for c in value if c.isprintable() or c in "\n\t").strip()
    if required and not clean:
        raise InputError(N_("{label} must not be empty."), label=label)
    if len(clean) > limit:
        raise InputError(
            N_("{label} must have at most {limit} characters, not {count}: “{value}”."),
            label=label,
            limit=limit,
            count=len(clean),
            value=_short(clean),
        )
    return clean


def checked_number(
    label: str, value: Any, *, above: float | None = None, minimum: float | None = None, maximum: float | None = None
) -> float:
    """A finite number within its bounds."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not math.isfinite(number):
        raise InputError(N_("{label} must be a number, not {value}."), label=label, value=_short(value))
    if above is not None and number <= above:
        raise InputError(N_("{label} must be above {limit}, not {value}."), label=label, limit=above, value=number)
    if minimum is not None and number < minimum:
        raise InputError(N_("{label} must be at least {limit}, not {value}."), label=label, limit=minimum, value=number)
    if maximum is not None and number > maximum:
        raise InputError(N_("{label} must be at most {limit}, not {value}."), label=label, limit=maximum, value=number)
    return number


def checked_minimum(key: str, value: Any) -> float:
    """The minimum of a bar: within 0 and 1 for shares, finite and not negative else."""
    found = measure(key)
    return checked_number(N_("The bar's minimum"), value, minimum=0, maximum=1 if found.unit == "share" else None)


def checked_interval(found: Measure, value: Any, low: Any, high: Any) -> tuple[float, float | None, float | None]:
    """A figure of a measure with its ends: finite, not negative, shares within 0 and 1, low <= value <= high."""
    top = 1.0 if found.unit == "share" else None
    middle = checked_number(found.title, value, minimum=0, maximum=top)
    lower = None if low is None else checked_number(found.title, low, minimum=0, maximum=top)
    upper = None if high is None else checked_number(found.title, high, minimum=0, maximum=top)
    if (lower is not None and lower > middle) or (upper is not None and upper < middle):
        raise InputError(
            N_("{label}: {value} must lie between {low} and {high}."),
            label=found.title,
            value=middle,
            low=lower,
            high=upper,
        )
    return middle, lower, upper


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
