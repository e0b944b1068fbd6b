"""How much of the uncertainty each figure explains: shares of the variance, or rank correlation."""

from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.business.words import figure_title, marked
from dashboard.components.text import note, one_line, plain, sentences
from dashboard.i18n import _, translate
from dashboard.store import business as store

if TYPE_CHECKING:
    from engine.business.scenario import Scenario
    from engine.business.sensitivity import Shares

MOST = 10


def uncertainty(scenario: "Scenario", model: str) -> None:
    """Draw it, folded: the picture above it says the same in US$."""
    import streamlit as st

    found = store.shares(scenario, model)
    if not found.parts and not found.correlations:
        return
    with st.expander(_("What the uncertainty comes from")):
        st.markdown(note(plain(_said(found))))
        st.table(
            _columns(scenario, found),
            border="horizontal",
            hide_index=True,
            alt=_("Figures by how much of the uncertainty they explain"),
        )


def _said(found: "Shares") -> str:
    if found.parts:
        return _(
            "Share of the variance of cash at month 36 (Sobol indices): of each figure alone, and with all that it "
            "does together with others. The figures are drawn independently."
        )
    after = _("So shares of the variance do not stand: rank correlation (Spearman) with cash at month 36 instead.")
    if found.stated:
        return sentences(_("Some figures move together, as the scenario says."), after)
    names = _(", ").join(f"“{figure_title(key)}”" for key in found.together)
    return sentences(translate("{names} rest on one measurement and move together.", names=names), after)


def _columns(scenario: "Scenario", found: "Shares") -> dict[str, list[str]]:
    if found.parts:
        rows = found.parts[:MOST]
        return {
            _("Figure"): [one_line(plain(marked(scenario, part.key))) for part in rows],
            _("Alone"): [_share(part.first) for part in rows],
            one_line(_("With others")): [_share(part.total) for part in rows],
        }
    pairs = list(found.correlations.items())[:MOST]
    return {
        _("Figure"): [one_line(plain(marked(scenario, key))) for key, _value in pairs],
        one_line(_("Rank correlation")): [plain(formats.number(value, 2, signed=True)) for _key, value in pairs],
    }


def _share(share: float) -> str:
    """An estimate may stray below nothing by chance."""
    return plain(f"{max(0.0, share):.0%}")
