"""Where a lens puts another idea first than the headline does, and why, in words. Standard library only."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import N_
from engine.interval import Interval
from engine.portfolio.criteria import CRITERIA, title

FACTORS = {
    "reach": N_("customers expected"),
    "impact": N_("impact"),
    "confidence": N_("confidence"),
    "effort_months": N_("lower effort"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of ours with its values; values that are ours too are to be translated."""

    template: str
    values: Mapping[str, Any]


def first_of(scores: Mapping[str, Interval | None]) -> str | None:
    """The idea with the highest score; None where fewer than two have one."""
    known = {name: score for name, score in scores.items() if score is not None}
    return max(known, key=lambda name: known[name].value) if len(known) > 1 else None


def of_weights(
    headline: str,
    table: Mapping[str, Mapping[str, float | None]],
    weights: Mapping[str, float],
    scores: Mapping[str, Interval | None],
) -> Said | None:
    """Why weighted criteria put another idea first; None where they do not."""
    first = first_of(scores)
    if first is None or first == headline or scores.get(headline) is None:
        return None
    mine, other = scores[first], scores[headline]
    assert mine is not None and other is not None
    if mine.low <= other.high:
        words = N_("Weighted criteria put {first} before {headline}, but what is missing could turn that round.")
        return Said(words, {"first": first, "headline": headline})
    ahead = _ahead(first, headline, table, weights)
    if ahead is None:
        words = N_("Weighted criteria put {first} before {headline} by figures that only one of them has.")
        return Said(words, {"first": first, "headline": headline})
    words = N_(
        "Weighted criteria put {first} before {headline}: it is ahead in “{criterion}”, which carries {weight} of "
        "the weight."
    )
    values = {"first": first, "headline": headline, "criterion": title(ahead), "weight": f"{weights[ahead]:.0%}"}
    return Said(words, values)


def _ahead(
    first: str, headline: str, table: Mapping[str, Mapping[str, float | None]], weights: Mapping[str, float]
) -> str | None:
    """The criterion that speaks most for the first: its lead, as a share of the column's span, times the weight."""
    best, most = None, 0.0
    for name, (_title, more) in CRITERIA.items():
        column = [value for row in table.values() if (value := row.get(name)) is not None]
        mine, other = table[first].get(name), table[headline].get(name)
        span = max(column) - min(column) if column else 0.0
        if mine is None or other is None or span <= 0:
            continue
        lead = (mine - other if more else other - mine) / span * weights.get(name, 0.0)
        if lead > most:
            best, most = name, lead
    return best


def of_rice(
    headline: str, parts: Mapping[str, Mapping[str, float]], scores: Mapping[str, Interval | None]
) -> Said | None:
    """Why RICE puts another idea first: the factor in which it is most times ahead."""
    first = first_of(scores)
    if first is None or first == headline or headline not in parts:
        return None

    def times(factor: str) -> float:
        mine, other = parts[first][factor], parts[headline][factor]
        if factor == "effort_months":
            mine, other = other, mine
        return math.inf if other <= 0 < mine else mine / other if other > 0 else 1.0

    factor = max(FACTORS, key=times)
    words = N_(
        "RICE puts {first} before {headline}: {times} times in “{factor}”. RICE counts neither the price nor the cost "
        "to serve."
    )
    ratio = times(factor)
    values = {
        "first": first,
        "headline": headline,
        "factor": FACTORS[factor],
        "times": "∞" if math.isinf(ratio) else f"{ratio:.2g}",
    }
    return Said(words, values)


def of_boxes(headline: str, boxes: Mapping[str, tuple[str, str] | None], order: Sequence[str]) -> Said | None:
    """Whether another idea stands in a better box on both sides."""
    mine = boxes.get(headline)
    if mine is None:
        return None
    better = [
        name
        for name in order
        if (box := boxes.get(name)) is not None and name != headline and box != mine and _no_worse(box, mine)
    ]
    if not better:
        return None
    words = N_(
        "The nine-box puts {first} before {headline}: its market and its feasibility are no worse, one is better. The "
        "box counts neither cash nor time."
    )
    return Said(words, {"first": better[0], "headline": headline})


def _no_worse(box: tuple[str, str], other: tuple[str, str]) -> bool:
    levels = ("low", "medium", "high")
    return all(levels.index(a) >= levels.index(b) for a, b in zip(box, other, strict=True))
