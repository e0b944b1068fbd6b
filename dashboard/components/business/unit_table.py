"""What a customer is worth and costs under each business model, with 90 % of the futures about the median."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_badge
from dashboard.components.business.words import model_title, money
from dashboard.components.head import section_bar
from dashboard.components.kpis import Kpi
from dashboard.components.table import words_table
from dashboard.components.text import note, one_line, plain
from dashboard.i18n import _, translate

if TYPE_CHECKING:
    from engine.business.compare import Compared
    from engine.business.summary import Outcome, Spread

GOOD_RATIO = 3.0
"""What is usually asked of LTV over CAC; a rule of thumb, named as such."""


def verdict(outcome: "Outcome") -> str:
    """The page's answer as Markdown."""
    ratio, badge = outcome.figures.get("ltv_to_cac"), grade_badge(outcome.grade)
    if ratio is None:
        return f"**{_('Nobody knows yet:')}** {plain(_(outcome.unknown['ltv_to_cac']))} {badge}"
    if math.isinf(ratio.median):
        said = _("More than can be said: customers come for nothing, or stay for ever.")
        return f"**{plain(said)}** {badge}"
    times = formats.number(ratio.median, 1 if abs(ratio.median) < 10 else 0)
    said = translate("{times} times what winning it costs", times=times)
    usual = translate("under {model}; {n} is usually asked for.", model=model_title(outcome.model), n=f"{GOOD_RATIO:g}")
    return f"**{plain(said)}** {plain(usual)} {badge}"


def key_figures(outcome: "Outcome") -> list[Kpi]:
    """LTV, CAC, their ratio, payback."""
    return [
        _kpi(outcome, "ltv_usd", _("Worth, LTV"), _("Discounted gross profit of a customer until it has left.")),
        _kpi(outcome, "cac_usd", _("Winning it, CAC"), _("Spent on leads for each customer; staff is not in it.")),
        _kpi(outcome, "ltv_to_cac", _("LTV / CAC"), _("Three is usually asked for.")),
        _kpi(outcome, "payback_months", _("Payback"), _("Months of gross profit that pay for winning a customer.")),
    ]


def _kpi(outcome: "Outcome", name: str, label: str, help: str) -> Kpi:
    given = outcome.figures.get(name)
    if given is None:
        return Kpi(label, _("unknown"), outcome.grade, "", _(outcome.unknown.get(name, "")))
    return Kpi(label, _said(name, given.median), outcome.grade, _ends(name, given), help)


def _said(name: str, value: float) -> str:
    if math.isinf(value):
        return _("no bound") if name != "payback_months" else _("never")
    if name.endswith("_usd") or name == "burn_usd_per_month":
        return money(value)
    if name == "payback_months":
        number = formats.number(value, 1 if value < LONG_MONTHS else 0)
        return translate("{number} months", number=number).replace(" ", formats.NBSP)
    if name in ("gross_margin", "rule_of_40"):
        return f"{value:.0%}".replace("-", formats.MINUS)
    return formats.number(value, 1 if abs(value) < 10 else 0)


def _ends(name: str, given: "Spread") -> str:
    if given.low == given.high:
        return ""
    ends = (given.low, given.high)
    if name == "payback_months":  # the unit stands above, and a card on a phone holds 14 characters
        low, high = (_("never") if math.isinf(end) else formats.number(end, 1) for end in ends)
        return formats.between(low, high)
    return formats.between(*(_said(name, end) for end in ends))


LONG_MONTHS = 24
"""From here on a tenth of a month says nothing."""
COLUMNS = ("ltv_usd", "cac_usd", "ltv_to_cac", "payback_months", "mrr_usd", "gross_margin", "burn_usd_per_month")


def unit_table(rows: "Sequence[Compared]") -> None:
    """Draw it for the models that are known."""
    import streamlit as st

    section_bar(_("By business model"))
    said = _("Medians. MRR is of month 36; the loss is that of a month in the first half year.")
    st.markdown(note(plain(said)))
    titles = (
        _("LTV"),
        _("CAC"),
        _("LTV / CAC"),
        _("Payback"),
        _("MRR"),
        _("Margin"),
        _("Loss a month"),
    )
    known = [row.outcome for row in rows if row.outcome is not None]
    columns: dict[str, list[str]] = {
        _("Business model"): [one_line(f"**{plain(model_title(o.model))}**") for o in known]
    }
    for title, name in zip(titles, COLUMNS, strict=True):
        columns[one_line(title)] = [_cell(outcome, name) for outcome in known]
    columns[one_line(_("Growth + margin"))] = [_cell(outcome, "rule_of_40") for outcome in known]
    words_table(columns, _("Worth and cost of a customer by business model"), deciding=(0, 3, 4))


def _cell(outcome: "Outcome", name: str) -> str:
    given = outcome.figures.get(name)
    return "–" if given is None else one_line(plain(_said(name, given.median)))
