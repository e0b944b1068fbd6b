"""Ideas: the portfolio, and one idea's sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.evidence import Current, current_of
from db.models import Dataset, Decision, EvidenceRow, Experiment, Product, Run
from db.products import get_product, written
from db.shapes import Bar, DecisionRow, ProductRow, ProductSheet, Reason
from db.views.absent import BREAK_EVEN, COST, GROSS, MARGIN, lowest_p95, reasons, without_absent
from db.views.gates import gates
from db.views.money import money_by_product
from db.views.runs import leaderboard
from engine.bar import BarScore, bar_score, p_bar_met, rank_ranges

CANDIDATES = 50


@dataclass(slots=True)
class _Facts:
    """What the rows need beside the products themselves, each read in one query for all."""

    current: dict[int, Current]
    absent: dict[int, dict[str, Reason]]
    spent: Mapping[int, Decimal]
    live: dict[int, int]
    complete: dict[int, int]
    verdicts: dict[int, str]
    scores: dict[int, BarScore | None] = field(default_factory=dict)
    chances: dict[int, float | None] = field(default_factory=dict)
    ranks: dict[int, tuple[int, int]] = field(default_factory=dict)


def portfolio(session: Session) -> list[ProductRow]:
    """Every idea: likeliest to meet its own bar first, then by bar score; unmeasured ones last."""
    products = session.scalars(select(Product).order_by(Product.id)).all()
    facts = _facts(session, products)
    rows = [_row(product, facts) for product in products]
    return sorted(rows, key=_place)


def product_sheet(session: Session, slug: str) -> ProductSheet:
    """Everything about one idea; its ranks are among all ideas. Raises UnknownName."""
    product = get_product(session, slug)
    facts = _facts(session, session.scalars(select(Product).order_by(Product.id)).all())
    current = facts.current[product.id]
    dataset = session.get(Dataset, product.dataset_id) if product.dataset_id is not None else None
    return ProductSheet(
        row=_row(product, facts),
        customer=written(product, product.customer),
        hypothesis=written(product, product.hypothesis),
        dataset_id=product.dataset_id,
        dataset_name=dataset.name if dataset else None,
        adopted_run_id=product.adopted_run_id,
        figures=tuple(current.figures.values()),
        decisions=_decisions(session, product.id),
        gates=gates(product, current),
        candidates=tuple(
            leaderboard(
                session,
                product_id=product.id,
                dataset_id=product.dataset_id,
                measure=product.bar_measure,
                limit=CANDIDATES,
            )
        ),
    )


def _facts(session: Session, products: Sequence[Product]) -> _Facts:
    found = current_of(session, products)
    p95 = lowest_p95(session, [c.lead.run_id for c in found.values() if c.lead])
    absent = {product.id: reasons(product, found[product.id], p95) for product in products}
    live, complete = _run_counts(session)
    facts = _Facts(
        {key: without_absent(current, absent[key]) for key, current in found.items()},
        absent,
        money_by_product(session),
        live,
        complete,
        _verdicts(session),
    )
    _judge(products, facts)
    return facts


def _judge(products: Sequence[Product], facts: _Facts) -> None:
    for product in products:
        row = facts.current[product.id].rows.get(product.bar_measure)
        facts.scores[product.id] = _score(product, row)
        facts.chances[product.id] = (
            p_bar_met(row.quantiles, product.bar_minimum, product.bar_direction) if row is not None else None
        )
    ordered = [facts.scores[product.id] for product in products]
    ranges = rank_ranges([(s.low, s.high) if s else None for s in ordered])
    facts.ranks = {product.id: ranks for product, ranks in zip(products, ranges, strict=True)}


def _score(product: Product, row: EvidenceRow | None) -> BarScore | None:
    if row is None:
        return None
    return bar_score(row.value, row.low, row.high, baseline=row.baseline, minimum=product.bar_minimum)


def _row(product: Product, facts: _Facts) -> ProductRow:
    current, score = facts.current[product.id], facts.scores[product.id]
    rank_low, rank_high = facts.ranks[product.id]
    return ProductRow(
        id=product.id,
        slug=product.slug,
        name=product.name,
        stage=product.stage,
        owner=product.owner,
        domain=product.domain,
        sample=product.sample,
        missing=written(product, product.missing),
        bar=Bar(product.bar_measure, product.bar_direction, product.bar_minimum, product.latency_limit_ms),
        quality=current.get(product.bar_measure),
        adopted=product.adopted_run_id is not None,
        bar_score=score.value if score else None,
        bar_score_low=score.low if score else None,
        bar_score_high=score.high if score else None,
        p_bar_met=facts.chances[product.id],
        cost_per_1k=current.get(COST),
        latency_p95=current.get("latency.p95_ms"),
        margin_per_1k=current.get(MARGIN),
        gross_margin=current.get(GROSS),
        break_even=current.get(BREAK_EVEN),
        requests_per_month=current.get("market.requests_per_month"),
        spent_usd=facts.spent.get(product.id, Decimal(0)),
        runs_live=facts.live.get(product.id, 0),
        runs_complete=facts.complete.get(product.id, 0),
        verdict=facts.verdicts.get(product.id),
        rank_low=rank_low,
        rank_high=rank_high,
        absent=facts.absent[product.id],
    )


def _place(row: ProductRow) -> tuple[bool, float, float, int]:
    score = row.bar_score
    return score is None, -(row.p_bar_met or 0.0), -(score or 0.0), row.id


def _run_counts(session: Session) -> tuple[dict[int, int], dict[int, int]]:
    query = (
        select(Experiment.product_id, Run.state, func.count())
        .join(Run, Run.experiment_id == Experiment.id)
        .where(Experiment.product_id.is_not(None), Run.state.in_(("queued", "running", "complete")))
        .group_by(Experiment.product_id, Run.state)
    )
    live: dict[int, int] = {}
    complete: dict[int, int] = {}
    for product_id, state, count in session.execute(query):
        assert product_id is not None
        counts = complete if state == "complete" else live
        counts[product_id] = counts.get(product_id, 0) + count
    return live, complete


def _verdicts(session: Session) -> dict[int, str]:
    newest = select(func.max(Decision.id)).group_by(Decision.product_id)
    query = select(Decision.product_id, Decision.verdict).where(Decision.id.in_(newest))
    return dict(session.execute(query).all())


def _decisions(session: Session, product_id: int) -> tuple[DecisionRow, ...]:
    query = select(Decision).where(Decision.product_id == product_id).order_by(Decision.id.desc())
    return tuple(
        DecisionRow(d.verdict, d.reason, d.author, d.created_at, d.review_on, len(d.evidence_ids), d.measured)
        for d in session.scalars(query)
    )
