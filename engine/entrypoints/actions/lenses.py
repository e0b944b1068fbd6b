"""Other ways to look at the ideas than the headline: RICE, the team's weights, the nine-box; and where they differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db.evidence import current_of
from db.products import get_product
from db.session import in_transaction
from db.team import add_view, newest_by_idea, newest_view
from db.views import portfolio as idea_rows
from engine.entrypoints.actions.checks import NAME_LENGTH, checked_number, checked_text
from engine.entrypoints.actions.portfolio import Ranking
from engine.errors import N_
from engine.interval import Interval, interval
from engine.portfolio.criteria import ContradictoryPairs, Weighed, checked_pairs, checked_weights, weighed
from engine.portfolio.disagreement import Said, of_boxes, of_rice, of_weights
from engine.portfolio.lens_child import scores_apart, weights_apart
from engine.portfolio.lenses import CONSISTENT, nine_box, rice

REACH = "market.customers"
LARGEST_IMPACT, LARGEST_EFFORT = 3.0, 10_000.0


@dataclass(frozen=True, slots=True)
class TeamWeights:
    """What the team last said about criteria."""

    weights: Mapping[str, float]
    pairs: Sequence[tuple[str, str, float]]
    """Empty for weights that were typed."""
    consistency: float
    author: str
    created_at: datetime | None
    """None while nobody has said anything: nothing is weighed then."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One idea through every lens. None is unknown."""

    slug: str
    name: str
    rice: Interval | None
    rice_parts: Mapping[str, float]
    """What the team typed, and the reach; without what is missing."""
    topsis: Interval | None
    cells: Mapping[str, float | None]
    """By criterion."""
    box: tuple[str, str] | None
    """Attractiveness of the market, feasibility."""
    attractiveness: Interval | None
    feasibility: float | None
    """0 to 100."""


@dataclass(frozen=True, slots=True)
class Lenses:
    """All ideas of a ranking through every lens."""

    ideas: tuple[Seen, ...]
    weights: TeamWeights
    weighed: Weighed
    """What the weights come to for these ideas."""
    disagreements: tuple[Said, ...]


def team_weights(session: Session) -> TeamWeights:
    """What counts now."""
    row = newest_view(session, "weights")
    if row is None:
        return TeamWeights({}, (), 0.0, "", None)
    said = row.document
    pairs = [(first, second, float(value)) for first, second, value in said.get("pairs", ())]
    return TeamWeights(said["weights"], pairs, float(said["consistency"]), row.author, row.created_at)


def save_weights(weights: Mapping[str, Any], author: str) -> None:
    """Keep weights as typed, made to sum to 1. Raises InputError or UnknownName."""
    found, who = checked_weights(weights), checked_text(N_("The author"), author, NAME_LENGTH)
    document = {"weights": found, "pairs": [], "consistency": 0.0}
    in_transaction(lambda session: add_view(session, "weights", document, who))


def save_pairs(pairs: Sequence[Any], author: str) -> float:
    """Keep weights that follow from pairs (AHP); returns the consistency ratio.

    Raises ContradictoryPairs for judgements that contradict each other more than Saaty accepts, with what mends them.
    """
    judged, who = checked_pairs(pairs), checked_text(N_("The author"), author, NAME_LENGTH)
    weights, consistency, mended = weights_apart(judged)
    if consistency > CONSISTENT:
        raise ContradictoryPairs(judged, weights, consistency, CONSISTENT, mended)
    document = {"weights": weights, "pairs": [list(each) for each in judged], "consistency": consistency}
    in_transaction(lambda session: add_view(session, "weights", document, who))
    return consistency


def save_rice(slug: str, impact: float, confidence: float, effort_months: float, author: str) -> None:
    """Keep what the team thinks of an idea for RICE; the reach comes from the ledger."""
    document = {
        "impact": checked_number(N_("The impact"), impact, above=0, maximum=LARGEST_IMPACT),
        "confidence": checked_number(N_("The confidence"), confidence, minimum=0, maximum=1),
        "effort_months": checked_number(N_("The effort"), effort_months, above=0, maximum=LARGEST_EFFORT),
    }
    who = checked_text(N_("The author"), author, NAME_LENGTH)
    in_transaction(lambda session: add_view(session, "rice", document, who, get_product(session, slug).id))


def look(ranking: Ranking) -> Lenses:
    """The ideas of a ranking through every lens, and where those differ from it."""
    ideas, weights = in_transaction(lambda session: (_seen(session, ranking), team_weights(session)))
    table = {idea.slug: idea.cells for idea in ideas}
    stand = weighed(table, weights.weights)
    scores = scores_apart(table, weights.weights) if stand.shares else {}
    seen = tuple(replace(idea, topsis=scores.get(idea.slug)) for idea in ideas)
    return Lenses(seen, weights, stand, _disagreements(ranking, seen, stand.shares))


def _seen(session: Session, ranking: Ranking) -> list[Seen]:
    products = [get_product(session, idea.slug) for idea in ranking.ideas]
    current = current_of(session, products)
    chances = {row.slug: row.p_bar_met for row in idea_rows(session)}
    said = newest_by_idea(session, "rice")
    found = []
    for idea, product in zip(ranking.ideas, products, strict=True):
        figures = current[product.id].figures

        def ends(key: str, figures: Any = figures) -> Interval | None:
            row = figures.get(key)
            return None if row is None else interval(row.value, row.low, row.high)

        typed = said[product.id].document if product.id in said else {}
        reach, attractive = ends(REACH), ends("market.attractiveness")
        parts = {key: float(value) for key, value in typed.items()} | ({} if reach is None else {"reach": reach.value})
        feasible = None if chances[idea.slug] is None else 100 * (chances[idea.slug] or 0.0)
        cells = {
            "worth": idea.standing.risk_adjusted_usd,
            "market": attractive.value if attractive else None,
            "bar": chances[idea.slug],
            "margin": _value(ends("economics.gross_margin")),
            "duties": _value(ends("market.obligations_open")),
        }
        score = rice(reach, typed["impact"], typed["confidence"], typed["effort_months"]) if reach and typed else None
        box = nine_box(attractive, None if feasible is None else interval(feasible))
        found.append(Seen(idea.slug, idea.name, score, parts, None, cells, box, attractive, feasible))
    return found


def _value(found: Interval | None) -> float | None:
    return None if found is None else found.value


def _disagreements(ranking: Ranking, ideas: Sequence[Seen], weights: Mapping[str, float]) -> tuple[Said, ...]:
    known = [idea.slug for idea in ranking.ideas if idea.standing.p_best is not None]
    if not known:
        return ()
    first, names = known[0], {idea.slug: idea.name for idea in ideas}
    parts = {idea.slug: idea.rice_parts for idea in ideas if idea.rice is not None}
    found = (
        of_weights(first, {i.slug: i.cells for i in ideas}, weights, {i.slug: i.topsis for i in ideas}),
        of_rice(first, parts, {i.slug: i.rice for i in ideas}),
        of_boxes(first, {i.slug: i.box for i in ideas}, [i.slug for i in ideas]),
    )
    return tuple(_named(said, names) for said in found if said is not None)


def _named(said: Said, names: Mapping[str, str]) -> Said:
    """The same with the ideas' names in place of their addresses."""
    named = {key: names[said.values[key]] for key in ("first", "headline")}
    return Said(said.template, {**said.values, **named})
