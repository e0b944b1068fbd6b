"""Money that APIs charge for a run's answers: each charge once, and with it the run's cost entries grow."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.costs import entry_of
from db.days import Counted, count_day
from db.models import ApiCharge, CostEntry, Rate, Run
from db.money import sum_nano, to_nano
from engine.evidence import GRADES, Grade

PHASE = "api"
SOURCE_LENGTH, MODEL_LENGTH = 200, 120


def add_charges(
    session: Session, run: Run, told: Iterable[Mapping[str, Any]], *, category: str, rate: Rate | None = None
) -> int:
    """Store the charges that are not there yet; returns how many were new.

    A charge has key, at (epoch), usd (decimal text), model, input_tokens, cached_tokens, output_tokens, grade, source.
    The run is locked by the caller, or its charges come from one writer. rate: names the device of a day's entry; the
    run's own unless given. No second is counted with it.
    """
    wanted = {charge["key"]: charge for charge in reversed(list(told))}
    query = select(ApiCharge.key).where(ApiCharge.run_id == run.id, ApiCharge.key.in_(wanted))
    known = set(session.scalars(query))
    new = [charge for key, charge in wanted.items() if key not in known]
    by_period: dict[str, list[Mapping[str, Any]]] = {}
    for charge in sorted(new, key=lambda c: float(c["at"])):
        by_period.setdefault(_period(run, charge, category), []).append(charge)
    for period, charges in by_period.items():
        session.add_all(_row(run, charge, category, period) for charge in charges)
        device = rate or session.get_one(Rate, run.rate_id)
        entry, _ = entry_of(
            session,
            run,
            device,
            (category, period, PHASE),
            grade=charges[0]["grade"],
            started_at=datetime.fromtimestamp(charges[0]["at"], UTC),
        )
        fresh = entry.requests == 0
        _grow(entry, charges)
        _count(session, entry, charges, fresh=fresh)
    session.flush()
    return len(new)


def _period(run: Run, charge: Mapping[str, Any], category: str) -> str:
    if category == "training":
        return f"attempt {run.attempt}"
    return datetime.fromtimestamp(charge["at"], UTC).date().isoformat()


def _row(run: Run, charge: Mapping[str, Any], category: str, period: str) -> ApiCharge:
    return ApiCharge(
        run_id=run.id,
        key=charge["key"],
        category=category,
        period=period,
        at=datetime.fromtimestamp(charge["at"], UTC),
        model=str(charge["model"])[:MODEL_LENGTH],
        input_tokens=charge["input_tokens"],
        cached_tokens=charge["cached_tokens"],
        output_tokens=charge["output_tokens"],
        usd_nano=to_nano(charge["usd"]),
        grade=charge["grade"],
        source=str(charge["source"])[:SOURCE_LENGTH],
    )


def _count(session: Session, entry: CostEntry, charges: Sequence[Mapping[str, Any]], *, fresh: bool) -> None:
    """Add the charges to the sums of their days; an entry counts once, with its first charge."""
    for place, charge in enumerate(charges):
        day = datetime.fromtimestamp(charge["at"], UTC).date()
        where = Counted(day, entry.product_id, entry.category, "metered", charge["grade"])
        count_day(session, where, to_nano(charge["usd"]), entries=int(fresh and place == 0))


def _grow(entry: CostEntry, charges: Sequence[Mapping[str, Any]]) -> None:
    entry.usd_nano += sum(to_nano(charge["usd"]) for charge in charges)
    entry.requests += len(charges)
    grades = cast(list[Grade], [entry.grade, *(charge["grade"] for charge in charges)])
    entry.grade = max(grades, key=GRADES.index)
    entry.ended_at = datetime.fromtimestamp(charges[-1]["at"], UTC)


def charged_usd(session: Session, *, run_id: str | None = None, product_id: int | None = None) -> Decimal:
    """What APIs charged for a run's training, or for all that was done for an idea."""
    query = select(sum_nano(CostEntry.usd_nano)).where(CostEntry.phase == PHASE)
    if run_id is not None:
        query = query.where(CostEntry.run_id == run_id, CostEntry.category == "training")
    if product_id is not None:
        query = query.where(CostEntry.product_id == product_id)
    return Decimal(session.scalar(query) or 0) / 10**9


def charges_of(session: Session, run_id: str) -> int:
    """How many charges of a run are stored."""
    return session.scalar(select(func.count()).select_from(ApiCharge).where(ApiCharge.run_id == run_id)) or 0
