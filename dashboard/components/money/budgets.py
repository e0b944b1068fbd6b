"""Budgets: what is spent of each, how the month will end, and what was crossed."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.author import author_field
from dashboard.components.errors import guarded, shown
from dashboard.components.money.amounts import Shown
from dashboard.components.text import link, note, plain, sentences
from dashboard.i18n import _, translate
from engine.costs.ledger import CATEGORIES, CATEGORY_NAMES

if TYPE_CHECKING:
    from dashboard.store.money import BudgetState

ALL = ""
Set = Callable[..., int]


def whole_budget(states: Sequence["BudgetState"]) -> "BudgetState | None":
    """The company's budget of all categories."""
    return next((state for state in states if state.product_id is None and not state.category), None)


def budget_name(state: "BudgetState", names: Mapping[int, tuple[str, str]]) -> str:
    """Whose budget it is: `Parcel insight, staff`."""
    who = _("Whole company") if state.product_id is None else names.get(state.product_id, ("", _("unknown")))[1]
    return f"{who}, {_(CATEGORY_NAMES[state.category])}" if state.category else who


def draw_budgets(states: Sequence["BudgetState"], names: Mapping[int, tuple[str, str]], amounts: Shown) -> None:
    """One bar a budget: spent, its limit, a badge when a threshold is crossed or the end is expected above it."""
    import streamlit as st

    for state in states:
        row = st.container(horizontal=True, horizontal_alignment="distribute", gap="small")
        row.markdown(f"**{plain(budget_name(state, names))}**", width="content")
        row.markdown(badge(state), width="content")
        st.progress(min(1.0, max(0.0, state.share)))
        st.markdown(note(plain(_line(state, amounts))))


def badge(state: "BudgetState") -> str:
    """Markdown badge: above the budget, a threshold reached, or within."""
    if state.share >= 1:
        return f":red-badge[:material/error: {_('above the budget')}]"
    if state.crossed is not None:
        reached = translate("{share} reached", share=formats.typed_percent(state.crossed))
        return f":orange-badge[:material/warning: {plain(reached)}]"
    if state.will_exceed:
        return f":orange-badge[:material/trending_up: {_('expected above')}]"
    return f":green-badge[:material/check_circle: {_('within')}]"


def _line(state: "BudgetState", amounts: Shown) -> str:
    spent = translate(
        "{spent} of {budget} ({share})",
        spent=amounts.text(state.end.spent),
        budget=amounts.text(state.usd),
        share=formats.whole_percent(state.share),
    )
    end = state.end
    if end.expected is None or end.low is None or end.high is None:
        return spent
    ends = translate(
        "at the month's end {amount} ({between})",
        amount=amounts.text(end.expected, end.low, end.high),
        between=amounts.between(end.low, end.high),
    )
    return f"{spent}; {ends}"


def alert(states: Sequence["BudgetState"], names: Mapping[int, tuple[str, str]]) -> None:
    """One warning line when a budget has reached a threshold; for the head of other pages too. Draws nothing else."""
    import streamlit as st

    crossed = [state for state in states if state.crossed is not None]
    if not crossed:
        return
    said = [
        translate(
            "{name}: {share} of the budget is spent.",
            name=budget_name(state, names),
            share=formats.whole_percent(state.share),
        )
        for state in crossed
    ]
    text = sentences(*(plain(words) for words in said[:3]), link(_("See what it was for"), "costs"))
    (st.error if any(state.share >= 1 for state in crossed) else st.warning)(
        text, icon=":material/account_balance_wallet:"
    )


def budget_dialog(set_budget: Set, names: Mapping[int, tuple[str, str]]) -> None:
    """Open the form that says what may be spent a month."""
    import streamlit as st

    slugs = [ALL, *(slug for slug, _name in names.values())]
    titles = {ALL: _("Whole company"), **dict(names.values())}

    @st.dialog(_("Set a budget"), width="medium", icon=":material/account_balance_wallet:")
    @guarded
    def ask() -> None:
        with st.form("budget_form", border=False, enter_to_submit=False):
            left, right = st.columns(2)
            product = left.selectbox(_("Of"), slugs, format_func=titles.__getitem__, key="budget_product")
            kinds = (ALL, *CATEGORIES)
            category = right.selectbox(
                _("For"),
                kinds,
                format_func=lambda name: _(CATEGORY_NAMES[name]) if name else _("everything"),
                key="budget_category",
            )
            usd = left.number_input(
                _("A month, US$"),
                value=None,
                format="%g",
                step=None,
                placeholder=_("none: the budget ends"),
                key="budget_usd",
            )
            warn = right.multiselect(
                _("Warn at"),
                [0.5, 0.8, 0.9, 1.0],
                default=[0.5, 0.8, 1.0],
                format_func=formats.typed_percent,
                key="budget_warn",
            )
            reason = st.text_input(_("Why this much"), key="budget_reason")
            author = author_field("budget_author")
            pressed = st.form_submit_button(_("Set"), type="primary", key="budget_go")
        if pressed:
            with shown():
                set_budget(
                    usd, author, product=product or None, category=category, thresholds=tuple(warn), reason=reason or ""
                )
                st.rerun()

    ask()
