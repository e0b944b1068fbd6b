"""Bringing series, and asking for a forecast or a scenario."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.components.author import author_field
from dashboard.components.dialogs import dialog
from dashboard.components.errors import show_error, shown
from dashboard.components.outlook.words import method_name
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from engine import catalog
from engine.errors import N_, InputError, Marked

if TYPE_CHECKING:
    from dashboard.store.forecasts import MarketRow, SeriesSheet
    from engine.market.series import Seen
    from engine.market.series_clean import Note

ENDINGS = ["csv", "tsv", "txt", "jsonl", "json", "parquet", "arrow", "xlsx"]
LISTED = 5
FEWEST_STEPS, MOST_STEPS = 6, 60


def import_dialog(
    markets: "Sequence[MarketRow]",
    ideas: dict[str, str],
    ways: tuple[Callable[[str, bytes], Path], Callable[[str], Path]],
    look: "Callable[[Path, str | None], Seen]",
    add: Callable[..., None],
) -> None:
    """Open it. `ways` keep an uploaded file and the table at an address. `add` takes the file, and as market, name,
    product, source and value what was said of it."""
    import streamlit as st

    @dialog(_("Bring series"), width="large", icon=":material/upload:")
    def ask() -> None:
        file = st.file_uploader(_("A table of series"), type=ENDINGS, key="series_file")
        shapes = _("A date and a value; one column a series; or unique_id, ds, y. CSV, Excel, Parquet or JSON Lines.")
        st.markdown(note(plain(shapes)))
        path = ways[0](file.name, file.getvalue()) if file else _from_address(ways[1])
        if path is None:
            return
        value = _value_column(look(path, None))
        _say(look(path, value))
        known = {row.slug: row.name for row in markets if not row.sample}
        with st.form("series_form", border=False):
            left, right = st.columns(2)
            market = left.selectbox(
                _("Market"),
                [None, *known],
                format_func=lambda s: known[s] if s else _("a new one"),
                key="series_market",
            )
            name = right.text_input(_("Name of a new market"), max_chars=120, key="series_new")
            idea = left.selectbox(
                _("Meant for the idea"),
                [None, *ideas],
                format_func=lambda s: ideas[s] if s else _("none yet"),
                key="series_idea",
            )
            origin = "" if file else st.session_state["series_url"].strip()
            source = right.text_input(
                _("Source"), value=origin, placeholder=_("who made it, where it is from"), key="series_source"
            )
            if st.form_submit_button(_("Keep these series"), type="primary", icon=":material/add:", key="series_add"):
                add(path, market=market, name=name.strip(), product=idea, source=source.strip(), value=value)

    ask()


def _from_address(fetch: Callable[[str], Path]) -> Path | None:
    """The table at an address that was typed; it is read once, when the button is clicked."""
    import streamlit as st

    left, right = st.columns([0.75, 0.25], vertical_alignment="bottom")
    url = left.text_input(
        _("Or the address of a table on the web"), placeholder="https://", key="series_url", max_chars=2000
    ).strip()
    if right.button(_("Read it"), icon=":material/link:", key="series_read", disabled=not url, width="stretch"):
        st.session_state["series_fetched"] = (url, fetch(url))
    seen, path = st.session_state.get("series_fetched", ("", None))
    return path if url and seen == url else None


def _value_column(found: "Seen") -> str | None:
    """Of a table with several columns of numbers: the one that is forecast beside the others, or None for all."""
    import streamlit as st

    if not found.wide:
        return None
    return st.selectbox(
        _("What is forecast"),
        [None, *found.values],
        format_func=lambda column: column or _("each column is a series of its own"),
        help=_("With one column chosen, the others stand beside it, such as its price or the marketing spend."),
        key="series_value",
    )


def _say(found: "Seen") -> None:
    """What was read and what was done to it, before anything is kept."""
    import streamlit as st

    names = ", ".join(found.names[:LISTED])
    more = " …" if len(found.names) > LISTED else ""
    count = translate("{count} series: {names}", count=len(found.names), names=names)
    st.markdown(f"**{plain(count + more)}**")
    lines = [
        translate(n.template, **{k: _(v) if k == "frequency" else v for k, v in n.values.items()}) for n in found.notes
    ]
    for name, notes in found.noted.items():
        lines += [f"{name}: {translate(n.template, **n.values)}" for n in notes]
    if lines:
        st.markdown("\n".join(f"- {plain(line)}" for line in lines))
    for error in list(found.refused.values())[:LISTED]:
        show_error(error)


def _said(told: "Note") -> str:
    values = {name: _(value) if isinstance(value, Marked) else value for name, value in told.values.items()}
    return translate(told.template, **values)


def forecast_dialog(sheet: "SeriesSheet", queue: Callable[..., str]) -> None:
    """Open it: how far, by which methods; with a column beside the values also a scenario."""
    import streamlit as st

    @dialog(_("How far ahead?"), width="large", icon=":material/timeline:")
    def ask() -> None:
        st.markdown(note(plain(_("A worker tests the methods on past windows first; quick ones take about a minute."))))
        with st.form("forecast_form", border=False):
            given = _fields(sheet)
            if st.form_submit_button(_("Forecast"), type="primary", icon=":material/play_arrow:", key="forecast_go"):
                _queue(sheet, given, queue)

    ask()


def _fields(sheet: "SeriesSheet") -> dict[str, Any]:
    import streamlit as st

    left, right = st.columns(2)
    usual = sheet.season_length if FEWEST_STEPS <= sheet.season_length <= MOST_STEPS else FEWEST_STEPS
    horizon = left.number_input(_("Steps ahead"), 1, 1000, value=usual, key="forecast_h")
    windows = right.number_input(_("Past windows"), 2, 24, value=3, key="forecast_windows")
    chosen = st.multiselect(
        _("Methods"),
        list(catalog.forecasters()),
        format_func=method_name,
        key="forecast_methods",
        placeholder=_("all that are quick; the best is chosen"),
    )
    given: dict[str, Any] = {"horizon": int(horizon), "windows": int(windows), "methods": ",".join(chosen)}
    if sheet.columns:
        given |= _scenario_fields(sheet.columns)
    given["author"] = author_field("forecast_author")
    return given


def _scenario_fields(columns: Sequence[str]) -> dict[str, Any]:
    import streamlit as st

    left, middle, right = st.columns(3)
    name = left.text_input(
        _("Scenario"), placeholder=_("such as: price up a tenth"), max_chars=80, key="forecast_scenario"
    )
    column = middle.selectbox(_("What changes"), list(columns), key="forecast_column")
    percent = right.number_input(_("By how much, %"), -100.0, 1000.0, value=10.0, key="forecast_change")
    said = _("With a scenario named, methods that can use the column are taken; else it is left out.")
    st.markdown(note(plain(said)))
    return {"scenario": name.strip(), "column": column, "change": percent / 100} if name.strip() else {}


def _queue(sheet: "SeriesSheet", given: dict[str, Any], queue: Callable[..., str]) -> None:
    import streamlit as st

    if not given["author"]:
        show_error(InputError(N_("A forecast needs {parts}."), parts=translate("your name")))
        return
    with shown():
        queue([sheet.row.id], **given)
        st.rerun()
