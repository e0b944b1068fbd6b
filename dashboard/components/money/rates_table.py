"""The table of what things cost today, and the sentence above it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.badges import grade_mark, grade_name
from dashboard.components.ink import on_phone
from dashboard.components.money.amounts import Shown
from dashboard.components.money.picked import PAGE_ROWS, picked
from dashboard.components.text import plain, sentences
from dashboard.i18n import _, _n, translate
from engine.costs.rates import KIND_NAMES, KINDS, UNIT_NAMES
from engine.wording.notes import note_words

if TYPE_CHECKING:
    from dashboard.store.money import RateRow

OLD_DAYS = 180
"""An age from which a price is said to be old."""
API = "api_tokens"


def answer_sentence(counts: Mapping[str, int], rows: Sequence["RateRow"], kind: str, today: date) -> str:
    """How much is known, how well, and what to look at. Markdown."""
    known = sum(counts.values())
    lead = _n("**{n} thing has a price.**", "**{n} things have a price.**", known).format(n=formats.number(known))
    assumed = sum(row.grade == "assumed" for row in rows)
    old = sum(row.checked_on is not None and (today - row.checked_on).days > OLD_DAYS for row in rows)
    apart = sum(bool(row.others) for row in rows)
    return sentences(
        lead,
        translate(
            "Of “{kind}”, {count} in all: {assumed} from memory, {old} looked at more than {days} days ago, "
            "{apart} on which sources disagree.",
            kind=_(KIND_NAMES[kind]),
            count=formats.number(len(rows)),
            assumed=formats.number(assumed),
            old=formats.number(old),
            days=OLD_DAYS,
            apart=formats.number(apart),
        ),
    )


def kind_control(counts: Mapping[str, int], start: str) -> str:
    """Draw the kinds that have prices; returns the chosen one."""
    import streamlit as st

    known = [kind for kind in KINDS if counts.get(kind)]
    chosen = st.pills(
        _("Kind"),
        known,
        default=start if start in known else known[0],
        required=True,
        format_func=lambda kind: f"{_(KIND_NAMES[kind])} {formats.number(counts[kind])}",
        label_visibility="collapsed",
        key="rates_kind",
    )
    return str(chosen)


def filtered(rows: Sequence["RateRow"]) -> list["RateRow"]:
    """Draw the search field and the filter; the rows that fit, those on which sources disagree first when asked."""
    import streamlit as st

    left, right = st.columns([0.68, 0.32], vertical_alignment="center")
    words = left.text_input(
        _("Search"),
        placeholder=_("Search: a GPU, a model, a provider, a region"),
        icon=":material/search:",
        label_visibility="collapsed",
        key="rates_search",
    )
    only = right.toggle(_("Only where sources disagree"), key="rates_apart")
    wanted = (words or "").casefold().split()
    return [
        row
        for row in rows
        if (row.others or not only)
        and all(word in f"{row.key} {row.provider} {row.region} {row.item} {row.source}".casefold() for word in wanted)
    ]


def rates_table(rows: Sequence["RateRow"], shown: Shown, today: date) -> "RateRow | None":
    """Draw a page of the rows; the one that is selected."""
    import streamlit as st

    pages = -(-len(rows) // PAGE_ROWS)
    page = min(int(st.session_state.get("rates_page", 1)), max(pages, 1))
    part = rows[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    columns, config = _columns(part, shown, today), _config(part, shown)
    chosen = picked(part, columns, config, f"rates_table_{page}", _("What things cost today"))
    if pages > 1:
        st.pagination(pages, key="rates_page")
    return chosen


def _columns(rows: Sequence["RateRow"], shown: Shown, today: date) -> dict[str, list[Any]]:
    return {
        "thing": [name_of(row) for row in rows],
        "price": [shown.text(row.usd) for row in rows],
        "between": [
            None if row.low_usd == row.high_usd else shown.between(float(row.low_usd), float(row.high_usd))
            for row in rows
        ],
        "unit": [_(UNIT_NAMES[row.unit]) for row in rows],
        "where": [" · ".join(filter(None, (row.provider, row.region))) or "–" for row in rows],
        "grade": [f"{grade_mark(row.grade)} {grade_name(row.grade)}" for row in rows],  # type: ignore[arg-type]
        "age": [age_of(row, today) for row in rows],
        "apart": [apart_of(row, shown) for row in rows],
    }


def _config(rows: Sequence["RateRow"], shown: Shown) -> Mapping[str, Any]:
    from streamlit import column_config as column

    config: dict[str, Any] = {
        "thing": column.TextColumn(_("What"), width=170 if on_phone() else 250),
        "price": column.TextColumn(_("Price"), width=100),
        "between": column.TextColumn(_("Between"), width=150),
        "unit": column.TextColumn(_("Unit"), width=110),
        "where": column.TextColumn(_("Provider and region"), width=150),
        "grade": column.TextColumn(_("Grade"), width=100),
        "age": column.TextColumn(_("Looked at"), width=110),
        "apart": column.TextColumn(_("Another source says"), width=190),
    }
    if not any(row.others for row in rows):
        config["apart"] = None
    if all(row.low_usd == row.high_usd for row in rows):
        config["between"] = None
    return config


def name_of(row: "RateRow") -> str:
    """What a row is called: its item, with the instance that a GPU's price comes from, or its key."""
    if row.kind == "gpu" and row.key.count("/") >= 4:
        return f"{row.item} ({row.key.rsplit('/', 1)[1]})"
    if row.kind == "electricity":
        return row.region or row.key
    return row.item or row.key


def age_of(row: "RateRow", today: date) -> str:
    """`34 d`, or that nobody looked."""
    if row.checked_on is None:
        return _("unchecked")
    return translate("{n} d", n=(today - row.checked_on).days).replace(" ", formats.NBSP)


def apart_of(row: "RateRow", shown: Shown) -> str:
    """What other sources say of it."""
    return "; ".join(f"{other.origin}: {shown.text(other.usd)}" for other in row.others)


def source_line(row: "RateRow") -> str:
    """Who says so, in Markdown; a URL stands only where it was opened."""
    said = f"[{plain(row.source)}]({row.url})" if row.url else plain(_(row.source))
    parts = [said, plain(note_words(row.note)) if row.note else "", plain(row.author) if row.author else ""]
    return " · ".join(filter(None, parts))
