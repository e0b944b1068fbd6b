"""What the page of signals says: names of fields and values, its answer, the digest."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.text import plain, sentences
from dashboard.i18n import _, _n, translate
from engine.errors import N_
from engine.market.ranking import NOTHING, counted

if TYPE_CHECKING:
    from dashboard.store.signals import Brought, Signal

FIELD_NAMES: Mapping[str, str] = {
    "dimension": N_("Dimension"),
    "topic": N_("Topic"),
    "direction": N_("Opportunity or threat"),
    "sentiment": N_("Sentiment"),
    "region": N_("Region"),
    "horizon": N_("Horizon"),
    "impact": N_("Impact"),
}
VALUE_NAMES: Mapping[str, str] = {
    "technology": N_("technology"),
    "market": N_("market"),
    "policy": N_("policy"),
    "none": N_("none of these"),
    "opportunity": N_("opportunity"),
    "threat": N_("threat"),
    "positive": N_("positive"),
    "neutral": N_("neutral"),
    "negative": N_("negative"),
    "EU": N_("EU"),
    "US": N_("US"),
    "China": N_("China"),
    "other": N_("other"),
    "now": N_("within a year"),
    "next": N_("in one to three years"),
    "later": N_("after three years"),
    "high": N_("high impact"),
    "medium": N_("medium impact"),
    "low": N_("low impact"),
    "ai models": N_("AI models"),
    "compute and cloud": N_("compute and cloud"),
    "privacy and data protection": N_("privacy and data protection"),
    "security": N_("security"),
    "devices": N_("devices"),
    "platforms and apps": N_("platforms and apps"),
    "transport": N_("transport"),
    "energy and climate": N_("energy and climate"),
    "health": N_("health"),
    "finance": N_("finance"),
    "work and wages": N_("work and wages"),
    "retail and consumers": N_("retail and consumers"),
    "trade and sanctions": N_("trade and sanctions"),
    "competition": N_("competition"),
    "tax and subsidies": N_("tax and subsidies"),
    "education": N_("education"),
    "space and science": N_("space and science"),
    "intellectual property": N_("intellectual property"),
}
DIMENSIONS = ("technology", "market", "policy")
ARROWS = {"opportunity": "↑", "threat": "↓"}


def value_name(value: str) -> str:
    """A value of a field in the reader's language."""
    return _(VALUE_NAMES.get(value, value))


def answer_words(rows: "Sequence[Signal]", fresh: "Sequence[Signal]", before: datetime | None) -> str:
    """What is new since the last visit, and what there is in all."""
    told = [row for row in rows if row.value("dimension") != NOTHING]
    by = counted(told, "dimension")
    listed = ", ".join(f"{by[name]} {value_name(name)}" for name in DIMENSIONS if name in by)
    everything = _n("{n} signal in all", "{n} signals in all", len(told)).format(n=len(told))
    whole = translate("{all} ({parts}).", all=everything, parts=listed) if listed else f"{everything}."
    return sentences(f"**{plain(_news(fresh, before))}**", plain(whole))


def _news(fresh: "Sequence[Signal]", before: datetime | None) -> str:
    if before is None:
        return _("This is your first visit: everything is new.")
    day = formats.date(before)
    told = [row for row in fresh if row.value("dimension") != NOTHING]
    if not told:
        return translate("Nothing new since your last visit on {day}.", day=day)
    by = counted(told, "direction")
    up = _n("{n} opportunity", "{n} opportunities", by.get("opportunity", 0)).format(n=by.get("opportunity", 0))
    down = _n("{n} threat", "{n} threats", by.get("threat", 0)).format(n=by.get("threat", 0))
    return translate("{up} and {down} are new since your last visit on {day}.", up=up, down=down, day=day)


def since(rows: "Sequence[Signal]", before: datetime | None) -> "list[Signal]":
    """Signals brought after a visit; all of them where there was none."""
    return [row for row in rows if before is None or _utc(row.created_at) > _utc(before)]


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def brought_words(brought: "Brought") -> str:
    """What became of what was brought."""
    count = len(brought.signals)
    parts = [_n("{n} new signal.", "{n} new signals.", count).format(n=count)]
    if brought.repeats:
        said = _n(
            "{n} document says nearly what an earlier one said; it counts there.",
            "{n} documents say nearly what earlier ones said; they count there.",
            brought.repeats,
        )
        parts.append(said.format(n=brought.repeats))
    if brought.known:
        known = _n("{n} was there already.", "{n} were there already.", brought.known)
        parts.append(known.format(n=brought.known))
    return sentences(*parts)


def sure(p: float | None) -> str:
    """A probability, or that a person said it."""
    return _("by hand") if p is None else formats.chance(p)
