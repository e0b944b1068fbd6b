"""What surrounds a market: growth, competitors, users, signals, obligations; each with the way to its page."""

from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_badge
from dashboard.components.head import section_bar
from dashboard.components.text import link, plain
from dashboard.i18n import _, _n, translate
from engine.errors import N_

if TYPE_CHECKING:
    from dashboard.store.demand import Demand
    from dashboard.store.signals import Linked

GROWTH, OBLIGATIONS = "market.growth_per_year", "market.obligations_open"
USERS = ("market.conversion", "market.churn_per_month")
NAMED = 4


def draw_around(found: "Demand", linked: "Linked") -> None:
    """Draw one line a subject: what is known, or what would make it known."""
    import streamlit as st

    from dashboard.page import pages

    section_bar(_("What surrounds it"))
    lines = [
        (
            _("Growth"),
            _figure(found, GROWTH) or plain(_("unknown because no series of this market was forecast")),
            "forecast",
        ),
        (_("Competition"), _competitors(found), "competition"),
        (_("Users"), _users(found), "users"),
        (_("Signals"), _signals(linked), "signals"),
        (
            _("Obligations"),
            _figure(found, OBLIGATIONS) or plain(_("unknown because no checklist was begun")),
            "obligations",
        ),
    ]
    said = []
    for title, text, page in lines:
        lead = link(title, page, idea=found.slug) if page in pages() else plain(title)
        said.append(f"- **{lead}**: {text}")
    st.markdown("\n".join(said))


def _figure(found: "Demand", key: str) -> str:
    figure = found.figures.get(key)
    if figure is None:
        return ""
    interval = formats.interval(key, figure.low, figure.high)
    written = formats.value(key, figure.value, figure.low, figure.high)
    return f"{plain(f'{written} ({interval})' if interval else written)} {grade_badge(figure.grade)}"


def _signals(linked: "Linked") -> str:
    if not linked.all:
        return plain(_("none concerns this idea yet"))
    count = _n("{n} signal", "{n} signals", linked.all).format(n=linked.all)
    parts = {
        _("technology"): linked.technology,
        _("market"): linked.market,
        _("policy"): linked.policy,
        _("opportunities"): linked.opportunities,
        _("threats"): linked.threats,
    }
    return plain(f"{count} ({', '.join(f'{number} {name}' for name, number in parts.items() if number)})")


def _competitors(found: "Demand") -> str:
    rows = found.competitors
    if not rows:
        return plain(_("unknown because no card was written"))
    names = ", ".join(row.name for row in rows[:NAMED]) + (" …" if len(rows) > NAMED else "")
    count = _n("{n} competitor", "{n} competitors", len(rows)).format(n=len(rows))
    return f"{plain(count)} ({plain(names, 160)})"


def _users(found: "Demand") -> str:
    known = [(key, _figure(found, key)) for key in USERS]
    said = [
        f"{plain(_(name))} {text}"
        for (key, text), name in zip(known, (N_("conversion"), N_("churn a month")), strict=True)
        if text
    ]
    if said:
        return ", ".join(said)
    if found.behaviour is not None and found.behaviour.settings.get("sample"):
        return plain(translate("unknown; “{name}” is a sample and no evidence", name=found.behaviour.name))
    return plain(_("unknown because no events were brought"))
