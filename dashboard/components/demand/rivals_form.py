"""Forms of competitors: a new card, a further price, answers by feature, hosted models, a table."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.components.author import author_field
from dashboard.components.demand.rivals_words import MARKS
from dashboard.components.errors import guarded, show_error, shown
from dashboard.components.text import note, plain
from dashboard.i18n import _
from engine.errors import N_, InputError
from engine.market.competition import ANSWERS, UNITS

if TYPE_CHECKING:
    from dashboard.store.demand import CompetitorRow

ANSWER_NAMES = {"yes": N_("yes"), "partly": N_("partly"), "no": N_("no")}
Price = tuple[float, str, date, str]


def card_dialog(write: Callable[..., object]) -> None:
    """Open the form of a new card; `write` takes name and author, and by name url, positioning, features, price."""
    import streamlit as st

    @st.dialog(_("Add a competitor"), width="large", icon=":material/add:")
    @guarded
    def ask() -> None:
        with st.form("rival_form", border=False, enter_to_submit=False):
            left, right = st.columns(2)
            name = left.text_input(_("Name"), max_chars=120, key="rival_name")
            url = right.text_input(_("Address"), placeholder="https://", max_chars=500, key="rival_url")
            positioning = st.text_area(_("For whom, and with what promise?"), key="rival_positioning", height=70)
            left, right = st.columns(2)
            has = left.text_area(_("Features it has, one a line"), key="rival_has", height=90)
            lacks = right.text_area(_("Features it lacks, one a line"), key="rival_lacks", height=90)
            price = _price_fields("rival")
            author = author_field("rival_author")
            pressed = st.form_submit_button(_("Add the competitor"), type="primary", key="rival_go")
        if pressed and _complete(name, author):
            answers = dict.fromkeys(_lines(lacks), "no") | dict.fromkeys(_lines(has), "yes")
            with shown():
                write(name, author, url=url, positioning=positioning, features=answers, price=price)
                st.rerun()

    ask()


def _complete(name: str, author: str) -> bool:
    if name.strip() and author:
        return True
    show_error(InputError(N_("A card needs a name and yours.")))
    return False


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _price_fields(key: str) -> Price | None:
    """Amount, unit, day and source; None while the amount is empty."""
    import streamlit as st

    one, two, three, four = st.columns([1.2, 1.6, 1.3, 2.4])
    usd = one.number_input(
        _("Price (US$)"), min_value=0.0, value=None, format="%g", step=None, placeholder=_("unknown"), key=f"{key}_usd"
    )
    unit = two.selectbox(_("For"), list(UNITS), format_func=lambda name: _(UNITS[name]), key=f"{key}_unit")
    on = three.date_input(_("Seen on"), value="today", max_value="today", key=f"{key}_on")
    source = four.text_input(
        _("Where it stands"),
        placeholder=_("with a source it is quoted, without assumed"),
        max_chars=500,
        key=f"{key}_source",
    )
    return None if usd is None else (usd, unit, on, source)


def change_dialog(
    row: "CompetitorRow",
    known: Sequence[str],
    add_price: Callable[..., object] | None,
    answer: Callable[[Mapping[str, str], str], object],
) -> None:
    """Open the form that adds a price (where `add_price` is given) and answers by feature."""
    import streamlit as st

    @st.dialog(row.name, width="large", icon=":material/edit:")
    @guarded
    def ask() -> None:
        key = f"change_{row.id}"
        with st.form(f"{key}_form", border=False, enter_to_submit=False):
            price = _price_fields(key) if add_price is not None else None
            answers = _feature_fields(row, known, key)
            author = author_field(f"{key}_author")
            pressed = st.form_submit_button(_("Write down"), type="primary", key=f"{key}_go")
        if not pressed:
            return
        if not author:
            show_error(InputError(N_("An assumption needs {parts}."), parts=_("your name")))
            return
        with shown():
            if price is not None and add_price is not None:
                usd, unit, on, source = price
                add_price(usd, unit, on, source=source, author=author)
            if answers:
                answer(answers, author)
            st.rerun()

    ask()


def _feature_fields(row: "CompetitorRow", known: Sequence[str], key: str) -> dict[str, str]:
    """One choice a known feature, and a field for further ones that it has; only what was answered."""
    import streamlit as st

    found: dict[str, str] = {}
    options = [None, *ANSWERS]
    for start in range(0, len(known), 3):
        for place, name in zip(st.columns(3), known[start : start + 3], strict=False):
            chosen = place.selectbox(
                name,
                options,
                index=options.index(row.features.get(name)),
                format_func=lambda answer: f"{MARKS[answer]} {_(ANSWER_NAMES[answer])}" if answer else _("unknown"),
                key=f"{key}_{name}",
            )
            if chosen is not None:
                found[name] = chosen
    more = st.text_input(_("A further feature it has"), max_chars=80, key=f"{key}_more")
    return found | ({more.strip(): "yes"} if more.strip() else {})


def hosted_dialog(models: Sequence[tuple[str, str]], add: Callable[[str, str], object]) -> None:
    """Open the choice of a hosted model; `add` takes its key and the author."""
    import streamlit as st

    @st.dialog(_("Add a hosted model"), icon=":material/cloud:")
    @guarded
    def ask() -> None:
        titles = dict(models)
        st.markdown(note(plain(_("Prices for tokens in and out, as genai-prices lists them: quoted, with their day."))))
        with st.form("hosted_form", border=False, enter_to_submit=False):
            chosen = st.selectbox(
                _("Model"), list(titles), index=None, format_func=titles.__getitem__, key="hosted_model"
            )
            author = author_field("hosted_author")
            pressed = st.form_submit_button(_("Add it"), type="primary", key="hosted_go")
        if pressed:
            if chosen is None or not author:
                show_error(InputError(N_("Choose a model, and say who you are.")))
                return
            with shown():
                add(chosen, author)
                st.rerun()

    ask()


def table_dialog(keep: Callable[[str, bytes], Path], bring: Callable[[Path, str], Any], head: str) -> None:
    """Open the form that brings a table of competitors."""
    import streamlit as st

    @st.dialog(_("Bring a table"), icon=":material/upload:")
    @guarded
    def ask() -> None:
        st.markdown(note(f"{plain(_('Columns, of which only the first is needed'))}: {plain(head)}"))
        with st.form("rivals_form", border=False, enter_to_submit=False):
            file = st.file_uploader(_("CSV or Excel"), type=["csv", "tsv", "xlsx", "parquet"], key="rivals_file")
            author = author_field("rivals_author")
            pressed = st.form_submit_button(_("Add them"), type="primary", key="rivals_go")
        if pressed:
            if file is None or not author:
                show_error(InputError(N_("Choose a file, and say who you are.")))
                return
            with shown():
                bring(keep(file.name, file.getvalue()), author)
                st.rerun()

    ask()
