"""Money in the reader's currency: US dollars as they are stored, yuan and euro at the newest rate."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.text import note, plain
from dashboard.i18n import _, language, translate
from engine.costs.rates.currency import CURRENCIES, Exchange, exchange
from engine.errors import N_, ProspectusError

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

STATE_KEY = "currency"
SYMBOLS = {"USD": "$", "CNY": "¥", "EUR": "€"}
NAMES = {"USD": N_("US dollar"), "CNY": N_("yuan"), "EUR": N_("euro")}
DOLLAR = Exchange(Decimal(1), date.min)


class Shown:
    """How amounts in US dollars are shown."""

    def __init__(self, currency: str, today: date) -> None:
        self.currency = currency
        self.rate = DOLLAR if currency == "USD" else exchange("USD", currency, today)

    def number(self, usd: float | Decimal) -> float:
        """The amount in the chosen currency."""
        return float(usd) * float(self.rate.rate)

    def text(self, usd: float | Decimal, low: float | None = None, high: float | None = None) -> str:
        """`$1,250`, `¥8,900`, `€0.41`; in Chinese `8,900 元`."""
        ends = (None, None) if low is None or high is None else (self.number(low), self.number(high))
        if self.currency == "USD":
            return formats.money(float(usd), *ends)
        written = formats.money(self.number(usd), *ends, unit=False)
        if language() != "zh_CN":
            minus = written.startswith(formats.MINUS)
            return f"{formats.MINUS * minus}{SYMBOLS[self.currency]}{written.removeprefix(formats.MINUS)}"
        unit = {"CNY": "元", "EUR": "欧元"}[self.currency]
        return written + ("" if written[-1] in "万亿" else formats.NBSP) + unit

    def between(self, low: float, high: float) -> str:
        """Both ends of an interval."""
        return formats.between(self.text(low, low, high), self.text(high, low, high))

    @property
    def said(self) -> str:
        """Which exchange rate that is; empty for US dollars."""
        if self.currency == "USD":
            return ""
        rate = formats.number(float(self.rate.rate), 4)
        words = translate(
            "1 US dollar is {rate} {currency}, the European Central Bank's rate of {day}.",
            rate=rate,
            currency=_(NAMES[self.currency]),
            day=self.rate.on.isoformat(),
        )
        return note(plain(words))


def currency_control(place: "DeltaGenerator", key: str, today: date) -> Shown:
    """Draw the switch; a currency whose rates are missing says so, and dollars are shown."""
    import streamlit as st

    from dashboard.components.errors import show_error

    row = place.container(horizontal=True, horizontal_alignment="right")
    chosen = row.segmented_control(
        _("Currency"),
        CURRENCIES,
        default=st.session_state.get(STATE_KEY, "USD"),
        required=True,
        label_visibility="collapsed",
        key=key,
    )
    st.session_state[STATE_KEY] = chosen
    try:
        return Shown(str(chosen), today)
    except ProspectusError as error:
        show_error(error)
        return Shown("USD", today)
