"""What a founder has: the cash, the months, the people, and how much risk they can bear."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import N_, ConfigError, InputError, ProspectusError
from engine.portfolio.allocate import LONGEST_MONTHS

MOST_CASH_USD = 1e12


@dataclass(frozen=True, slots=True)
class Asked:
    """What an idea asks of a plan beside money; other ideas by their slugs."""

    slug: str
    people: float = 1.0
    """Whom it occupies while it needs money."""
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    must: bool = False


@dataclass(frozen=True, slots=True)
class Founder:
    """Means that ideas are ranked and planned under. Hashable."""

    cash_usd: float
    months: int
    people: float | None = None
    """None for as many as it takes."""
    risk_tolerance_usd: float | None = None
    """R of the exponential utility: about the sum that one would stake on a fair coin against half of it. The cash
    where it is not said."""
    ideas: tuple[str, ...] = ()
    """Slugs that come into question; all where it is empty."""
    terms: tuple[Asked, ...] | None = None
    """What ideas ask of this plan alone; None for what was said for all plans."""


def founder_of(given: Mapping[str, Any]) -> Founder:
    """Means from plain values, such as a form's or a link's. Raises ConfigError with every fault."""
    faults: list[ProspectusError] = []

    def number(name: str, label: str, low: float, high: float, *, needed: bool, whole: bool = False) -> float | None:
        value = given.get(name)
        if value in (None, ""):
            if needed:
                faults.append(InputError(N_("{label} is missing."), label=label))
            return None
        try:
            found = float(value)
        except (TypeError, ValueError):
            found = float("nan")
        if not low <= found <= high or isinstance(value, bool) or (whole and found != int(found)):
            words = N_("{label} must be a number from {low} to {high}, not {value}.")
            faults.append(InputError(words, label=label, low=f"{low:,g}", high=f"{high:,g}", value=value))
        return found

    cash = number("cash_usd", N_("The cash"), 1, MOST_CASH_USD, needed=True)
    months = number("months", N_("The months"), 1, LONGEST_MONTHS, needed=True, whole=True)
    people = number("people", N_("The people"), 0, 10_000, needed=False)
    tolerance = number("risk_tolerance_usd", N_("The risk tolerance"), 1, MOST_CASH_USD, needed=False)
    ideas = given.get("ideas") or ()
    if isinstance(ideas, str) or not all(isinstance(idea, str) for idea in ideas):
        faults.append(InputError(N_("The ideas must be a list of short names, not {value}."), value=ideas))
    own = given.get("terms")
    if faults:
        raise ConfigError(tuple(faults))
    terms = None if own is None else tuple(map(_asked, own))
    return Founder(cash or 0.0, int(months or 0), people, tolerance, tuple(ideas), terms)


def _asked(given: Mapping[str, Any]) -> Asked:
    """Of a document that `to_document` wrote."""
    lists = {name: tuple(map(str, given.get(name, ()))) for name in ("needs", "excludes")}
    return Asked(str(given["slug"]), float(given.get("people", 1.0)), **lists, must=bool(given.get("must", False)))


def to_document(founder: Founder) -> dict[str, Any]:
    """Plain values that `founder_of` reads."""
    return asdict(founder) | {"ideas": list(founder.ideas)}
