"""Rates: what do things cost today?"""

from functools import partial

import streamlit as st

from dashboard.components.empty import empty_state
from dashboard.components.head import answer, page_head
from dashboard.components.money.amounts import currency_control
from dashboard.components.money.rate_detail import draw_detail
from dashboard.components.money.rate_forms import import_dialog, rate_dialog, refresh
from dashboard.components.money.rates_table import answer_sentence, filtered, kind_control, rates_table
from dashboard.components.text import note, plain
from dashboard.i18n import _
from dashboard.page import Page
from dashboard.store import money
from engine.errors import N_

MENU = {
    "import": N_("Import a CSV"),
    "lists": N_("Read the installed price lists"),
    "network": N_("Ask the network for GPU prices"),
}


def render() -> None:
    """The prices in force by kind; one of them whole, with its history; adding and importing."""
    actions = page_head(_("What do things cost today?"))
    counts = money.rate_counts()
    if not counts:
        _nothing_yet()
        return
    _actions(actions)
    today = money.today()
    asked = money.rate_history(st.query_params["rate"]) if "rate" in st.query_params else ()
    sentence = st.container()
    left, right = st.columns([0.78, 0.22], vertical_alignment="center")
    with left:
        kind = kind_control(counts, asked[0].kind if asked else "compute")
    shown = currency_control(right, "rates_currency", today)
    rows = money.rates_in_force(kind)
    with sentence:
        answer(answer_sentence(counts, rows, kind, today))
    found = filtered(rows)
    if not found:
        st.info(_("Nothing of this kind fits the search."), icon=":material/search_off:")
        return
    chosen = rates_table(found, shown, today)
    if shown.said:
        st.markdown(shown.said)
    row = chosen or next((row for row in found if asked and row.key == asked[0].key), None)
    if row is None:
        st.markdown(note(plain(_("Select a row to see its history and who says so."))))
        return
    draw_detail(row, money.rate_history(row.key), shown, today, partial(rate_dialog, money.add_rate, today))


def _actions(place: "st.delta_generator.DeltaGenerator") -> None:
    chosen = place.menu_button(
        _("Bring prices"),
        list(MENU),
        format_func=lambda key: _(MENU[key]),
        icon=":material/download:",
        key="rates_bring",
    )
    if place.button(_("Enter a price"), type="primary", icon=":material/add:", key="rates_add"):
        rate_dialog(money.add_rate, money.today())
    if chosen == "import":
        import_dialog(money.import_rates)
    elif chosen == "lists":
        refresh(money.import_lists)
    elif chosen == "network":
        refresh(money.refresh_gpus)


def _nothing_yet() -> None:
    answer(_("No price is known yet."))
    words = _("The installed price lists hold thousands of dated prices of cloud machines and hosted models.")
    place = empty_state(":material/sell:", _("No prices yet"), words)
    if place.button(_("Read the installed price lists"), type="primary", icon=":material/download:", key="rates_first"):
        refresh(money.import_lists)
        st.rerun()
    if place.button(_("Enter a price"), icon=":material/add:", key="rates_add"):
        rate_dialog(money.add_rate, money.today())


PAGE = Page(name="rates", title=N_("Rates"), icon=":material/sell:", section=N_("Money"), order=5, render=render)
