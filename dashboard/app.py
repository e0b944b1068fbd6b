"""The dashboard's entry script: finds the pages, draws the frame around them, runs the chosen one."""

import gc
from functools import partial
from pathlib import Path

import streamlit as st

from dashboard import i18n
from dashboard.components.dialogs import no_dialog_yet
from dashboard.components.errors import guarded
from dashboard.components.links import same_tab
from dashboard.components.text import PAGES_KEY
from dashboard.components.widget_words import widget_words
from dashboard.i18n import _
from dashboard.memory import give_back, let_go_of_code
from dashboard.page import SECTIONS, pages, start_page
from dashboard.ready import wait_until_ready

STATIC = Path(__file__).parent / "static"
# Streamlit paints selected pills and segments, and the value over a slider, in primaryColor: 3.7:1 and 4.1:1 in dark.
# On a phone a table would rather break Chinese after every character than scroll sideways.
INK_RULES = """<style>
button[data-selected="true"][data-variant]{color:inherit!important}
[data-testid="stSliderThumbValue"], [data-testid="stSliderThumbValue"] *{color:inherit!important}
[data-testid="stTable"] th, [data-testid="stTable"] td{min-width:4.25rem}
</style>"""


@st.cache_resource(show_spinner=False)
def settle(page: str) -> None:
    """Once after the first visit of each page: let go of what only that needed, collect no more what is to stay."""
    gc.collect()
    gc.freeze()
    give_back()
    let_go_of_code()


wait_until_ready()
no_dialog_yet()
st.set_page_config(page_title="Prospectus", page_icon=str(STATIC / "favicon.svg"), layout="wide")
st.logo(str(STATIC / "logo.svg"), size="medium", icon_image=str(STATIC / "logo.svg"))
st.html(INK_RULES)
i18n.follow_address()
if covered := widget_words():
    st.html(covered)
shown = {
    page.name: st.Page(
        partial(guarded(page.render)),
        title=_(page.title),
        icon=page.icon,
        url_path="start" if page.name == start_page() else page.name,
    )
    for page in pages().values()
}
st.session_state[PAGES_KEY] = shown
sections = {_(section): [shown[p.name] for p in pages().values() if p.section == section] for section in SECTIONS}
# The start page has the bare address; whoever types its name is taken there.
start = pages()[start_page()]
by_name = st.Page(
    partial(st.switch_page, shown[start.name]), title=_(start.title), url_path=start.name, visibility="hidden"
)
sections = {title: found for title, found in sections.items() if found}
chosen = st.navigation(sections | {_(start.section): [*sections[_(start.section)], by_name]}, expanded=True)
chosen.run()
i18n.language_switch()
same_tab()
settle(chosen.url_path)
