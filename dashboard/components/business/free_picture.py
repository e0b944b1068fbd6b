"""Why free fails, and when: cash at the end by what serving costs, against the best and the usual models."""

from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.business.words import model_title, money
from dashboard.components.charts.cost_curves import Line, cost_curves
from dashboard.components.charts.template import show
from dashboard.components.head import section_bar
from dashboard.components.text import note, plain, sentences
from dashboard.i18n import _, translate
from dashboard.store import business as store
from engine.business.free import holds_until
from engine.errors import N_

if TYPE_CHECKING:
    from engine.business.free import CostCurve, Spending
    from engine.business.scenario import Scenario

FREE = "free"
MOST_LINES = 4
BAND = N_("Every other figure in the middle. The band is the present cost with its ends.")


def free_picture(scenario: "Scenario", known: list[str], best: str) -> None:
    """Draw it when free and another model are known."""
    import streamlit as st

    if FREE not in known or "cost_per_1k_usd" not in scenario.inputs:
        return
    section_bar(_("Why free fails, and when it does not"))
    others = [name for name in dict.fromkeys((best, "freemium", "subscription", "usage")) if name in known]
    names = [FREE, *(name for name in others if name != FREE)][:MOST_LINES]
    found = store.cost_curves(scenario, names)
    said = plain(reason(store.spent(scenario, FREE), found[0]))
    st.markdown(said)
    given = scenario.inputs["cost_per_1k_usd"]
    low, high = (given.value if end is None else end for end in (given.low, given.high))
    lines = [
        Line(model_title(curve.model), curve.cost_usd, curve.cash_usd, place)
        for curve, place in zip(found, (1, 0, 2, 4), strict=False)
    ]
    if given.value > 0:
        show(cost_curves(lines, (given.value, low, high)), said, "free_curves")
    st.markdown(note(plain(sentences(_(BAND), _by_load(scenario)))))


def _by_load(scenario: "Scenario") -> str:
    """That few requests cost more each, where a curve says so."""
    if not scenario.curve or scenario.serving != "shared":
        return ""
    words = N_("Measured curve: a request costs {factor} times as much while they come one by one, {rate} a second.")
    (rate, factor) = scenario.curve[0]
    return translate(words, factor=formats.number(factor, 1), rate=formats.number(rate))


def reason(spent: "Spending", curve: "CostCurve") -> str:
    """When and why free fails, in words."""
    parts = {
        _("staff and other running cost"): spent.running,
        _("serving"): spent.serving,
        _("leads"): spent.leads,
        _("support"): spent.support,
        _("building it"): spent.build,
    }
    out = sum(parts.values())
    if out <= 0:
        return _("Nothing is spent, so nothing fails.")
    ordered = sorted(parts.items(), key=lambda item: -item[1])[:3]
    shares = _(", ").join(f"{name} {formats.percent(usd / out, 0, 1)}" for name, usd in ordered if usd > 0)
    until = holds_until(curve)
    where = translate(
        "Free brings {revenue} in three years and spends {out}: {shares}.",
        revenue=money(spent.revenue),
        out=money(out),
        shares=shares,
    )
    if until is None:
        when = _("It ends below zero at every cost of serving shown here: cheaper serving alone does not save it.")
    elif until >= curve.cost_usd[-1]:
        when = _("It holds at every cost of serving shown here.")
    else:
        when = translate("It holds while serving 1,000 requests costs up to {cost}.", cost=money(until))
    return f"{where} {when}"
