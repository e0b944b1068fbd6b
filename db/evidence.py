"""The evidence ledger: append what is new, and ask what is current.

Current figures of one idea, measure by measure:
1. only the run that leads is asked: the adopted run, else the best by validation; and what hangs on no run;
2. rows of one context compete: the best grade wins, then the newest;
3. of several contexts the adopted run's test figure comes first, then the leading run's, then the newest;
4. a figure for another latency limit than the idea's own is not current, nor is what a person typed and took back;
5. a computed figure is current only while all its inputs are, and stale when their contents have changed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from db.models import EvidenceRow, Experiment, MetricSummary, Product, Run, TakenBack
from db.shapes import Figure
from engine.evidence import GRADES, MEASURES, Evidence, Grade, context_key

RATE_MEASURE = "cost.device_usd_per_hour"
PRICED_BY_RATE = ("cost.training_usd", "cost.spent_usd")
"""Sums of metered seconds: their grade comes from the rate each run was queued at, not from an input row."""

DIFFERENCES = ("economics.margin_per_1k_usd",)
"""Computed by subtraction; all else is computed by multiplication and division."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The run whose figures speak for an idea."""

    run_id: str
    adopted: bool


def append(
    session: Session,
    product_id: int,
    evidence: Evidence,
    *,
    run_id: str | None = None,
    baseline: float | None = None,
    quantiles: Sequence[float] = (),
) -> EvidenceRow:
    """Add a figure to the ledger; returns the newest row instead when it says exactly the same."""
    key = context_key(evidence.context)
    row = EvidenceRow(
        product_id=product_id,
        measure=evidence.measure,
        value=evidence.value,
        low=evidence.low,
        high=evidence.high,
        level=evidence.level,
        grade=evidence.grade,
        context=dict(evidence.context),
        context_key=key,
        run_id=run_id,
        source_kind=evidence.source_kind,
        source=evidence.source,
        note=evidence.note,
        method=evidence.method,
        inputs=list(evidence.inputs),
        input_fingerprint=_stored_fingerprint(session, evidence.inputs),
        baseline=baseline,
        quantiles=list(quantiles),
    )
    newest = session.scalars(
        select(EvidenceRow)
        .where(
            EvidenceRow.product_id == product_id,
            EvidenceRow.measure == evidence.measure,
            EvidenceRow.context_key == key,
            EvidenceRow.grade == evidence.grade,
        )
        .order_by(EvidenceRow.id.desc())
        .limit(1)
    ).first()
    if newest is not None and _says(newest) == _says(row) and not _is_back(session, newest):
        return newest
    session.add(row)
    session.flush()
    return row


def _says(row: EvidenceRow) -> tuple[object, ...]:
    figures = (row.value, row.low, row.high, row.level, row.baseline)
    origin = (row.source_kind, row.source, row.run_id, row.note, row.method)
    return *figures, *origin, tuple(row.inputs), row.input_fingerprint


def _stored_fingerprint(session: Session, ids: Sequence[int]) -> str:
    rows = {row.id: row for row in session.scalars(select(EvidenceRow).where(EvidenceRow.id.in_(ids)))} if ids else {}
    return fingerprint([rows[i] for i in ids])


def fingerprint(rows: Sequence[EvidenceRow]) -> str:
    """Names the contents of inputs in their order; empty for none."""
    if not rows:
        return ""
    contents = [(row.measure, row.context_key, row.value, row.low, row.high, row.grade) for row in rows]
    return hashlib.sha256(json.dumps(contents).encode()).hexdigest()[:16]


def leads(session: Session, product_ids: Iterable[int] | None = None) -> dict[int, Lead]:
    """The leading run of each idea that has one: adopted, else best by validation on the idea's data set.

    Validation figures are read from the summaries' index, never from a series.
    """
    place = func.row_number().over(
        partition_by=Product.id,
        order_by=(MetricSummary.value * _sign(), Run.created_at, Run.id),
    )
    ranked = (
        select(Product.id.label("product"), Run.id.label("run"), place.label("place"))
        .join(Experiment, Experiment.product_id == Product.id)
        .join(Run, Run.experiment_id == Experiment.id)
        .join(
            MetricSummary,
            (MetricSummary.run_id == Run.id)
            & (MetricSummary.split == "validation")
            & (MetricSummary.name == Product.bar_measure),
        )
        .where(
            Run.state == "complete",
            or_(Product.dataset_id.is_(None), Experiment.dataset_id == Product.dataset_id),
        )
    )
    adopted = select(Product.id, Product.adopted_run_id).where(Product.adopted_run_id.is_not(None))
    if product_ids is not None:
        wanted = list(product_ids)
        ranked, adopted = ranked.where(Product.id.in_(wanted)), adopted.where(Product.id.in_(wanted))
    best = ranked.subquery()
    found = {
        product: Lead(run, adopted=False)
        for product, run in session.execute(select(best.c.product, best.c.run).where(best.c.place == 1))
    }
    return found | {product: Lead(run, adopted=True) for product, run in session.execute(adopted) if run is not None}


def _sign() -> ColumnElement[float]:
    return case((Product.bar_direction == "lower", 1.0), else_=-1.0)


@dataclass(frozen=True, slots=True)
class Current:
    """The current figures of one idea."""

    lead: Lead | None
    figures: Mapping[str, Figure]
    """By measure key, in the order of the vocabulary."""
    rows: Mapping[str, EvidenceRow]
    """The same, as stored."""

    def get(self, measure: str) -> Figure | None:
        """The figure of a measure, or None."""
        return self.figures.get(measure)


def current(session: Session, product_id: int) -> Current:
    """The current figures of one idea."""
    return current_of(session, [session.get_one(Product, product_id)])[product_id]


def current_of(session: Session, products: Sequence[Product]) -> dict[int, Current]:
    """The current figures of several ideas, in five queries."""
    ids = [product.id for product in products]
    leading = leads(session, ids)
    rows: dict[int, list[EvidenceRow]] = {product_id: [] for product_id in ids}
    back = _taken_back(session, ids)
    for row in _newest(session, ids, [lead.run_id for lead in leading.values()]):
        if row.source_kind != "person" or row.id > back.get((row.product_id, row.measure), 0):
            rows[row.product_id].append(row)
    used = {i for product_rows in rows.values() for row in product_rows for i in row.inputs}
    inputs = (
        {row.id: row for row in session.scalars(select(EvidenceRow).where(EvidenceRow.id.in_(used)))} if used else {}
    )
    return {product.id: _settle(product, leading.get(product.id), rows[product.id], inputs) for product in products}


def take_back(session: Session, product_id: int, measure: str, *, author: str, why: str) -> bool:
    """Let what people typed of a measure count no more; False when nothing was typed. The rows stay."""
    newest = session.scalar(
        select(func.max(EvidenceRow.id)).where(
            EvidenceRow.product_id == product_id, EvidenceRow.measure == measure, EvidenceRow.source_kind == "person"
        )
    )
    if newest is None:
        return False
    session.add(TakenBack(product_id=product_id, measure=measure, evidence_id=newest, author=author, why=why))
    session.flush()
    return True


def _is_back(session: Session, row: EvidenceRow) -> bool:
    """Whether a row was typed by a person and then taken back."""
    if row.source_kind != "person":
        return False
    return row.id <= _taken_back(session, [row.product_id]).get((row.product_id, row.measure), 0)


def _taken_back(session: Session, product_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """Up to which row what was typed counts no more, by idea and measure."""
    query = (
        select(TakenBack.product_id, TakenBack.measure, func.max(TakenBack.evidence_id))
        .where(TakenBack.product_id.in_(product_ids))
        .group_by(TakenBack.product_id, TakenBack.measure)
    )
    return {(product_id, measure): newest for product_id, measure, newest in session.execute(query)}


def _newest(session: Session, product_ids: Sequence[int], run_ids: Sequence[str]) -> Sequence[EvidenceRow]:
    """The newest row of each grade in each context, of these runs and of none."""
    newest = (
        select(func.max(EvidenceRow.id))
        .where(
            EvidenceRow.product_id.in_(product_ids),
            or_(EvidenceRow.run_id.is_(None), EvidenceRow.run_id.in_(run_ids)),
        )
        .group_by(EvidenceRow.product_id, EvidenceRow.measure, EvidenceRow.context_key, EvidenceRow.grade)
    )
    return session.scalars(select(EvidenceRow).where(EvidenceRow.id.in_(newest))).all()


def _settle(
    product: Product, lead: Lead | None, rows: Sequence[EvidenceRow], inputs: Mapping[int, EvidenceRow]
) -> Current:
    mine = [
        row
        for row in rows
        if (row.run_id is None or (lead is not None and row.run_id == lead.run_id))
        and row.context.get("latency_limit_ms", product.latency_limit_ms) == product.latency_limit_ms
        and (row.context.get("split") != "test" or (lead is not None and lead.adopted))
    ]
    chosen: dict[str, EvidenceRow] = {}
    for row in sorted(_best_of_contexts(mine), key=lambda r: _precedence(r, lead)):
        chosen[row.measure] = row
    ordered = {key: chosen[key] for key in MEASURES if key in chosen}
    kept = _with_inputs(ordered, inputs)
    return Current(lead, {key: _figure(row, kept, inputs) for key, row in kept.items()}, kept)


def _best_of_contexts(rows: Iterable[EvidenceRow]) -> list[EvidenceRow]:
    best: dict[tuple[str, str], EvidenceRow] = {}
    for row in rows:
        key = (row.measure, row.context_key)
        if key not in best or _strength(row) > _strength(best[key]):
            best[key] = row
    return list(best.values())


def _strength(row: EvidenceRow) -> tuple[int, int]:
    return -GRADES.index(row.grade), row.id


def _precedence(row: EvidenceRow, lead: Lead | None) -> tuple[bool, bool, int]:
    return row.context.get("split") == "test", lead is not None and row.run_id == lead.run_id, row.id


def _with_inputs(chosen: Mapping[str, EvidenceRow], inputs: Mapping[int, EvidenceRow]) -> dict[str, EvidenceRow]:
    """Leave out what was computed from a figure that is no longer current, again and again until nothing is."""
    kept = dict(chosen)
    while True:
        places = {(row.measure, row.context_key) for row in kept.values()}
        lost = [
            key
            for key, row in kept.items()
            if any((inputs[i].measure, inputs[i].context_key) not in places for i in row.inputs)
        ]
        if not lost:
            return kept
        for key in lost:
            del kept[key]


def _figure(row: EvidenceRow, kept: Mapping[str, EvidenceRow], inputs: Mapping[int, EvidenceRow]) -> Figure:
    today = [kept[inputs[i].measure] for i in row.inputs]
    return Figure(
        id=row.id,
        measure=row.measure,
        value=row.value,
        low=row.low,
        high=row.high,
        grade=cast(Grade, row.grade),
        source_kind=row.source_kind,
        source=row.source,
        run_id=row.run_id,
        context=row.context,
        note=row.note,
        method=row.method,
        created_at=row.created_at,
        stale=bool(today) and fingerprint(today) != row.input_fingerprint,
        baseline=row.baseline,
        weakest_input=_weakest_input(row, today),
    )


def _weakest_input(row: EvidenceRow, inputs: Sequence[EvidenceRow]) -> str | None:
    """Of the inputs of the weakest grade, the one whose interval moves the result most.

    In a difference that is the widest interval, in products and quotients the widest for its size.
    """
    if row.measure in PRICED_BY_RATE:
        return RATE_MEASURE
    if not inputs:
        return None
    scale = _width if row.measure in DIFFERENCES else _relative_width
    return max(inputs, key=lambda i: (GRADES.index(i.grade), scale(i))).measure


def _width(row: EvidenceRow) -> float:
    return 0.0 if row.low is None or row.high is None else row.high - row.low


def _relative_width(row: EvidenceRow) -> float:
    return _width(row) / abs(row.value) if row.value else 0.0
