"""A curve of adoption: sales pasted, Bass's or the logistic curve through them, and where it goes from there."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.charts.lines import Line, line_chart
from dashboard.components.charts.template import show
from dashboard.components.errors import shown
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from engine.errors import N_
from engine.market.adoption import METHODS

if TYPE_CHECKING:
    from engine.market.adoption import Adoption

Fit = Callable[[tuple[float, ...], str, int], "Adoption"]
NAMES = {
    "bass_nls": N_("Bass, least squares"),
    "logistic_nls": N_("Logistic, least squares"),
    "bass_ols": N_("Bass, his regression of 1969"),
}
PARAMETERS = {
    "p": N_("innovation p"),
    "q": N_("imitation q"),
    "m": N_("all who will ever buy, m"),
    "k": N_("speed k"),
    "t0": N_("middle t0"),
}
EXAMPLE = "96 195 238 380 1045 1230 1267 1828 1586 1673 1800 1580 1500"
"""Room air conditioners in the United States, 1949 to 1961, thousands (Srinivasan & Mason 1986)."""


def draw_adoption(parsed: Callable[[str], Sequence[float]], fit: Fit) -> None:
    """Draw the fields and, once there are sales, the fitted curve."""
    import streamlit as st

    said = _("Yearly sales of something alike tell how fast such a thing spreads, and where it ends.")
    st.markdown(note(plain(said)))
    with st.form("adoption_form", border=False):
        text = st.text_area(
            _("Sales of each year, in order"),
            placeholder=EXAMPLE,
            help=_(
                "Room air conditioners in the United States, 1949 to 1961, in thousands, stand there as an example."
            ),
            key="adoption_sales",
            height=70,
        )
        left, right = st.columns(2)
        method = left.selectbox(_("Curve"), METHODS, format_func=lambda name: _(NAMES[name]), key="adoption_method")
        ahead = right.number_input(_("Years ahead"), 0, 30, 5, key="adoption_ahead")
        st.form_submit_button(_("Fit the curve"), icon=":material/show_chart:", key="adoption_go")
    if text.strip():
        with shown():
            sales = tuple(parsed(text))
            _draw(sales, fit(sales, method, int(ahead)))


def _draw(sales: tuple[float, ...], found: "Adoption") -> None:
    import streamlit as st

    years = [float(year) for year in range(1, len(found.fitted) + 1)]
    banded = found.resamples > 0
    lines = [
        Line(_("observed"), years[: len(sales)], list(sales), None, marks=True),
        Line(
            _("fitted"),
            years,
            [one.value for one in found.fitted],
            0,
            [one.low for one in found.fitted] if banded else None,
            [one.high for one in found.fitted] if banded else None,
            dotted=True,
        ),
    ]
    alt = translate("Sales by year and the curve {name} through them", name=_(NAMES[found.method]))
    show(line_chart(lines, _("Year"), _("Sales a year")), alt, "adoption_chart")
    st.markdown("; ".join(_parameter(name, *ends, banded=banded) for name, ends in found.parameters.items()) + ".")
    st.markdown(note(plain(_reliability(found))))


def _parameter(name: str, value: float, low: float, high: float, *, banded: bool) -> str:
    decimals = formats.decimals_for(value, low, high, 3) if banded else formats.decimals_for(value, digits=4)
    written, *ends = (formats.number(number, decimals) for number in (value, low, high))
    interval = f" ({formats.between(*ends)})" if banded else ""
    return f"{plain(_(PARAMETERS[name]))} **{plain(written)}**{plain(interval)}"


def _reliability(found: "Adoption") -> str:
    if not found.resamples:
        return _("A regression of sales on what was sold before; it has no intervals here and answers differently.")
    said = translate(
        "95% intervals of {n} bootstrap fits; the peak lies at year {peak}.",
        n=found.resamples,
        peak=formats.number(found.peak_period, 1),
    )
    if found.peak_period > found.observed:
        said += " " + _("It lies ahead of the data: such fits miss the saturation by far.")
    return said
