"""The pictures of the ownership page."""

from collections.abc import Mapping

from dashboard import formats
from dashboard.components.charts.blades import Blade, blade_chart
from dashboard.components.charts.template import show
from dashboard.components.charts.waterfall import Step, waterfall
from dashboard.components.ownership.words import part_name, reasons, verdict, written
from dashboard.components.text import note, plain
from dashboard.i18n import _
from engine.costs.ownership.inputs import INPUTS, Given
from engine.costs.ownership.model import Ownership

BLADES = 8


def draw_waterfall(name: str, found: Ownership) -> None:
    """Part by part to the total; below it why parts are unknown."""
    import streamlit as st

    steps = [
        Step(part_name(part.part), part.usd.value, part.usd.low, part.usd.high, formats.money(part.usd.value))
        if part.usd is not None
        else Step(part_name(part.part), None, None, None, _("unknown"))
        for part in found.parts
    ]
    known = found.known
    label = _("All of it") if found.whole else _("Known so far")
    total = Step(label, known.value, known.low, known.high, formats.money(known.value, known.low, known.high))
    show(waterfall(steps, total), verdict(name, found).replace("*", ""), "ownership_waterfall")
    if absent := reasons(found):
        st.markdown("  \n".join(note(plain(words)) for words in absent))


def draw_tornado(found: Ownership, given: Mapping[str, Given]) -> None:
    """The inputs that move the total most."""
    blades = [
        Blade(
            _(INPUTS[swing.name].title),
            swing.at_low,
            swing.at_high,
            written(INPUTS[swing.name].unit, given[swing.name].figure.low),
            written(INPUTS[swing.name].unit, given[swing.name].figure.high),
        )
        for swing in found.swings[:BLADES]
        if swing.width
    ]
    if blades:
        figure = blade_chart(
            blades, found.known.value, _("US$, all months"), (_("at its low end"), _("at its high end"))
        )
        show(figure, _("What each input moves when it alone goes to its ends"), "ownership_tornado")
