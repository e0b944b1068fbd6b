"""What the page of competitors says: how many, at which prices, and what nobody has."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.text import plain, sentences
from dashboard.i18n import _, _n, translate
from engine.market.competition import UNITS

if TYPE_CHECKING:
    from dashboard.store.demand import CompetitorRow

MARKS = {"yes": "✓", "partly": "◐", "no": "✗"}
NAMED = 3


def present(rows: "Sequence[CompetitorRow]") -> "list[CompetitorRow]":
    """Competitors that are still there, without the idea's own card."""
    return [row for row in rows if not row.ours and row.gone_at is None]


def features(rows: "Sequence[CompetitorRow]") -> list[str]:
    """Every feature that anybody was asked about, in the order in which they were named."""
    return list(dict.fromkeys(name for row in rows for name in row.features))


def units(rows: "Sequence[CompetitorRow]") -> list[str]:
    """Units with a price, the most frequent first."""
    counts = Counter(unit for row in present(rows) for unit in {price.unit for price in row.prices})
    return sorted(counts, key=lambda unit: (-counts[unit], list(UNITS).index(unit)))


def answer_words(rows: "Sequence[CompetitorRow]") -> str:
    """How many competitors, from which price to which, and which features nobody has."""
    there = present(rows)
    count = _n("{n} competitor is known.", "{n} competitors are known.", len(there)).format(n=len(there))
    return sentences(f"**{plain(count)}**", plain(_prices(rows)), plain(_gaps(rows)))


def _prices(rows: "Sequence[CompetitorRow]") -> str:
    found = units(rows)
    if not found:
        return _("None of them has a price yet.")
    asked = [price for row in present(rows) if (price := row.latest(found[0])) is not None]
    amounts = [float(price.usd) for price in asked]
    if len(amounts) == 1:
        return translate("One asks {usd} for {unit}.", usd=formats.money(amounts[0]), unit=_(UNITS[found[0]]))
    return translate(
        "{n} of them ask {low} to {high} for {unit}.",
        n=len(amounts),
        low=formats.money(min(amounts)),
        high=formats.money(max(amounts)),
        unit=_(UNITS[found[0]]),
    )


def _gaps(rows: "Sequence[CompetitorRow]") -> str:
    """Features that every competitor was asked about and none has."""
    there = present(rows)
    none = [name for name in features(rows) if there and all(row.features.get(name) == "no" for row in there)]
    return translate("Nobody has {features}.", features=", ".join(f"“{name}”" for name in none[:NAMED])) if none else ""
