"""A customer's cohort: when it has paid for being won, and who stays, planned beside what was seen."""

from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.business.words import money
from dashboard.components.charts.cohort import who_stays, worth_by_month
from dashboard.components.charts.template import show
from dashboard.components.head import section_bar
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from dashboard.store import business as store

if TYPE_CHECKING:
    from engine.business.cohort import CohortCurve
    from engine.business.scenario import Scenario

YEAR = 12


def cohort_view(slug: str, scenario: "Scenario", model: str) -> None:
    """Draw both. Raises Unknown."""
    import streamlit as st

    curve = store.cohort(scenario, model)
    left, right = st.columns(2, gap="medium")
    with left:
        section_bar(_("When it has paid for itself"))
        said = plain(_paid(curve))
        show(worth_by_month(curve.earned_usd, curve.cac_usd), said, f"cohort_worth_{model}")
        st.markdown(note(said))
    with right:
        section_bar(_("Who stays"))
        said = plain(translate("Of a cohort {share} are there after a year.", share=_share(curve.staying[YEAR])))
        show(who_stays(curve.staying, store.seen_staying(slug)), said, f"cohort_stays_{model}")
        st.markdown(note(said))


def _share(value: float) -> str:
    return formats.percent(value, 0, 1)


def _paid(curve: "CohortCurve") -> str:
    if curve.cac_usd is None:
        return _("Nobody comes, so winning a customer has no cost.")
    if curve.paid_in is None:
        return translate("Winning one costs {cac}; in 36 months it does not come back.", cac=money(curve.cac_usd))
    return translate("Winning one costs {cac}; it is back in month {n}.", cac=money(curve.cac_usd), n=curve.paid_in)
