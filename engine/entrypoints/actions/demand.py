"""A market's size, obligations and attractiveness as evidence; inside the caller's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy.orm import Session

from db.competitors import count_competitors
from db.evidence import append, current
from db.models import EvidenceRow, Product
from db.obligations import answers, said
from engine.errors import N_
from engine.evidence import DEMAND, Evidence, Grade, weakest
from engine.interval import Interval, interval
from engine.market.attractiveness import attractiveness
from engine.market.obligations import grants, obligations, stands
from engine.market.size import INPUTS, LEVELS, MEASURES, Given, MarketSize, Sized, market_size
from engine.wording.notes import EXACT, MISSING, RATIO

BOTTOM_UP = N_("bottom-up: buyers x spend of one; 95 % range of 20,000 draws")
TOP_DOWN = N_("top-down: spend of the trade x shares; 95 % range of 20,000 draws")
CARDS = N_("cards that somebody wrote; there may be more competitors than that")
SCORED = N_("weighted mean of the parts that are known; the weights and scales are assumptions of Prospectus")
DUTIES = N_("a checklist from memory, answers and states that people typed; what is unclear counts as open")
GRANTED = N_("sum of amounts that people typed and nobody ruled out; the low end is what is granted")
OBLIGATIONS, GRANTS = "market.obligations_open", "market.grants_usd"
COMPETITORS, ATTRACTIVENESS = "market.competitors", "market.attractiveness"
SIZE_CONTEXT: Mapping[str, Any] = {"period": "year", "currency": "USD"}
SIZE_INPUTS = tuple(key for keys in INPUTS.values() for key in keys)


def demand_figures(session: Session, product: Product) -> None:
    """Size from what was typed, then competitors and obligations, then the score of what is known by now."""
    rows = current(session, product.id).rows
    given = {key: Given(rows[key].value, rows[key].low, rows[key].high) for key in SIZE_INPUTS if key in rows}
    if given:
        _size(session, product, market_size(given), rows)
    there, every = count_competitors(session, product.id)
    if every:
        counted = Evidence(
            COMPETITORS, there, "assumed", "model", "engine.market.competition", {}, None, None, method=CARDS
        )
        append(session, product.id, counted)
    begun = _obligations(session, product)
    if given or every or begun or any(key in DEMAND for key in rows):
        _score(session, product)


def _obligations(session: Session, product: Product) -> bool:
    """The count of open obligations and the sum of grants; whether the checklist was begun."""
    answered, told = answers(session, product.id), said(session, product.id)
    rules = {key: one.status for key, one in told.items() if key in obligations()}
    begun = bool(answered or rules)
    if begun:
        found = stands(answered, rules)
        low, high = float(found.surely), float(found.surely + found.unclear)
        _typed(session, product, OBLIGATIONS, Interval(high, low, high), DUTIES)
    typed = [(one.usd, one.status) for key, one in told.items() if key in grants() and one.usd is not None]
    if typed:
        whole = sum(float(usd) for usd, status in typed if status != "does not apply")
        granted = sum(float(usd) for usd, status in typed if status == "met")
        _typed(session, product, GRANTS, Interval(whole, granted, whole), GRANTED)
    return begun


def _typed(session: Session, product: Product, measure: str, figure: Interval, method: str) -> None:
    evidence = Evidence(
        measure,
        figure.value,
        "assumed",
        "model",
        "engine.market.obligations",
        {},
        figure.low,
        figure.high,
        method=method,
    )
    append(session, product.id, evidence)


def _size(session: Session, product: Product, found: MarketSize, rows: Mapping[str, EvidenceRow]) -> None:
    for level in LEVELS:
        best = found.best(level)
        if best.figure is not None:
            inputs = [rows[key] for key in _needed(best)]
            method = BOTTOM_UP if best.approach == "bottom_up" else TOP_DOWN
            note = "; ".join(_notes(found, best))
            _append(
                session, product, MEASURES[level], best.figure, inputs, "engine.market.size", SIZE_CONTEXT, method, note
            )


def _needed(sized: Sized) -> Sequence[str]:
    from engine.market.size import NEEDS

    return NEEDS[sized.approach][sized.level]


def _notes(found: MarketSize, best: Sized) -> list[str]:
    """What a reader of this one figure must know: the other approach, and inputs without a range."""
    notes = [
        RATIO.format(**{name: f"{end:.3g}" for name, end in zip(("ratio", "low", "high"), one.ratio, strict=True)})
        for one in found.disagreements
        if one.level == best.level
    ]
    if best.exact:
        notes.append(EXACT.format(inputs=", ".join(best.exact)))
    return notes


def _score(session: Session, product: Product) -> None:
    rows = current(session, product.id).rows
    found = attractiveness({key: interval(row.value, row.low, row.high) for key, row in rows.items()})
    if found.score is None:
        return
    inputs = [rows[one.part.measure] for one in found.parts if one.score is not None]
    missing = ", ".join(one.part.key for one in found.missing)
    _append(
        session,
        product,
        ATTRACTIVENESS,
        found.score,
        inputs,
        "engine.market.attractiveness",
        {},
        SCORED,
        MISSING.format(parts=missing) if missing else "",
        grade="assumed",
    )


def _append(  # noqa: PLR0917  the columns of a computed figure
    session: Session,
    product: Product,
    measure: str,
    figure: Interval,
    inputs: Sequence[EvidenceRow],
    model: str,
    context: Mapping[str, Any],
    method: str,
    note: str,
    *,
    grade: Grade | None = None,
) -> None:
    evidence = Evidence(
        measure,
        figure.value,
        grade or weakest(cast(Grade, row.grade) for row in inputs),
        "model",
        model,
        context,
        figure.low,
        figure.high,
        note=note,
        inputs=tuple(row.id for row in inputs),
        method=method,
    )
    append(session, product.id, evidence)
