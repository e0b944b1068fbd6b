"""Type one figure of a business with nearer ends, from the place that says what knowing it is worth."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.author import author_field
from dashboard.components.badges import grade_badge, grade_name
from dashboard.components.business.inputs_form import NO_NAME, UNITS
from dashboard.components.business.words import figure_title
from dashboard.components.errors import guarded, show_error, shown
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from dashboard.store import plans
from engine.business.inputs import INPUTS
from engine.business.scenario import Estimate
from engine.errors import InputError
from engine.portfolio.ways import LEADS_GROWTH, monthly_growth

if TYPE_CHECKING:
    from dashboard.store.plans import Next

SAVED = "plan_queued"


def narrow_dialog(step: "Next", slugs: Sequence[str]) -> None:
    """The value, its ends and the reason; saved as a new scenario of the idea, or of all for a figure they share."""
    import streamlit as st

    title = figure_title(step.key)

    @st.dialog(title, icon=":material/edit:")
    @guarded
    def ask() -> None:
        now = plans.figure(slugs, step.key)
        st.markdown(note(plain(_about(step, now))))
        if step.slug and step.key == LEADS_GROWTH:
            _market_growth(step.slug)
        with st.form(f"narrow_{step.slug}_{step.key}", border=False, enter_to_submit=False):
            unit = f", {_(UNITS[INPUTS[step.key].unit])}" if step.key in INPUTS else ""
            value = _number(f"{_('Value')}{unit}", now.value if now else None, "narrow_value")
            left, right = st.columns(2)
            with left:
                low = _number(_("At least"), now.low if now else None, "narrow_low")
            with right:
                high = _number(_("At most"), now.high if now else None, "narrow_high")
            why = st.text_input(_("Why this much"), max_chars=200, key="narrow_why")
            author = author_field("narrow_author")
            pressed = st.form_submit_button(_("Save as a scenario"), type="primary", key="narrow_go")
        if pressed:
            with shown():
                _save(step, slugs, value, low, high, why, author)

    ask()


def _about(step: "Next", now: Estimate | None) -> str:
    what = step.idea or _("all ideas")
    if now is None:
        return what
    return translate("{idea}; now {grade}, from {source}.", idea=what, grade=grade_name(now.grade), source=_source(now))


def _market_growth(slug: str) -> None:
    """What the forecast says of the market, in a month's terms, as something to go by."""
    import streamlit as st

    found = plans.growth(slug)
    if found is None:
        return
    low, high = (found.value if end is None else end for end in (found.low, found.high))
    year, month = (
        [formats.percent(share) for share in shares]
        for shares in ((found.value, low, high), [monthly_growth(end) for end in (found.value, low, high)])
    )
    said = translate(
        "The market is forecast to grow {year} a year, {ends}: {month} a month, {month_ends}.",
        year=year[0],
        ends=formats.between(year[1], year[2]),
        month=month[0],
        month_ends=formats.between(month[1], month[2]),
    )
    st.markdown(f"{grade_badge(found.grade)} {plain(said)}")


def _source(now: Estimate) -> str:
    return now.source or _("the prices that were typed")


def _number(label: str, value: float | None, key: str) -> float | None:
    import streamlit as st

    found: float | None = st.number_input(label, value=value, step=None, format="%.6g", placeholder=_("none"), key=key)
    return found


def _save(  # noqa: PLR0917  in the order of the form
    step: "Next",
    slugs: Sequence[str],
    value: float | None,
    low: float | None,
    high: float | None,
    why: str,
    author: str,
) -> None:
    import streamlit as st

    if value is None or not author:
        show_error(InputError(NO_NAME, parts=_("a value") if value is None else _("your name")))
        return
    plans.narrow_figure(slugs, step.key, Estimate(value, low, high, why=why.strip()), author)
    said = translate("“{what}” is saved in a new scenario; the ranking stands on it.", what=figure_title(step.key))
    st.session_state[SAVED] = plain(said)
    st.rerun()
