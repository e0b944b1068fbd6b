"""The attractiveness score: its parts, their figures, weights and scales, with what is missing named."""

from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_badge
from dashboard.components.bars import Scale, interval_bar, picture
from dashboard.components.ink import on_phone
from dashboard.components.text import note, one_line, plain, unbroken
from dashboard.i18n import _, translate
from engine.evidence import measure

if TYPE_CHECKING:
    from dashboard.store.demand import Demand
    from engine.market.attractiveness import Attractiveness, Part, Scored

FULL = Scale(0.0, 100.0)


def draw_score(found: "Demand", score: "Attractiveness") -> None:
    """Draw one row a part; what has no figure says so and keeps its weight."""
    import streamlit as st

    columns: dict[str, list[str]] = {
        _("Part"): [],
        _("Figure"): [],
        _("Score, 0 to 100"): [],
        unbroken(_("Weight")): [],
    }
    for one in score.parts:
        for column, cell in zip(columns.values(), _cells(found, one), strict=True):
            column.append(cell)
    st.table(columns, border="horizontal", hide_index=True, alt=_("Parts of the attractiveness score"))
    said = _("Weights and scales are assumptions of ours; what is missing may be 0 or 100 and widens the interval.")
    st.markdown(note(plain(said)))


def _cells(found: "Demand", one: "Scored") -> list[str]:
    part = one.part
    title = unbroken(_(part.title))
    weight = f"{part.weight:g}"
    figure = found.figures.get(part.measure)
    if one.score is None or figure is None:
        return [title, plain(translate("unknown: no “{measure}”", measure=_(measure(part.measure).title))), "–", weight]
    written = one_line(plain(formats.value(part.measure, figure.value, figure.low, figure.high)))
    bar = interval_bar(one.score.value, one.score.low, one.score.high, "assumed", FULL)
    ends = f"{one.score.low:.0f}–{one.score.high:.0f}"
    return [
        title,
        f"**{written}** {grade_badge(figure.grade)}",
        f"{picture(bar, ends)} {one.score.value:.0f} {'' if on_phone() else plain(f'({_scale(part)})')}".rstrip(),
        weight,
    ]


def _scale(part: "Part") -> str:
    """From which figure to which the score runs."""
    worst, best = (formats.value(part.measure, end) for end in (part.worst, part.best))
    return translate("0 at {worst}, 100 at {best}", worst=worst, best=best)
