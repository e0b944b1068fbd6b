"""Levers: what another measured way of doing it would save, beside what it would cost in quality."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.recipes import recipe_name
from dashboard.components.text import link, plain, url
from dashboard.i18n import _, translate
from engine.costs.ownership.levers import Lever
from engine.evidence import MEASURES

if TYPE_CHECKING:
    from dashboard.store.serving import Tested

SIGNS = {
    "better": ("green", ":material/trending_up:"),
    "worse": ("orange", ":material/trending_down:"),
    "no_difference": ("gray", ":material/drag_handle:"),
}


def draw_levers(slug: str, tested: "Tested", found: Sequence[Lever]) -> None:
    """Each measured lever in a sentence; or that none saves anything."""
    import streamlit as st

    if not found:
        st.markdown(plain(_("No other finished run of this idea saves money in its place.")))
    for lever in found:
        st.markdown(f"- {_badge(lever)} {_sentence(lever, tested.leads, tested.measure)}")
    st.link_button(_("Measure another way"), url("tune", idea=slug), icon=":material/play_arrow:")


def _badge(lever: Lever) -> str:
    colour, icon = SIGNS.get(lever.run.verdict, SIGNS["no_difference"])
    words = {"better": _("better"), "worse": _("worse"), "no_difference": _("no difference shown")}
    return f":{colour}-badge[{icon} {words.get(lever.run.verdict, '')}]"


def _sentence(lever: Lever, leads: str, measure: str) -> str:
    run = lever.run
    saved = translate(
        "{recipe} instead of {leads} saves {money}",
        recipe=recipe_name(run.recipe),
        leads=leads,
        money=formats.money(lever.saved_usd),
    )
    quality = translate(
        "at {points} of {measure} ({low} to {high}) on {rows} rows, measured.",
        points=formats.points(run.difference, run.low, run.high),
        measure=_(MEASURES[measure].title),
        low=formats.number(100 * run.low, 1, signed=True),
        high=formats.number(100 * run.high, 1, signed=True),
        rows=formats.number(run.rows),
    )
    return f"**{plain(saved)}** {plain(quality)} {link(run.label, 'runs', run=run.run)}"
