"""The checklist and the programmes as lists that are read, each entry with the way to change it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.entry import entry
from dashboard.components.obligations.words import (
    AREA_NAMES,
    GRANT_NAMES,
    UNCLEAR,
    source_badge,
    status_badge,
    status_of,
    told,
)
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from engine.market.obligations import grants, obligations, questions

if TYPE_CHECKING:
    from dashboard.store.obligations import Duties, Said
    from engine.market.obligations import Grant, Obligation

ORDER = ("open", "in progress", "met")
Change = Callable[["Obligation | Grant", str, "Said | None"], None]


def draw_duties(found: "Duties", region: str, change: Change) -> None:
    """Draw what is open first; what is unclear and what does not apply is folded away."""
    import streamlit as st

    rows = [one for one in obligations().values() if region in ("all", one.region)]
    by = {one.key: status_of(found, one.key) for one in rows}
    shown = sorted((one for one in rows if by[one.key] in ORDER), key=lambda one: ORDER.index(by[one.key]))
    unclear = [one for one in rows if by[one.key] == UNCLEAR]
    rest = [one for one in rows if by[one.key] not in (*ORDER, UNCLEAR)]
    if not shown:
        st.markdown(plain(_("None is known to apply yet.") if unclear else _("None of these applies.")))
    for one in shown:
        _row(found, one, by[one.key], change)
    folded = (
        (translate("Unclear until the questions are answered ({n})", n=len(unclear)), ":material/help:", unclear),
        (translate("Does not apply ({n})", n=len(rest)), ":material/block:", rest),
    )
    for title, icon, ones in folded:
        if ones:
            with st.expander(title, icon=icon):
                for one in ones:
                    _row(found, one, by[one.key], change)


def _row(found: "Duties", one: "Obligation", status: str, change: Change) -> None:
    said = found.said.get(one.key)
    about = [one.region, _(AREA_NAMES[one.area]), one.source]
    lines = [f"**{plain(told(one.title))}** {status_badge(status)} {source_badge(said)}", plain(told(one.asks))]
    lines.append(note(plain(" · ".join([*about, *_said(said)]))))
    if status == UNCLEAR:
        lacks = ", ".join(told(questions()[key]) for key in one.lacks(found.answers))
        lines.append(note(plain(translate("Unclear until answered: {questions}", questions=lacks))))
    _entry(one, status, said, lines, change)


def draw_grants(found: "Duties", change: Change) -> None:
    """Draw the programmes; amounts stand where somebody typed them."""
    for one in grants().values():
        said = found.said.get(one.key)
        badge = status_badge(said.status, GRANT_NAMES) if said else ""
        amount = f" **{plain(formats.money(float(said.usd)))}**" if said and said.usd is not None else ""
        about = " · ".join([one.region, one.source, *_said(said)])
        lines = [f"**{plain(told(one.title))}** {badge} {source_badge(said)}{amount}", plain(told(one.offers))]
        _entry(one, said.status if said else "open", said, [*lines, note(plain(about))], change)


def _entry(one: "Obligation | Grant", status: str, said: "Said | None", lines: Sequence[str], change: Change) -> None:
    if entry(lines, _("Change it"), f"duty_{one.key}"):
        change(one, status, said)


def _said(said: "Said | None") -> list[str]:
    if said is None:
        return []
    parts = [translate("owner {name}", name=said.owner) if said.owner else _("no owner"), said.source, said.note]
    parts.append(translate("said by {name}", name=said.author))
    return [part for part in parts if part]
