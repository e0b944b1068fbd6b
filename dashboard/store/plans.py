"""What the pages of decisions read and do: ranking under a founder's means, the plan, saved what-ifs."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard.store.reading import acts, view_by
from dashboard.store.reading import token as database_state
from db import portfolio as kept
from db.models import WhatIf
from db.portfolio import Terms
from db.shapes import Figure
from engine.business.scenario import Estimate
from engine.entrypoints.actions import lenses as lens
from engine.entrypoints.actions import portfolio, scenarios, supply
from engine.entrypoints.actions import what_ifs as kept_plans
from engine.entrypoints.actions.business import Given
from engine.entrypoints.actions.lenses import Lenses, TeamWeights
from engine.entrypoints.actions.lenses import Seen as SeenIdea
from engine.entrypoints.actions.portfolio import Allocation, Next, Ranked, Ranking
from engine.entrypoints.actions.supply import Gap, Queued, Supplies, supplies_in
from engine.errors import ProspectusError
from engine.portfolio.founder import Asked, Founder, founder_of
from engine.wording.samples import named

__all__ = [
    "Allocation",
    "Asked",
    "Founder",
    "Gap",
    "Lenses",
    "Next",
    "Queued",
    "Ranked",
    "Ranking",
    "SeenIdea",
    "Supplies",
    "TeamWeights",
    "Terms",
    "WhatIf",
]


def ranking(founder: Founder) -> Ranking:
    """Every idea under these means. Raises UnknownName for an idea that is not there."""
    found: Ranking = view_by(portfolio.rank_in, founder=founder)
    return found


def supplies(slugs: tuple[str, ...]) -> Supplies:
    """How the figures of these ideas come in, and which lack one. Raises UnknownName."""
    found: Supplies = view_by(supplies_in, slugs=slugs)
    return found


def figure(slugs: Sequence[str], key: str) -> Estimate | None:
    """What the newest scenario of the first of these ideas says of an input, or of `model.setting`."""
    given: Given = view_by(scenarios.read_given, slug=slugs[0])
    if key in given.scenario.inputs:
        return given.scenario.inputs[key]
    model, _dot, setting = key.partition(".")
    value = given.scenario.models.get(model, {}).get(setting)
    low, high = given.scenario.ranges.get(key, (None, None))
    return None if value is None else Estimate(float(value), low, high)


def growth(slug: str) -> Figure | None:
    """How fast the market of an idea grows a year, by its stored forecast."""
    found: Figure | None = view_by(supply.growth_in, slug=slug)
    return found


def allocation(founder: Founder) -> Allocation | ProspectusError:
    """The best plan under these means, or why there is none; computed in a process of its own."""
    return named(_allocation(founder, database_state()))


@st.cache_resource(max_entries=32, show_spinner=False)
def _allocation(founder: Founder, token: str) -> Allocation | ProspectusError:
    try:
        return portfolio.allocate_budget(founder)
    except ProspectusError as error:
        return error


def lenses(founder: Founder) -> Lenses | ProspectusError:
    """The ideas of a ranking through other lenses, or why not; computed in a process of its own."""
    return _lenses(founder, database_state())


@st.cache_resource(max_entries=32, show_spinner=False)
def _lenses(founder: Founder, token: str) -> Lenses | ProspectusError:
    try:
        return lens.look(ranking(founder))
    except ProspectusError as error:
        return error


def terms(founder: Founder | None = None) -> Mapping[str, Terms | Asked]:
    """What ideas ask of a plan beside money, by their addresses; those of which something was said.

    Of a what-if that has its own, those.
    """
    if founder is not None and founder.terms is not None:
        return {each.slug: each for each in founder.terms}
    rows: Mapping[str, Terms] = view_by(kept.terms_by_slug)
    return rows


def what_ifs() -> Sequence[WhatIf]:
    """Saved means, newest first."""
    rows: Sequence[WhatIf] = view_by(kept.what_ifs)
    return rows


def what_if(key: str) -> Founder:
    """The means that a link names. Raises UnknownName, or ConfigError for a row that another version wrote."""
    row: WhatIf = view_by(kept.what_if, key=key)
    return founder_of(row.document)


save_what_if = acts(kept_plans.save_what_if)
change_what_if = acts(kept_plans.change_what_if)
set_terms = acts(portfolio.set_terms)
record_chances = acts(portfolio.record_chances)
save_weights = acts(lens.save_weights)
save_pairs = acts(lens.save_pairs)
save_rice = acts(lens.save_rice)
queue_supply = acts(supply.queue_supply)
narrow_figure = acts(scenarios.narrow_figure)
