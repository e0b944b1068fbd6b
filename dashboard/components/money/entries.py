"""The ledger's entries: a page of them, and taking one back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from dashboard import formats
from dashboard.components.author import author_field
from dashboard.components.badges import grade_mark, grade_name
from dashboard.components.errors import guarded, shown
from dashboard.components.money.amounts import Shown
from dashboard.components.money.picked import PAGE_ROWS, picked
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from engine.costs.ledger import CATEGORIES, CATEGORY_NAMES, ENTRY_COLUMNS, INVOICE_COLUMNS, MORE_COLUMNS
from engine.costs.rates.currency import CURRENCIES
from engine.errors import N_
from engine.evidence import Grade
from engine.wording.names import source_name

if TYPE_CHECKING:
    from dashboard.store.money import LedgerRow
    from engine.entrypoints.actions.ledger import Booked

PHASES = {
    "setup": N_("preparing"),
    "fit": N_("learning"),
    "evaluate": N_("testing"),
    "serve": N_("timing"),
    "explain": N_("explaining"),
}
"""What a run was doing; metered money says it as its remark."""
BASES = {"metered": N_("metered"), "invoice": N_("invoice"), "typed": N_("typed")}
TakeBack = Callable[[int, str, str], None]
Bring = Callable[[bytes, str, str], "Booked"]


def page_of(entries: int) -> int:
    """Draw the page control when there is more than a page; the first row of the chosen page."""
    import streamlit as st

    pages = -(-entries // PAGE_ROWS)
    return (int(st.pagination(pages, key="costs_page")) - 1) * PAGE_ROWS if pages > 1 else 0


def entry_table(
    rows: Sequence["LedgerRow"], names: Mapping[int, tuple[str, str]], amounts: Shown
) -> "LedgerRow | None":
    """Draw the entries; the one that is selected."""
    from streamlit import column_config as column

    return picked(
        rows,
        {
            "day": [row.day.isoformat() for row in rows],
            "idea": [names.get(row.product_id or 0, ("", _("whole company")))[1] for row in rows],
            "category": [_(CATEGORY_NAMES[row.category]) for row in rows],
            "amount": [amounts.text(row.usd) for row in rows],
            "grade": [f"{grade_mark(cast(Grade, row.grade))} {grade_name(cast(Grade, row.grade))}" for row in rows],
            "basis": [_(BASES[row.basis]) for row in rows],
            "said": [_(PHASES.get(row.said, row.said)) if row.basis == "metered" else row.said for row in rows],
            "source": [source_name("run", row.source) if row.source == row.run_id else row.source for row in rows],
        },
        {
            "day": column.TextColumn(_("Day"), width=100),
            "idea": column.TextColumn(_("Idea"), width=190),
            "category": column.TextColumn(_("What for"), width=90),
            "amount": column.TextColumn(_("Amount"), width=100),
            "grade": column.TextColumn(_("Grade"), width=110),
            "basis": column.TextColumn(_("Basis"), width=90),
            "said": column.TextColumn(_("Remark"), width=140),
            "source": column.TextColumn(_("Source"), width=200),
        },
        "costs_entries",
        _("Entries of the month, newest first"),
        deciding=("day", "amount", "idea"),
    )


def entry_line(row: "LedgerRow", take_back: TakeBack) -> None:
    """What a selected entry says, and the button that takes it back where that may be done."""
    import streamlit as st

    place = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    said = f"{row.day.isoformat()}: {row.said or row.source}"
    if row.quoted:
        said += " · " + translate(
            "{amount} {currency}, rate of {day}",
            amount=row.quoted["amount"],
            currency=row.currency,
            day=row.quoted["on"],
        )
    place.markdown(plain(said), width="content")
    if row.reversible and place.button(_("Take it back"), icon=":material/undo:", key="costs_take_back"):
        _take_back_dialog(row, take_back)


def _take_back_dialog(row: "LedgerRow", take_back: TakeBack) -> None:
    import streamlit as st

    @st.dialog(_("Take an entry back"), icon=":material/undo:")
    @guarded
    def ask() -> None:
        st.markdown(note(plain(_("An entry of the opposite amount is added; both stay in the ledger."))))
        with st.form("take_back_form", border=False, enter_to_submit=False):
            reason = st.text_input(_("Reason"), key="take_back_reason")
            author = author_field("take_back_author")
            pressed = st.form_submit_button(_("Take it back"), type="primary", key="take_back_go")
        if pressed:
            with shown():
                take_back(row.id, author, reason or "")
                st.rerun()

    ask()


def money_dialog(
    add: Callable[[Mapping[str, Any], str], int], names: Mapping[int, tuple[str, str]], today: date
) -> None:
    """Open the form for money that was spent: staff, labels, data, storage."""
    import streamlit as st

    slugs = ["", *(slug for slug, _name in names.values())]
    titles = {"": _("whole company"), **dict(names.values())}

    @st.dialog(_("Write down money"), width="large", icon=":material/payments:")
    @guarded
    def ask() -> None:
        with st.form("money_form", border=False, enter_to_submit=False):
            amount_at, currency_at, day_at = st.columns([2, 1, 1])
            amount = amount_at.number_input(_("Amount"), value=None, format="%g", step=None, key="money_amount")
            currency = currency_at.selectbox(_("Currency"), CURRENCIES, key="money_currency")
            day = day_at.date_input(_("Day"), value=today, max_value=today, key="money_day")
            left, right = st.columns(2)
            category = left.selectbox(
                _("What for"),
                CATEGORIES,
                CATEGORIES.index("staff"),
                format_func=lambda name: _(CATEGORY_NAMES[name]),
                key="money_category",
            )
            product = right.selectbox(_("Idea"), slugs, format_func=titles.__getitem__, key="money_product")
            source = left.text_input(
                _("Who says so"), placeholder=_("40 hours at 60 US dollars, or an offer"), key="money_source"
            )
            grade = right.segmented_control(
                _("Grade"), ("assumed", "quoted"), default="assumed", required=True, format_func=_, key="money_grade"
            )
            description = st.text_input(_("Remark"), key="money_said")
            author = author_field("money_author")
            pressed = st.form_submit_button(_("Write down"), type="primary", key="money_go")
        if pressed:
            given = {"amount": amount, "currency": currency, "date": day.isoformat(), "category": category}
            given |= {"product": product, "source": source, "grade": grade, "description": description}
            with shown():
                add(given, author)
                st.rerun()

    ask()


def import_dialog(invoices: Bring, entries: Bring) -> None:
    """Open the form that takes a CSV of invoices or of typed money: all of its rows or none."""
    import streamlit as st

    kinds = {"invoices": _("Invoices"), "entries": _("Other money")}

    @st.dialog(_("Import a CSV"), width="large", icon=":material/upload_file:")
    @guarded
    def ask() -> None:
        kind = st.segmented_control(
            _("It holds"),
            list(kinds),
            default="invoices",
            required=True,
            format_func=kinds.__getitem__,
            key="costs_import_kind",
        )
        required = INVOICE_COLUMNS if kind == "invoices" else ENTRY_COLUMNS
        words = translate(
            "A CSV with the columns {required}, and where known {more}. All rows are checked before any is stored.",
            required=", ".join(required),
            more=", ".join(name for name in MORE_COLUMNS if name not in required),
        )
        st.markdown(note(plain(words)))
        with st.form("costs_import", border=False, enter_to_submit=False):
            file = st.file_uploader(_("The file"), type=["csv", "tsv", "txt"], key="costs_file")
            author = author_field("costs_import_author")
            pressed = st.form_submit_button(_("Import"), type="primary", key="costs_import_go")
        if pressed and file is not None:
            with shown():
                _tell((invoices if kind == "invoices" else entries)(file.getvalue(), file.name, author))
                st.rerun()

    ask()


def _tell(done: "Booked") -> None:
    import streamlit as st

    words = translate(
        "{new} new, {known} already there: {amount}",
        new=formats.number(done.new),
        known=formats.number(done.known),
        amount=formats.money(float(done.usd)),
    )
    st.toast(words, icon=":material/check_circle:")
