"""Dialogs that append prices: one by hand, many from a CSV, today's from the network."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.author import author_field
from dashboard.components.errors import guarded, shown
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from engine.costs.rates import CURRENCIES, KIND_NAMES, KINDS, UNIT_NAMES, UNIT_OF
from engine.costs.rates.tables import COLUMNS, REQUIRED

if TYPE_CHECKING:
    from dashboard.store.money import RateRow
    from engine.entrypoints.actions.rates import Imported

GRADES = ("assumed", "quoted", "modelled")
Add = Callable[[Mapping[str, str], str], str]
ImportFile = Callable[[bytes, str, str], "Imported"]


def rate_dialog(add: Add, today: date, start: "RateRow | None" = None) -> None:
    """Open the form for a price; with `start`, for a new price of that thing."""
    import streamlit as st

    @st.dialog(_("Enter a price"), width="large", icon=":material/sell:")
    @guarded
    def ask() -> None:
        st.markdown(note(_("A new price is a new row: what was in force before stays in the history.")))
        kind = start.kind if start else _kind()
        with st.form("rate_form", border=False, enter_to_submit=False):
            given = {"kind": kind, "unit": UNIT_OF[kind]}  # type: ignore[index]
            given |= _thing(kind, start) if start is None else _same(start)
            given |= _price(kind, start)
            given |= _source(today)
            author = author_field("rate_author")
            pressed = st.form_submit_button(_("Write down"), type="primary", key="rate_go")
        if pressed:
            with shown():
                add(given, author)
                st.rerun()

    ask()


def _kind() -> str:
    import streamlit as st

    return str(st.selectbox(_("Kind"), KINDS, format_func=lambda name: _(KIND_NAMES[name]), key="rate_kind"))


def _thing(kind: str, start: "RateRow | None") -> dict[str, str]:
    import streamlit as st

    left, middle, right = st.columns(3)
    item = left.text_input(_("What"), placeholder="a100-80", key="rate_item")
    provider = middle.text_input(_("Provider"), key="rate_provider")
    region = right.text_input(_("Region"), key="rate_region")
    key = "/".join(part.strip() for part in (kind, item, provider, region) if part and part.strip())
    return {"key": key if item or provider or region else "", "item": item, "provider": provider, "region": region}


def _same(start: "RateRow") -> dict[str, str]:
    import streamlit as st

    st.markdown(f"**{plain(start.key)}**")
    return {"key": start.key, "item": start.item, "provider": start.provider, "region": start.region}


def _price(kind: str, start: "RateRow | None") -> dict[str, str]:
    import streamlit as st

    unit = _(UNIT_NAMES[UNIT_OF[kind]])  # type: ignore[index]
    columns = st.columns([2, 1, 1, 1], vertical_alignment="bottom")
    labels = (translate("Price, {unit}", unit=unit), _("At least"), _("At most"))
    fields = ("value", "low", "high")
    given: dict[str, Any] = {
        field: place.number_input(
            label, min_value=0.0, value=None, format="%g", step=None, placeholder=_("unknown"), key=f"rate_{field}"
        )
        for place, label, field in zip(columns, labels, fields, strict=False)
    }
    given["currency"] = columns[3].selectbox(_("Currency"), CURRENCIES, key="rate_currency")
    return {field: "" if value is None else str(value) for field, value in given.items()}


def _source(today: date) -> dict[str, str]:
    import streamlit as st

    grade = st.segmented_control(
        _("Grade"),
        GRADES,
        default="assumed",
        required=True,
        format_func=_,
        key="rate_grade",
        help=_("Quoted: you opened a published price. Assumed: typed from memory."),
    )
    left, right = st.columns([2, 1])
    source = left.text_input(_("Who says so"), placeholder=_("Price page, invoice, from memory"), key="rate_source")
    begins = right.date_input(_("Holds from"), value=today, max_value=today, key="rate_from")
    url = left.text_input(_("Address, only of a page you opened"), key="rate_url")
    checked = right.date_input(_("Opened on"), value=None, max_value=today, key="rate_checked")
    return {
        "grade": str(grade),
        "source": source,
        "url": url,
        "valid_from": begins.isoformat(),
        "checked_on": checked.isoformat() if checked else "",
    }


def import_dialog(bring: ImportFile) -> None:
    """Open the form that takes a CSV of prices: all of its rows or none."""
    import streamlit as st

    @st.dialog(_("Import prices"), width="large", icon=":material/upload_file:")
    @guarded
    def ask() -> None:
        columns = translate(
            "A CSV with the columns {required}, and where known {more}. All rows are checked before any is stored.",
            required=", ".join(REQUIRED),
            more=", ".join(name for name in COLUMNS if name not in REQUIRED),
        )
        st.markdown(note(plain(columns)))
        with st.form("rates_import", border=False, enter_to_submit=False):
            file = st.file_uploader(_("Prices as a CSV"), type=["csv", "tsv", "txt"], key="rates_file")
            author = author_field("rates_import_author")
            pressed = st.form_submit_button(_("Import"), type="primary", key="rates_import_go")
        if pressed and file is not None:
            with shown():
                tell(bring(file.getvalue(), file.name, author))
                st.rerun()

    ask()


def tell(done: "Imported") -> None:
    """Say in passing what an import brought."""
    import streamlit as st

    words = translate(
        "{read} prices read, {new} of them new.", read=formats.number(done.read), new=formats.number(done.new)
    )
    st.toast(words, icon=":material/check_circle:")


def refresh(get: Callable[[], Any]) -> None:
    """Get prices, saying how it went; what cannot be had is shown and changes nothing."""
    import streamlit as st

    with shown(), st.spinner(_("Prices are read")):
        tell(get())
