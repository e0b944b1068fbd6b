"""Competition: who else is there?"""

from functools import partial

import streamlit as st

from dashboard import store
from dashboard.components.address import kept_segments
from dashboard.components.demand import rivals_words as words
from dashboard.components.demand.picker import choose_idea, idea_of_market_page
from dashboard.components.demand.rivals_form import card_dialog, change_dialog, hosted_dialog, table_dialog
from dashboard.components.demand.rivals_pictures import draw_cards, draw_history, draw_map, draw_matrix
from dashboard.components.empty import empty_state
from dashboard.components.head import answer, page_head, section_bar
from dashboard.i18n import _, translate
from dashboard.page import Page
from dashboard.store import demand
from engine.errors import N_
from engine.market.competition import COLUMNS, FEATURE, UNITS

PRICE = "economics.price_per_1k_usd"


def render() -> None:
    """The competitors of one idea: cards, features, prices."""
    ideas = store.portfolio()
    slug = idea_of_market_page("competition", ideas, _("Who else is there?"))
    if slug is None:
        return
    rows = demand.competitors(slug)
    name = next(idea.name for idea in ideas if idea.slug == slug)
    actions = page_head(translate("Who else does what {name} does?", name=name))
    choose_idea(ideas, actions)
    add = partial(card_dialog, partial(demand.write_card, slug))
    if actions.button(_("Add a competitor"), type="primary", icon=":material/add:", key="rivals_add"):
        add()
    if not [row for row in rows if not row.ours]:
        answer(_("Not known yet: no card was written."))
        said = _(
            "A card takes a minute: who it is, for whom, what it costs. Hosted models come with their quoted prices."
        )
        empty_state(":material/storefront:", _("No competitors yet"), said)
        _ways_in(slug)
        return
    answer(words.answer_words(rows))
    _cards(slug, rows)
    _pictures(slug, rows)
    _ways_in(slug, rows)


def _ways_in(slug: str, rows: "tuple[demand.CompetitorRow, ...] | None" = None) -> None:
    with st.container(horizontal=True):
        if st.button(_("Add a hosted model"), icon=":material/cloud:", key="rivals_hosted"):
            hosted_dialog(demand.hosted_models(), partial(demand.add_hosted, slug))
        if st.button(_("Bring a table"), icon=":material/upload:", key="rivals_table"):
            head = ", ".join([*COLUMNS, f"{FEATURE} …"])
            table_dialog(demand.keep_upload, partial(demand.import_cards, slug), head)
        if rows:
            st.download_button(
                _("Take them as CSV"),
                demand.cards_csv(rows),
                file_name=f"competitors-{slug}.csv",
                mime="text/csv",
                icon=":material/download:",
                key="rivals_csv",
                on_click="ignore",
            )


def _cards(slug: str, rows: "tuple[demand.CompetitorRow, ...]") -> None:
    known = words.features(rows)

    def change(row: demand.CompetitorRow) -> None:
        change_dialog(row, known, partial(demand.add_seen_price, row.id), partial(demand.answer_features, row.id))

    def toggle(row: demand.CompetitorRow) -> None:
        demand.set_gone(slug, row.id, gone=row.gone_at is None)
        st.rerun()

    draw_cards(rows, change, toggle)


def _pictures(slug: str, rows: "tuple[demand.CompetitorRow, ...]") -> None:
    units = words.units(rows)
    with section_bar(_("Features"), control=True):
        if st.button(_("What ours will have"), icon=":material/checklist:", type="tertiary", key="rivals_ours"):
            ours = demand.own_card(slug, rows)
            change_dialog(ours, words.features(rows), None, partial(demand.answer_own_features, slug))
    draw_matrix(rows)
    if not units:
        return
    with section_bar(_("Price and features"), control=True):
        unit = kept_segments("unit", units, lambda key: _(UNITS[key]), _("Unit"))
    prices = {figure.measure: figure.value for figure in store.product_sheet(slug).figures}
    draw_map(rows, unit, prices.get(PRICE))
    section_bar(_("Prices over time"))
    draw_history(rows, unit)


PAGE = Page(
    name="competition",
    title=N_("Competition"),
    icon=":material/storefront:",
    section=N_("Market"),
    order=4,
    render=render,
)
