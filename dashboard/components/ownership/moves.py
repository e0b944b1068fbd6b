"""What the reader may move for a moment: months, demand, who serves it, where the electricity comes from."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.i18n import _
from dashboard.store.serving import home_region
from engine.costs.carbon import grids
from engine.costs.ownership.inputs import LEAST_MONTHS, MOST_MONTHS, Given
from engine.costs.ownership.model import API, OWN
from engine.interval import Interval

if TYPE_CHECKING:
    from dashboard.store.serving import OwnershipCase

USUAL_MONTHS = 24
FACTORS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


def moved(case: "OwnershipCase", key: str) -> tuple[int, Mapping[str, Given], str, str]:
    """Draw the controls; returns months, the inputs with the demand moved, own or api, and the country."""
    import streamlit as st

    one, two, three, four = st.columns([2, 2, 2, 2])
    months = one.slider(_("Months"), LEAST_MONTHS, MOST_MONTHS, USUAL_MONTHS, key=f"{key}_months")
    factor = two.select_slider(
        _("Demand"),
        FACTORS,
        value=1.0,
        format_func=lambda f: f"× {f:g}",
        help=_("Times the requests a month that are expected."),
        key=f"{key}_demand",
    )
    served_by = three.segmented_control(
        _("Served"),
        (OWN, API),
        default=case.served_by,
        required=True,
        format_func={OWN: _("ourselves"), API: _("by an API")}.__getitem__,
        key=f"{key}_served",
    )
    known, home = grids(), home_region()
    region = four.selectbox(
        _("Electricity of"),
        list(known),
        index=list(known).index(home) if home in known else 0,
        format_func=lambda code: _(known[code].name),
        key=f"{key}_region",
    )
    return int(months), _scaled(case.given, float(factor)), served_by or case.served_by, region


def _scaled(given: Mapping[str, Given], factor: float) -> Mapping[str, Given]:
    name = "requests_per_month"
    if factor == 1.0 or name not in given:
        return given
    one = given[name]
    return {**given, name: replace(one, figure=Interval(*(factor * end for end in one.figure)), grade="assumed")}
