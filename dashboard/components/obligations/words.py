"""What the page of obligations says: its answer, names of statuses, and where an entry comes from."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import MARKS
from dashboard.components.kpis import Kpi
from dashboard.components.text import plain, sentences
from dashboard.i18n import _, _n, language, translate
from engine.errors import N_
from engine.market.obligations import obligations, questions, stands

if TYPE_CHECKING:
    from dashboard.store.obligations import Duties, Said
    from engine.market.obligations import Open, Words

AREA_NAMES = {"data": N_("data protection"), "model": N_("model and content"), "sector": N_("sector")}
STATUS_NAMES: Mapping[str, str] = {
    "open": N_("open"),
    "in progress": N_("in progress"),
    "met": N_("met"),
    "does not apply": N_("does not apply"),
}
GRANT_NAMES: Mapping[str, str] = {
    "open": N_("looked at"),
    "in progress": N_("applied for"),
    "met": N_("granted"),
    "does not apply": N_("not for us"),
}
COLOURS = {"open": "orange", "in progress": "blue", "met": "green", "does not apply": "gray", "unclear": "gray"}
ICONS = {
    "open": "pending",
    "in progress": "progress_activity",
    "met": "check_circle",
    "does not apply": "block",
    "unclear": "help",
}
UNCLEAR = "unclear"


def told(words: "Words") -> str:
    """A text of the catalogue in the reader's language."""
    return words["zh" if language() == "zh_CN" else "en"]


def standing(found: "Duties") -> "Open":
    """How many are open, unclear and settled."""
    return stands(found.answers, {key: one.status for key, one in found.said.items()})


def status_of(found: "Duties", key: str) -> str:
    """As a person said, else as the answers say."""
    if key in found.said:
        return found.said[key].status
    applies = obligations()[key].applies(found.answers)
    return UNCLEAR if applies is None else "open" if applies else "does not apply"


def status_badge(status: str, names: Mapping[str, str] = STATUS_NAMES) -> str:
    """Markdown badge of a status."""
    name = _("unclear") if status == UNCLEAR else _(names[status])
    return f":{COLOURS[status]}-badge[:material/{ICONS[status]}: {name}]"


def source_badge(said: "Said | None") -> str:
    """From memory, or read by somebody on a day."""
    if said is not None and said.checked_on is not None:
        day = translate("read on {day}", day=said.checked_on.isoformat())
        return f":violet-badge[{MARKS['quoted']} {plain(day)}]"
    return f":yellow-badge[{MARKS['assumed']} {plain(_('from memory, unchecked'))}]"


def answer_words(found: "Duties") -> str:
    """How many rules are open, and how many nobody can tell yet."""
    count = standing(found)
    still = len(questions()) - len(found.answers)
    if not count.surely and not count.unclear:
        return f"**{plain(_('Nothing is open: every rule of the checklist is met or does not apply.'))}**"
    first = _n("{n} rule applies and is not met yet.", "{n} rules apply and are not met yet.", count.surely)
    parts = [f"**{plain(first.format(n=count.surely))}**"]
    if count.unclear:
        said = _n(
            "{n} more is unclear until the questions are answered ({left} left).",
            "{n} more are unclear until the questions are answered ({left} left).",
            count.unclear,
        )
        parts.append(plain(said.format(n=count.unclear, left=still)))
    return sentences(*parts)


def key_figures(found: "Duties") -> list[Kpi]:
    """Open, unclear, settled, and what grants may bring."""
    count = standing(found)
    typed = [one for key, one in found.said.items() if key.startswith("grant.") and one.usd is not None]
    hoped = sum(float(one.usd or 0) for one in typed if one.status != "does not apply")
    granted = sum(float(one.usd or 0) for one in typed if one.status == "met")
    asked = translate("{n} of {all} answered", n=len(found.answers), all=len(questions()))
    income = Kpi(_("Grants hoped for"), "–", interval=_("nothing typed"))
    if typed:
        sure = translate("{usd} granted", usd=formats.money(granted))
        income = Kpi(_("Grants hoped for"), formats.money(hoped), "assumed", sure)
    return [
        Kpi(_("Open"), formats.number(count.surely), "assumed", _("apply, not met")),
        Kpi(_("Unclear"), formats.number(count.unclear), None, asked),
        Kpi(_("Settled"), formats.number(count.settled), "assumed", _("met or ruled out")),
        income,
    ]
