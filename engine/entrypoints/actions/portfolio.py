"""Which ideas deserve the money: rank them, say what to measure first, and plan the budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from db.evidence import current_of
from db.models import PlanTerms, Product
from db.portfolio import add_terms, terms_by_slug
from db.products import get_product, list_products
from db.session import in_transaction
from engine.business.inputs import INPUTS
from engine.business.joint import Driver, IdeaPaths
from engine.entrypoints.actions.business import joint_paths_in
from engine.entrypoints.actions.checks import LINE_LENGTH, NAME_LENGTH, checked_number, checked_text
from engine.entrypoints.actions.what_ifs import as_asked, asked_of, refuse_itself
from engine.errors import N_, ProspectusError
from engine.evidence import Evidence, Grade
from engine.portfolio.allocate import Candidate, Limits, Plan
from engine.portfolio.allocate_child import Frontier, plan_apart
from engine.portfolio.founder import Asked, Founder
from engine.portfolio.information import evpi, worths
from engine.portfolio.needs import monthly_needs
from engine.portfolio.standing import Contender, Standing, standings, under_cash

PATHS = 10_000
LISTED = 12
"""Inputs of the list of what to measure next."""
FRONTIER = tuple(step / 10 for step in range(1, 16))
"""Budgets of the efficient frontier, as shares of the founder's."""
LEAST_WORTH_USD, LEAST_SHARE = 1.0, 0.005
"""Below either, knowing a figure is not worth a line."""
CHANCE = N_("share of simulated futures in which it is worth most; the ends are the error of the simulation")
PLANNED_PEOPLE = 1.0
"""Who works on an idea of which nothing else was said."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """An idea with its standing."""

    slug: str
    name: str
    standing: Standing
    model: str
    """Business model that it is ranked by; empty when it could not be simulated."""
    grade: Grade | None
    reason: ProspectusError | None
    """Why it could not be simulated."""


@dataclass(frozen=True, slots=True)
class Next:
    """One thing to find out, and what that would be worth for the choice."""

    slug: str
    """Of the idea; empty for a figure that several share."""
    idea: str
    key: str
    """Input of the business, or `model.setting`."""
    title: str
    measure: str
    """Measure that would supply it; empty when no measure does."""
    grade: Grade
    worth_usd: float
    share: float
    """Of the worth of knowing everything."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """All ideas under one founder's means."""

    ideas: tuple[Ranked, ...]
    """The likeliest to be best first; those that could not be simulated last."""
    next: tuple[Next, ...]
    """What to find out first, the most valuable first."""
    evpi_usd: float
    paths: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """A plan, and what other budgets would be worth."""

    plan: Plan
    frontier: Frontier
    names: Mapping[str, str]
    months_of: Mapping[str, int]
    """How long each idea lays money out, by slug."""
    unknown: tuple[str, ...]
    """Names of ideas that could not be planned, as they cannot be simulated."""


def rank(founder: Founder, paths: int = PATHS) -> Ranking:
    """Rank the ideas; see `rank_in`."""
    return in_transaction(lambda session: rank_in(session, founder=founder, paths=paths))


def rank_in(session: Session, *, founder: Founder, paths: int = PATHS) -> Ranking:
    """Every idea with its chance to be best, and what to find out first, inside the caller's transaction.

    Raises UnknownName for an idea that is not there.
    """
    products = _products(session, founder)
    found = joint_paths_in(session, [product.slug for product in products], paths=paths)
    known = {slug: each for slug, each in found.items() if isinstance(each, IdeaPaths)}
    contenders = [_contender(product.slug, known.get(product.slug)) for product in products]
    names = {product.slug: product.name for product in products}
    ideas = [
        _ranked(standing, names, known, found)
        for standing in standings(contenders, founder.cash_usd, founder.risk_tolerance_usd)
    ]
    values = _values(known, founder.cash_usd)
    return Ranking(tuple(ideas), _next(known, values, names), evpi(values) if len(values) > 1 else 0.0, paths)


def _products(session: Session, founder: Founder) -> list[Product]:
    if founder.ideas:
        return [get_product(session, slug) for slug in founder.ideas]
    return [product for product in list_products(session) if product.stage != "stopped"]


def _contender(slug: str, found: IdeaPaths | None) -> Contender:
    if found is None:
        return Contender(slug, None, None)
    return Contender(slug, np.asarray(found.npv, np.float64), np.asarray(found.spent_usd, np.float64))


def _ranked(
    standing: Standing,
    names: Mapping[str, str],
    known: Mapping[str, IdeaPaths],
    found: Mapping[str, IdeaPaths | ProspectusError],
) -> Ranked:
    paths = known.get(standing.slug)
    reason = found[standing.slug]
    return Ranked(
        standing.slug,
        names[standing.slug],
        standing,
        paths.model if paths else "",
        paths.grade if paths else None,
        reason if isinstance(reason, ProspectusError) else None,
    )


def _values(known: Mapping[str, IdeaPaths], cash_usd: float) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """(ideas and nothing, paths): what each decision is worth."""
    if not known:
        return np.zeros((1, 1))
    rows = [
        under_cash(np.asarray(each.npv, np.float64), np.asarray(each.spent_usd, np.float64), cash_usd)
        for each in known.values()
    ]
    return np.stack([*rows, np.zeros_like(rows[0])])


def _next(
    known: Mapping[str, IdeaPaths],
    values: "np.ndarray[tuple[int, int], np.dtype[np.float64]]",
    names: Mapping[str, str],
) -> tuple[Next, ...]:
    """What to find out first. A figure that is the same for all ideas is asked once."""
    inputs: dict[str, tuple[int | None, np.ndarray[tuple[int], np.dtype[np.float64]]]] = {}
    asked: dict[str, tuple[str, str, Driver]] = {}
    for row, (slug, each) in enumerate(known.items()):
        for key, driver in each.drivers.items():
            shared = key in INPUTS and INPUTS[key].shared
            name = key if shared else f"{slug} {key}"
            inputs[name] = (None if shared else row, np.asarray(driver.values, np.float64).ravel())
            asked[name] = ("" if shared else slug, key, driver)
    usable = {name: each for name, each in inputs.items() if each[1].size == values.shape[1]}
    found = []
    for worth in worths(values, usable)[:LISTED]:
        slug, key, driver = asked[worth.name]
        title = INPUTS[key].title if key in INPUTS else key.replace("_", " ")
        idea = names.get(slug, "")
        found.append(Next(slug, idea, key, title, driver.measure, driver.grade, worth.usd, worth.share))
    return tuple(each for each in found if each.worth_usd >= LEAST_WORTH_USD and each.share >= LEAST_SHARE)


def allocate_budget(founder: Founder, paths: int = PATHS) -> Allocation:
    """The best plan within the founder's means, and the frontier of other budgets.

    An idea is worth its risk-adjusted value and needs what its futures lay out. Raises ConfigError for terms that
    contradict each other, and ProspectusError when what must be built does not fit.
    """
    candidates, names, unknown = in_transaction(lambda session: _candidates(session, founder, paths))
    limits = Limits(founder.cash_usd, founder.months, founder.people)
    budgets = [round(founder.cash_usd * share, 2) for share in FRONTIER]
    plan, line = plan_apart(candidates, limits, budgets)
    lengths = {candidate.slug: len(candidate.monthly_usd) for candidate in candidates}
    return Allocation(plan, line, names, lengths, unknown)


def _candidates(
    session: Session, founder: Founder, paths: int
) -> tuple[list[Candidate], dict[str, str], tuple[str, ...]]:
    ranking = rank_in(session, founder=founder, paths=paths)
    products = {product.slug: product for product in _products(session, founder)}
    found = joint_paths_in(session, list(products), paths=paths)
    said = asked_of(founder, {slug: as_asked(slug, row) for slug, row in terms_by_slug(session).items()})
    candidates = []
    for idea in ranking.ideas:
        simulated = found[idea.slug]
        if not isinstance(simulated, IdeaPaths) or idea.standing.risk_adjusted_usd is None:
            continue
        own = said.get(idea.slug, Asked(idea.slug, PLANNED_PEOPLE))
        cash, need = np.asarray(simulated.cash, np.float64), np.asarray(simulated.spent_usd, np.float64)
        candidates.append(
            Candidate(
                idea.slug,
                idea.standing.risk_adjusted_usd,
                monthly_needs(cash, need),
                people=own.people,
                needs=_there(own.needs, products),
                excludes=_there(own.excludes, products),
                must=own.must,
            )
        )
    unknown = tuple(idea.name for idea in ranking.ideas if idea.reason is not None)
    return candidates, {slug: product.name for slug, product in products.items()}, unknown


def _there(slugs: Sequence[str], products: Mapping[str, Product]) -> tuple[str, ...]:
    """Those that come into question."""
    return tuple(slug for slug in slugs if slug in products)


def set_terms(
    slug: str,
    *,
    people: float,
    needs: Sequence[str] = (),
    excludes: Sequence[str] = (),
    must: bool = False,
    why: str = "",
    author: str,
) -> None:
    """Say what an idea asks of a plan beside money. Raises InputError for an idea that needs or excludes itself."""
    count = checked_number(N_("The people"), people, minimum=0, maximum=10_000)
    who = checked_text(N_("The author"), author, NAME_LENGTH)
    reason = checked_text(N_("The reason"), why, LINE_LENGTH, required=False)
    refuse_itself(slug, needs, excludes)

    def work(session: Session) -> None:
        def ids(others: Sequence[str]) -> list[int]:
            return [get_product(session, other).id for other in others]

        add_terms(
            session,
            PlanTerms(
                product_id=get_product(session, slug).id,
                people=count,
                needs=ids(needs),
                excludes=ids(excludes),
                must=must,
                why=reason,
                author=who,
            ),
        )

    in_transaction(work)


def record_chances(founder: Founder, paths: int = PATHS) -> Ranking:
    """Rank the ideas and put each chance to be best into the ledger, with the means it holds under."""
    from db.evidence import append

    def work(session: Session) -> Ranking:
        ranking = rank_in(session, founder=founder, paths=paths)
        current = current_of(session, _products(session, founder))
        for idea in ranking.ideas:
            chance, product = idea.standing.p_best, get_product(session, idea.slug)
            npv = current[product.id].rows.get("economics.npv_usd")
            if chance is None or idea.grade is None:
                continue
            context = {"cash_usd": founder.cash_usd, "ideas": len(ranking.ideas), "model": idea.model}
            evidence = Evidence(
                "economics.p_best",
                chance.value,
                idea.grade,
                "model",
                "engine.portfolio.standing",
                context,
                chance.low,
                chance.high,
                inputs=(npv.id,) if npv is not None else (),
                method=CHANCE,
            )
            append(session, product.id, evidence)
        return ranking

    return in_transaction(work)
