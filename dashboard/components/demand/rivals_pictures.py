"""Cards, feature matrix, positioning map and price history of competitors."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_mark
from dashboard.components.charts.history import Asked, price_history
from dashboard.components.charts.positions import Position, positions
from dashboard.components.charts.template import show
from dashboard.components.demand.rivals_words import MARKS, features, present
from dashboard.components.ink import on_phone
from dashboard.components.text import note, one_line, plain, unbroken
from dashboard.i18n import _, translate
from engine.market.competition import UNITS

if TYPE_CHECKING:
    from dashboard.store.demand import CompetitorRow, PriceRow

ACROSS = 3
WORTH = {"yes": 1.0, "partly": 0.5, "no": 0.0}
MOST_MATRIX = 7
PHONE_NAME = 16


def draw_cards(
    rows: "Sequence[CompetitorRow]",
    change: "Callable[[CompetitorRow], None]",
    toggle: "Callable[[CompetitorRow], None]",
) -> None:
    """Draw one card a competitor, gone ones last and pale."""
    import streamlit as st

    cards = [row for row in rows if not row.ours]
    for start in range(0, len(cards), ACROSS):
        for place, row in zip(st.columns(ACROSS), cards[start : start + ACROSS], strict=False):
            with place.container(border=True, height="stretch"):
                _card(row)
                with st.container(horizontal=True):
                    if st.button(_("Change it"), icon=":material/edit:", key=f"rival_change_{row.id}"):
                        change(row)
                    words = _("Is gone") if row.gone_at is None else _("Is back")
                    if st.button(words, type="tertiary", key=f"rival_gone_{row.id}"):
                        toggle(row)


def _card(row: "CompetitorRow") -> None:
    import streamlit as st

    name = plain(row.name, 60)
    title = f"**[{name}]({row.url})**" if row.url else f"**{name}**"
    gone = f" :gray-badge[{plain(_('gone'))}]" if row.gone_at is not None else ""
    st.markdown(title + gone)
    if row.positioning:
        st.markdown(plain(row.positioning, 240))
    lines = [_price(row, unit) for unit in UNITS]
    st.markdown("  \n".join(line for line in lines if line) or note(plain(_("no price yet"))))
    st.markdown(note(plain(translate("by {name}, {day}", name=row.author, day=formats.date(row.created_at)))))


def _price(row: "CompetitorRow", unit: str) -> str:
    price = row.latest(unit)
    if price is None:
        return ""
    mark = grade_mark("quoted" if price.grade == "quoted" else "assumed")
    written = one_line(plain(formats.money(float(price.usd))))
    return f"{mark} **{written}** {plain(_(UNITS[unit]))} {note(plain(price.on.isoformat()))}"


def draw_matrix(rows: "Sequence[CompetitorRow]") -> None:
    """Draw which of them has which feature; an empty cell says that nobody looked."""
    import streamlit as st

    names = features(rows)
    shown = [*[row for row in rows if row.ours], *present(rows)][:MOST_MATRIX]
    if not names:
        st.markdown(note(plain(_("No features were named yet: add them to a card."))))
        return
    columns = {_("Feature"): [unbroken(plain(name)) for name in names]}
    for row in shown:
        title = plain(
            translate("{name} (ours)", name=row.name) if row.ours else row.name, PHONE_NAME if on_phone() else 40
        )
        columns[title] = [MARKS.get(row.features.get(name, ""), "–") for name in names]
    st.table(columns, border="horizontal", hide_index=True, alt=_("Features by competitor"))
    st.markdown(note(plain(_("✓ yes, ◐ partly, ✗ no, – nobody looked."))))


def draw_map(rows: "Sequence[CompetitorRow]", unit: str, ours_usd: float | None) -> None:
    """Draw price against the share of features had, of those with a price for the unit."""
    import streamlit as st

    names = features(rows)
    marks = []
    for row in [*present(rows), *[row for row in rows if row.ours]]:
        price = _asked(row, unit, ours_usd)
        if price is not None and price[0] > 0:
            share = sum(WORTH.get(row.features.get(name, "no"), 0.0) for name in names) / len(names) if names else 0.0
            marks.append(Position(row.name, price[0], share, price[1], row.ours))
    if not marks:
        st.markdown(note(plain(_("No competitor has a price for this unit."))))
        return
    title = translate("US$, {unit} (log)", unit=_(UNITS[unit]))
    alt = translate("Map of {n} competitors by price and features", n=len(marks))
    show(positions(marks, title, _("Features had"), phone=on_phone()), alt, "rivals_map")
    st.markdown(note(plain(_("Filled: quoted price; hollow: assumed. Partly counts half, unknown counts as no."))))


def _asked(row: "CompetitorRow", unit: str, ours_usd: float | None) -> tuple[float, bool] | None:
    if row.ours:
        return (ours_usd, False) if ours_usd is not None and unit == "requests_1k" else None
    price: PriceRow | None = row.latest(unit)
    return None if price is None else (float(price.usd), price.grade == "quoted")


def draw_history(rows: "Sequence[CompetitorRow]", unit: str) -> None:
    """Draw every price of a unit that was seen, from its day on."""
    lines = []
    for row in present(rows):
        mine = [price for price in row.prices if price.unit == unit]
        if mine:
            lines.append(Asked(row.name, [price.on for price in mine], [float(price.usd) for price in mine]))
    if lines:
        title = translate("US$, {unit}", unit=_(UNITS[unit]))
        alt = translate("Prices of {n} competitors since the day each was seen", n=len(lines))
        show(price_history(lines, title, date.today()), alt, "rivals_history")
