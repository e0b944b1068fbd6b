"""What stands around the parts of the page Costs: its actions, its filters, the empty state."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dashboard.components.empty import empty_state
from dashboard.components.head import answer
from dashboard.components.text import url
from dashboard.i18n import _
from engine.costs.focus import VERSIONS
from engine.costs.ledger import CATEGORIES, CATEGORY_NAMES
from engine.errors import N_

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

MENU = {
    "money": N_("Write down money"),
    "budget": N_("Set a budget"),
    "focus": N_("Export for finance (FOCUS)"),
}
ICON = ":material/account_balance_wallet:"


def draw_actions(place: "DeltaGenerator", doing: Mapping[str, Callable[[], None]], month: str) -> None:
    """The page's buttons; `doing` says what each does."""
    chosen = place.menu_button(
        _("More"), [*MENU], format_func=lambda key: _(MENU[key]), type="tertiary", key="costs_more"
    )
    place.link_button(
        _("Report"),
        url("costs", view="report", month=month),
        icon=":material/summarize:",
        help=_("What managers read: cost and accuracy of every idea, and what changed since last month."),
    )
    if place.button(_("Import invoices"), type="primary", icon=":material/upload_file:", key="costs_import_open"):
        doing["import"]()
    if chosen is not None:
        doing[chosen]()


def nothing_yet(doing: Mapping[str, Callable[[], None]]) -> None:
    """No money is recorded: what fills the page."""
    answer(_("No money is recorded yet."))
    words = _("Every run is metered by itself. Invoices make money measured; staff and labelling are written down.")
    place = empty_state(ICON, _("No money yet"), words)
    if place.button(_("Import invoices"), type="primary", icon=":material/upload_file:", key="costs_import_open"):
        doing["import"]()
    if place.button(_("Write down money"), icon=":material/payments:", key="costs_money_open"):
        doing["money"]()


def month_control(place: "DeltaGenerator", months: Sequence[str]) -> str:
    """Draw the months with money, newest first; the chosen one."""
    import streamlit as st

    asked = st.query_params.get("month")
    newest = list(reversed(months))
    return str(
        place.selectbox(
            _("Month"),
            newest,
            newest.index(asked) if asked in newest else 0,
            label_visibility="collapsed",
            key="costs_month",
        )
    )


def entry_filters(names: Mapping[int, tuple[str, str]]) -> tuple[int | None, str]:
    """Draw the filters of the entries; a product's id or None, a category or empty."""
    import streamlit as st

    left, right = st.columns(2)
    ids = [0, *names]
    titles = {0: _("every idea"), **{i: name for i, (_slug, name) in names.items()}}
    product = left.selectbox(
        _("Idea"), ids, format_func=titles.__getitem__, label_visibility="collapsed", key="costs_idea"
    )
    kinds = ("", *CATEGORIES)
    category = right.selectbox(
        _("What for"),
        kinds,
        format_func=lambda name: _(CATEGORY_NAMES[name]) if name else _("everything"),
        label_visibility="collapsed",
        key="costs_category",
    )
    return (product or None), str(category)


def export_dialog(export: Callable[[str, str | None, str], str], month: str) -> None:
    """Open the form that gives the month as a FOCUS CSV."""
    import streamlit as st

    from dashboard.components.errors import guarded

    @st.dialog(_("Export for finance (FOCUS)"), icon=":material/download:")
    @guarded
    def ask() -> None:
        st.markdown(_("One row an entry, in the columns of the FinOps Open Cost and Usage Specification."))
        version = st.segmented_control(
            _("Version"), VERSIONS, default=VERSIONS[0], required=True, key="costs_focus_version"
        )
        st.download_button(
            _("Download the CSV"),
            export(month, None, str(version)).encode(),
            f"focus-{version}-{month}.csv",
            "text/csv",
            type="primary",
            icon=":material/download:",
            key="costs_focus_go",
        )

    ask()
