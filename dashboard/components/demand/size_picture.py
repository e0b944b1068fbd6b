"""The funnel of a market's size, and both approaches side by side."""

import math
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_mark
from dashboard.components.charts.funnel import Step, funnel
from dashboard.components.charts.template import show
from dashboard.components.demand import words
from dashboard.components.text import note, plain, unbroken
from dashboard.i18n import _, translate
from engine.market.size import MEASURES

if TYPE_CHECKING:
    from dashboard.store.demand import Demand
    from engine.market.size import MarketSize

DECADES = 4.0
"""Orders of magnitude below the widest bar at which a bar has no width left."""


def draw_funnel(found: "Demand") -> None:
    """Draw TAM, SAM and SOM as far as they are known; widths by orders of magnitude."""
    import streamlit as st

    known = [found.figures[key] for key in MEASURES.values() if key in found.figures]
    if not known:
        return
    steps, above = [], None
    top = max(figure.value for figure in known)
    for level, key in MEASURES.items():
        figure = found.figures.get(key)
        if figure is None:
            steps.append(Step(0.0, _(words.LEVEL_NAMES[level]), _("unknown")))
            continue
        text = formats.money(figure.value, figure.low, figure.high)
        between = ""
        if above and figure.value > 0:
            between = translate(
                "1 in {ratio}", ratio=formats.number(above / figure.value, 0 if above > 10 * figure.value else 1)
            )
        steps.append(Step(_width(figure.value, top), _(words.LEVEL_NAMES[level]), text, between))
        above = figure.value
    show(funnel(steps), _alt(steps), "market_funnel")
    said = _("Widths by orders of magnitude: a bar half as wide stands for a hundredth.")
    marks = " ".join(dict.fromkeys(grade_mark(figure.grade) for figure in known))
    st.markdown(note(f"{plain(said)} {marks} {plain(_('US$ a year'))}"))


def _width(value: float, top: float) -> float:
    return 1 + math.log10(value / top) / DECADES if value > 0 and top > 0 else 0.0


def _alt(steps: list[Step]) -> str:
    return _("Funnel of the market's size") + ": " + ", ".join(f"{step.label} {step.text}" for step in steps)


def draw_approaches(size: "MarketSize") -> None:
    """Draw what bottom-up and top-down say of each level, and by how much they differ."""
    import streamlit as st

    if not any(one.figure for one in size.sized.values()):
        whole = list(words.LEVEL_NAMES)[-1]
        for approach, name in words.APPROACH_NAMES.items():
            st.markdown(f"{_(name)}: {plain(words.approach_words(size, approach, whole))}")
        return
    columns = {_("US$ a year, 95% range"): [unbroken(_(words.LEVEL_NAMES[level])) for level in words.LEVEL_NAMES]}
    for approach, name in words.APPROACH_NAMES.items():
        cells = [words.approach_words(size, approach, level) for level in words.LEVEL_NAMES]
        columns[_(name)] = [plain(one) for one in cells]
    st.table(columns, border="horizontal", hide_index=True, alt=_("Market size by level and approach"))
    for said in words.disagreement_words(size):
        st.markdown(plain(said))
