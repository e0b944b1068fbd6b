"""Reports: what do we hand on?"""

import streamlit as st

from dashboard import store
from dashboard.components.address import kept_selectbox
from dashboard.components.decide.means import means_of_address
from dashboard.components.errors import show_error, shown
from dashboard.components.head import page_head
from dashboard.components.ideas import no_ideas
from dashboard.components.reports.handing_on import files, language_of_report, preview, said
from dashboard.components.text import note, plain, url
from dashboard.i18n import _
from dashboard.page import Page
from dashboard.store import reports
from engine.errors import N_, UnknownName

ALL = "all"


def render() -> None:
    """The portfolio report, or the decision memo of the idea that the address names."""
    actions = page_head(_("What do we hand on?"))
    ideas = {row.slug: row.name for row in store.portfolio()}
    if not ideas:
        no_ideas(
            _("Write down an idea: its decision memo and the portfolio report write themselves from its evidence.")
        )
        return
    asked = st.query_params.get("idea")
    if asked and asked not in (*ideas, ALL):
        show_error(UnknownName(N_("idea"), asked, list(ideas)))
    row = st.container(horizontal=True, vertical_alignment="center")
    chosen = kept_selectbox("idea", [ALL, *ideas], lambda slug: _title(ideas.get(slug)), _("Report"), row, width=360)
    written_in = language_of_report(row)
    with shown():
        report = reports.portfolio_report(means_of_address()) if chosen == ALL else reports.memo(chosen)
        files(actions, report, written_in)
        said(report)
        if chosen == ALL and "cash" not in st.query_params:
            hint = _("Opened from a plan, it also ranks the ideas under the founder’s means.")
            st.markdown(note(f"{plain(hint)} [{plain(_('Plan'))}]({url('plan')})"))
        preview(report, written_in)


def _title(name: str | None) -> str:
    return f"{_('Decision memo')}: {name}" if name else _("Portfolio report")


PAGE = Page(
    name="reports",
    title=N_("Reports"),
    icon=":material/description:",
    section=N_("Decide"),
    order=9,
    render=render,
)
