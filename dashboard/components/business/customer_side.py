"""Plans of the price list with their margin, and what the product is worth to who pays."""

import math
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.business.words import missing, money
from dashboard.components.head import section_bar
from dashboard.components.kpis import Kpi, kpi_row
from dashboard.components.table import words_table
from dashboard.components.text import note, one_line, plain
from dashboard.i18n import _, translate
from dashboard.store import business as store
from engine.business.simulate import Unknown

if TYPE_CHECKING:
    from engine.business.scenario import Scenario


def plans_table(scenario: "Scenario", model: str) -> None:
    """Margin by plan, where there are several. Raises Unknown."""

    plans = store.tiers(scenario, model)
    if len(plans) < 2 or any(math.isnan(plan.gross) for plan in plans):
        return
    section_bar(_("By plan"), note=plain(_("Of a customer and month; every figure in the middle.")))
    words_table(
        {
            _("Plan"): [f"**{plain(_(plan.name))}**" for plan in plans],
            _("Customers"): [plain(formats.percent(plan.share, 0, 1)) for plan in plans],
            _("Brings"): [plain(money(plan.revenue)) for plan in plans],
            _("Costs"): [plain(money(plan.serving + plan.other)) for plan in plans],
            _("Leaves"): [plain(money(plan.gross)) for plan in plans],
            _("Margin"): [
                "–" if plan.margin is None else one_line(plain(f"{plan.margin:.0%}".replace("-", formats.MINUS)))
                for plan in plans
            ],
        },
        _("Margin by plan"),
        deciding=(0, 4, 5),
    )


def customer_side(scenario: "Scenario", model: str) -> None:
    """Labour saved and the return on what a customer pays; what is missing is named."""
    import streamlit as st

    section_bar(_("The customer's side"))
    try:
        found = store.side(scenario, model)
    except Unknown as error:
        said = translate("What the customer gains is unknown. Empty: {names}.", names=missing(error.keys))
        st.markdown(note(plain(said)))
        return
    back = _("they pay nothing") if found.back is None else f"{found.back:+.0%}".replace("-", formats.MINUS)
    kpi_row(
        [
            Kpi(_("Labour saved"), money(found.saved), "assumed", "", _("Hours saved in a month at what one costs.")),
            Kpi(_("They pay"), money(found.paid), "assumed", "", _("A month, on average of all customers.")),
            Kpi(_("Left to them"), money(found.gain), "assumed"),
            Kpi(_("Their return"), back, "assumed", "", _("What is left over what they pay.")),
        ]
    )
