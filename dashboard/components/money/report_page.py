"""The page Costs as managers read it: one table, and the same as a document to print."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.components.head import answer, page_head, section_bar
from dashboard.components.money import manager_report as report
from dashboard.components.money import spending
from dashboard.components.money.amounts import currency_control
from dashboard.components.money.budgets import draw_budgets, whole_budget
from dashboard.components.money.costs_page import month_control
from dashboard.components.reports.handing_on import files
from dashboard.components.text import url
from dashboard.i18n import _, language
from dashboard.store.reports import month_report

if TYPE_CHECKING:
    from dashboard.store import ProductRow


def draw_page(months: Sequence[str], money: Any, products: Sequence["ProductRow"]) -> None:
    """Draw it; `money` reads as `dashboard.store.money` does."""
    actions = page_head(_("What did every idea cost, and what is it worth?"))
    left, right = st.columns([0.78, 0.22], vertical_alignment="center")
    month = month_control(left.columns([0.3, 0.7])[0], months)
    shown = currency_control(right, "report_currency", money.today())
    this = month == months[-1]
    states, names = (money.budgets() if this else ()), money.product_names()
    earlier = money.months_back(month, 1)
    ever = money.money_by_month("0000-00", month)
    rows = {
        "now": [row for row in ever if row.month == month],
        "earlier": [row for row in ever if row.month == earlier],
        "ever": ever,
    }
    end = money.month_end() if this else None
    answer(spending.month_sentence(month, spending.total(rows["now"]), end, whole_budget(states), shown))
    lines = report.report_lines(products, rows, money.accuracy_before(month), shown)
    report.draw_report(lines)
    if states:
        section_bar(_("Budgets"))
        draw_budgets(states, names, shown)
    if shown.said:
        st.markdown(shown.said)
    _buttons(actions, month)


def _buttons(actions: Any, month: str) -> None:
    actions.link_button(_("Back to costs"), url("costs", month=month), type="tertiary")
    files(actions, month_report(month), language())
