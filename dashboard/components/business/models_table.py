"""Every business model of an idea in the same futures, a row each; what is not known says why."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.bars import Scale, interval_bar, picture, scale_over
from dashboard.components.business.words import figure_title, missing, model_title, money
from dashboard.components.head import section_bar
from dashboard.components.table import words_table
from dashboard.components.text import note, one_line, plain, roomy
from dashboard.i18n import _, translate
from engine.business.compare import missing_of_own

if TYPE_CHECKING:
    from engine.business.compare import Compared

BAR = 120


def models_table(rows: "Sequence[Compared]", paths: int) -> None:
    """Draw it, the highest median first."""
    import streamlit as st

    section_bar(_("The same idea under other business models"), control=True)  # two lines on a phone
    said = translate(
        "The same {paths} futures for each. Cash at month 36: median and 90%; the tick marks zero.",
        paths=formats.number(paths),
    )
    st.markdown(note(plain(said)))
    known = [row for row in rows if row.outcome is not None]
    ends = [row.outcome.figures["cash_end_usd"] for row in known if row.outcome is not None]
    scale = scale_over([0.0, *(x for end in ends for x in (end.low, end.high))])
    ordered = sorted(known, key=lambda row: -_median(row)) + [row for row in rows if row.outcome is None]
    columns: dict[str, list[str]] = {
        _("Business model"): [one_line(f"**{plain(model_title(row.model))}**") for row in ordered],
        one_line(_("Pays back")): [_chance(row, "p_paid_back") for row in ordered],
        one_line(_("Cash runs out")): [_chance(row, "p_cash_out") for row in ordered],
        one_line(_("Cash at month 36")): [_bar(row, scale) for row in ordered],
        _("Median"): [_end(row) for row in ordered],
        _("Margin"): [_margin(row) for row in ordered],
        roomy(_("What decides it")): [_decides(row) for row in ordered],
    }
    words_table(columns, _("Business models in the same futures"), deciding=(0, 3, 4))


def _median(row: "Compared") -> float:
    return row.outcome.figures["npv_usd"].median if row.outcome is not None else float("-inf")


def _chance(row: "Compared", name: str) -> str:
    share = None if row.outcome is None else row.outcome.chances.get(name)
    return "–" if share is None else plain(formats.chance(share))


def _bar(row: "Compared", scale: Scale) -> str:
    if row.outcome is None:
        return one_line(plain(_("unknown")))
    end = row.outcome.figures["cash_end_usd"]
    words = formats.between(money(end.low), money(end.high))
    return picture(interval_bar(end.median, end.low, end.high, "modelled", scale, tick=0.0, width=BAR), plain(words))


def _end(row: "Compared") -> str:
    return "–" if row.outcome is None else one_line(plain(money(row.outcome.figures["cash_end_usd"].median)))


def _margin(row: "Compared") -> str:
    margin = None if row.outcome is None else row.outcome.figures.get("gross_margin")
    return "–" if margin is None else plain(f"{margin.median:.0%}".replace("-", formats.MINUS))


def _decides(row: "Compared") -> str:
    if row.unknown is not None:
        own = missing_of_own(row)
        return plain(translate("empty: {names}", names=missing(own))) if own else "–"
    return plain(figure_title(row.decides.key)) if row.decides is not None else "–"
