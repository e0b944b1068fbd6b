"""Costs: what did it cost, and are we within budget?"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st

from dashboard import store
from dashboard.components.empty import empty_state
from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.kpis import kpi_row
from dashboard.components.money import costs_page as around
from dashboard.components.money import entries, spending
from dashboard.components.money.amounts import Shown, currency_control
from dashboard.components.money.budgets import alert, budget_dialog, draw_budgets, whole_budget
from dashboard.components.money.picked import PAGE_ROWS
from dashboard.components.money.report_page import draw_page
from dashboard.components.text import note, plain
from dashboard.i18n import _, _n
from dashboard.page import Page
from dashboard.store import money
from engine.errors import N_

MONTHS = 12


def render() -> None:
    """A month's money against budget, the year's bars, the rows behind it; or the view for managers."""
    this = f"{money.today():%Y-%m}"
    first = money.first_month()
    months = [m for m in (money.months_back(this, back) for back in range(60, -1, -1)) if first and m >= first]
    if st.query_params.get("view") == "report" and months:
        draw_page(months, money, store.portfolio())
        return
    actions = page_head(_("What did it cost, and are we within budget?"))
    doing = _doing(st.query_params.get("month") or this)
    if not months:
        around.nothing_yet(doing)
        return
    around.draw_actions(actions, doing, this)
    above = st.container()
    left, right = st.columns([0.78, 0.22], vertical_alignment="center")
    month = around.month_control(left.columns([0.3, 0.7])[0], months)
    shown = currency_control(right, "costs_currency", money.today())
    _month(month, months, this, shown, above)
    _entries(month, shown)


def _doing(month: str) -> Mapping[str, Callable[[], None]]:
    return {
        "import": partial(entries.import_dialog, money.import_invoices, money.import_entries),
        "money": lambda: entries.money_dialog(money.add_money, money.product_names(), money.today()),
        "budget": lambda: budget_dialog(money.set_budget, money.product_names()),
        "focus": partial(around.export_dialog, money.focus_csv, month),
    }


def _month(month: str, months: list[str], this: str, shown: Shown, above: "st.delta_generator.DeltaGenerator") -> None:
    names, states = money.product_names(), money.budgets()
    whole = whole_budget(states) if month == this else None
    end = money.month_end() if month == this else None
    shown_months = [m for m in months if m <= month][-MONTHS:]
    year = money.money_by_month(shown_months[0], month)
    rows = [row for row in year if row.month == month]
    with above:
        answer(spending.month_sentence(month, spending.total(rows), end, whole, shown))
        if month == this:
            alert(states, names)
        kpi_row(spending.figures(rows, end, whole, shown))
    left, right = st.columns([0.66, 0.34], gap="medium")
    with left:
        section_bar(_("Month by month"))
        spending.year_bars(year, shown_months, end, whole, shown)
    with right:
        section_bar(_("Budgets"))
        _budgets(states, names, shown)
    section_bar(_("Where it went"), note=shown.said and plain(_("Amounts at today's exchange rate.")))
    before = money.money_by_month(*[money.months_back(month, 1)] * 2)
    spending.place_table(rows, before, names, shown)
    if runs := money.dearest_runs(month):
        section_bar(_("The dearest runs"))
        spending.run_table(runs, names, shown)


def _budgets(states: "Sequence[money.BudgetState]", names: Mapping[int, tuple[str, str]], shown: Shown) -> None:
    if states:
        draw_budgets(states, names, shown)
        return
    words = _("A budget says what may be spent a month; the page then warns before the money is gone.")
    place = empty_state(around.ICON, _("No budget yet"), words)
    if place.button(_("Set a budget"), icon=":material/add:", key="costs_budget_open"):
        budget_dialog(money.set_budget, names)


def _entries(month: str, shown: Shown) -> None:
    names = money.product_names()
    section_bar(_("Entries"))
    product_id, category = around.entry_filters(names)
    count = sum(
        row.entries
        for row in money.money_by_month(month, month)
        if product_id in (None, row.product_id) and category in ("", row.category)
    )
    st.markdown(note(plain(_n("{n} entry", "{n} entries", count).format(n=f"{count:,}"))))
    offset = entries.page_of(count)
    rows = money.ledger_rows(month, product_id, category, PAGE_ROWS, offset)
    if rows and (row := entries.entry_table(rows, names, shown)):
        entries.entry_line(row, money.take_back)


PAGE = Page(name="costs", title=N_("Costs"), icon=":material/payments:", section=N_("Money"), order=1, render=render)
