"""One business model: key figures, cash as a fan, what moves it, margin by tenth; and what if it were different."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.business.words import figure_title, finding, marked, money, month_ends, month_short
from dashboard.components.charts.cash_fan import cash_fan
from dashboard.components.charts.margins import tenths as tenths_chart
from dashboard.components.charts.template import show
from dashboard.components.charts.tornado import Lever, tornado
from dashboard.components.head import section_bar
from dashboard.components.kpis import Kpi, kpi_row
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from dashboard.store import business as store

if TYPE_CHECKING:
    from engine.business.scenario import Scenario
    from engine.business.sensitivity import Swing
    from engine.business.summary import Outcome

MOST_LEVERS, SLIDERS = 7, 3
STEPS = 20
WIDER = 0.5
"""How far past a figure's ends a slider goes, as a share of their distance."""


def key_figures(outcome: "Outcome") -> list[Kpi]:
    """Pays back, in three years, cash runs out, lowest cash."""
    figures, grade = outcome.figures, outcome.grade
    paid, low = figures["paid_back_month"], figures["cash_low_usd"]
    out = outcome.chances.get("p_cash_out")
    chance = outcome.chances["p_break_even_24m"]
    even = figures["break_even_month"]
    return [
        Kpi(_("Pays back"), month_short(paid.median), grade, month_ends(paid), _("All that was spent has come back.")),
        Kpi(
            _("Even in 2 years"),
            formats.chance(chance),
            grade,
            translate("month {n}", n=month_ends(even)),
            _("Share of the futures with a month that pays for itself within two years."),
        ),
        Kpi(
            _("Cash runs out"),
            _("unknown") if out is None else formats.chance(out),
            grade,
            "",
            _("Share of the futures in which the cash falls below 0 within 36 months."),
        ),
        Kpi(_("Lowest cash"), money(low.median), grade, formats.between(money(low.low), money(low.high))),
    ]


def draw_model(slug: str, scenario: "Scenario", model: str) -> None:
    """Sliders, key figures, fan and tornado: of the scenario, or of what the sliders make of it.

    At once in a part of the futures, then in all of them.
    """
    import streamlit as st

    swings = store.swings(scenario, model)
    changed = _sliders(scenario, model, swings[:SLIDERS])
    if changed != scenario:
        st.markdown(note(plain(_("What if: nothing of this is saved. The table below stays as it was."))))
        swings = store.swings(changed, model)
    place = st.empty()
    for paths in (store.QUICK_PATHS, store.PATHS):
        found = store.outcome(slug, changed, model, paths)
        if isinstance(found, Exception):
            raise found
        with place.container():
            _results(changed, found, swings)


def _results(scenario: "Scenario", found: "Outcome", swings: "Sequence[Swing]") -> None:
    import streamlit as st

    kpi_row(key_figures(found))
    left, right = st.columns([0.58, 0.42], gap="medium")
    with left:
        section_bar(_("Cash in hand"))
        end = found.figures["cash_end_usd"]
        alt = translate(
            "Fan of cash over 36 months; at the end {low} to {high}", low=money(end.low), high=money(end.high)
        )
        show(cash_fan(found.fan), alt, f"fan_{found.model}_{found.paths}")
    with right:
        section_bar(_("What moves it most"))
        levers = [_lever(scenario, swing) for swing in swings[:MOST_LEVERS]]
        if levers:
            alt = translate("Tornado; most of all {name}", name=levers[0].name)
            show(tornado(levers), alt, f"tornado_{found.model}_{found.paths}")
        else:
            st.markdown(plain(_("Every figure was given without ends, so nothing moves it.")))


def _lever(scenario: "Scenario", swing: "Swing") -> Lever:
    ends = "" if swing.low is None or swing.high is None else f"{swing.low:g}–{swing.high:g}"
    return Lever(marked(scenario, swing.key), swing.at_low, swing.at_high, f"{figure_title(swing.key)}: {ends}")


def _sliders(scenario: "Scenario", model: str, swings: "Sequence[Swing]") -> "Scenario":
    """The scenario with the slid figures at their new value, their ends moved along."""
    import streamlit as st

    for column, swing in zip(st.columns(SLIDERS), swings, strict=False):
        low, value, high = _ends(scenario, swing.key)
        start, end = max(low - WIDER * (high - low), low / 2 if low > 0 else 0.0), high + WIDER * (high - low)
        if end <= start:
            continue
        step = float(f"{(end - start) / STEPS:.1g}")
        chosen = column.slider(
            figure_title(swing.key),
            min_value=float(f"{start:.3g}"),
            max_value=float(f"{end:.3g}"),
            value=value,
            step=step,
            format="%.4g",
            key=f"what_if_{model}_{swing.key}_{value:g}",
        )
        if chosen != value:
            scenario = moved(scenario, swing.key, chosen)
    return scenario


def _ends(scenario: "Scenario", key: str) -> tuple[float, float, float]:
    given = scenario.inputs.get(key)
    if given is not None:
        low, high = (given.value if end is None else end for end in (given.low, given.high))
        return float(low), float(given.value), float(high)
    owner, _dot, name = key.partition(".")
    low, high = scenario.ranges[key]
    return float(low), float(scenario.models[owner][name]), float(high)


def moved(scenario: "Scenario", key: str, value: float) -> "Scenario":
    """A figure at a new value; its ends keep their distance in proportion, where it was not 0."""
    low, old, high = _ends(scenario, key)
    factor = value / old if old else None
    ends = (low * factor, high * factor) if factor else (min(low, value), max(high, value))
    if key in scenario.inputs:
        given = replace(scenario.inputs[key], value=value, low=ends[0], high=ends[1], grade="assumed", evidence=None)
        return replace(scenario, inputs={**scenario.inputs, key: given})
    owner, _dot, name = key.partition(".")
    models = {**scenario.models, owner: {**scenario.models[owner], name: value}}
    return replace(scenario, models=models, ranges={**scenario.ranges, key: ends})


def margins(scenario: "Scenario", model: str) -> None:
    """Margin by tenth of the customers."""
    import streamlit as st

    section_bar(_("Who pays for whom"))
    groups = store.tenths(scenario, model)
    top = groups[-1]
    if math.isnan(top.gross):
        st.markdown(note(plain(_("Nobody comes, so nobody pays."))))
        return
    said = translate(
        "The heaviest tenth asks {requests} requests a month each and leaves {gross}.",
        requests=formats.number(top.requests),
        gross=money(top.gross),
    )
    st.markdown(note(plain(said)))
    show(tenths_chart(groups), plain(said), f"tenths_{model}")


def told(findings: "Sequence[object]") -> None:
    """What a model suffers from, as warnings."""
    import streamlit as st

    for given in findings:
        st.warning(plain(finding(given)), icon=":material/warning:")  # type: ignore[arg-type]
