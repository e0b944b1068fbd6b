"""The queue: runs are rows, a claim is one conditional update, and events arrive exactly once."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import CursorResult, case, exists, select, true, update
from sqlalchemy.orm import Session, aliased

from db.base import now
from db.estimates import expected_routine_seconds, expected_seconds
from db.locks import hold
from db.models import Experiment, Product, Run, RunNote, Worker
from db.money import to_nano
from engine.errors import N_, StateError, UnknownName

MOST_PRIORITY = 9
"""Priorities go from -9, taken first, to 9."""


def queue_run(
    session: Session,
    *,
    product_id: int | None,
    dataset_id: int,
    task: str,
    recipe: str,
    config: Mapping[str, Any],
    seed: int,
    device: str,
    rate_id: int,
    budget_usd: Decimal | float | None = None,
    priority: int = 0,
    source_run_id: str | None = None,
    estimate_seconds: float | None = None,
) -> Run:
    """Add a run to the queue; runs of one product, data set and task share an experiment.

    estimate_seconds: how long it should take; when nobody counted, what runs like it took by the row.
    """
    estimate = estimate_seconds or expected_seconds(
        session, recipe=recipe, task=task, device=device, dataset_id=dataset_id, config=config
    )
    run = Run(
        id=new_id(),
        experiment_id=_experiment(session, product_id, dataset_id, task).id,
        recipe=recipe,
        config=dict(config),
        seed=seed,
        device=device,
        rate_id=rate_id,
        budget_nano=None if budget_usd is None else to_nano(budget_usd),
        priority=priority,
        source_run_id=source_run_id,
        estimate_seconds=estimate,
        facts={},
    )
    session.add(run)
    session.flush()
    return run


def new_id() -> str:
    """An id that no run has."""
    return secrets.token_hex(6)


def queue_routine(
    session: Session,
    run_id: str,
    *,
    product_id: int | None,
    routine: str,
    config: Mapping[str, Any],
    seed: int,
    device: str,
    rate_id: int,
    budget_usd: Decimal | float | None = None,
    priority: int = 0,
) -> Run:
    """Add a run of a routine to the queue, under an id from `new_id` whose folder already holds its inputs."""
    run = Run(
        id=run_id,
        experiment_id=_experiment(session, product_id, None, routine).id,
        kind="routine",
        recipe=routine,
        config=dict(config),
        seed=seed,
        device=device,
        rate_id=rate_id,
        budget_nano=None if budget_usd is None else to_nano(budget_usd),
        priority=priority,
        estimate_seconds=expected_routine_seconds(session, routine=routine, device=device, config=config),
        facts={},
    )
    session.add(run)
    session.flush()
    return run


def _experiment(session: Session, product_id: int | None, dataset_id: int | None, task: str) -> Experiment:
    hold(session, "experiment")
    found = session.scalars(
        select(Experiment)
        .where(
            Experiment.product_id.is_not_distinct_from(product_id),
            Experiment.dataset_id.is_not_distinct_from(dataset_id),
            Experiment.task == task,
        )
        .order_by(Experiment.id)
        .limit(1)
    ).first()
    if found is None:
        product = session.get(Product, product_id) if product_id is not None else None
        found = Experiment(
            name=product.name if product else "", product_id=product_id, dataset_id=dataset_id, task=task
        )
        session.add(found)
        session.flush()
    return found


def get_run(session: Session, run_id: str) -> Run:
    """One run; raises UnknownName."""
    run = session.get(Run, run_id)
    if run is None:
        raise UnknownName(N_("run"), run_id, _newest_ids(session))
    return run


def _newest_ids(session: Session) -> list[str]:
    return list(session.scalars(select(Run.id).order_by(Run.created_at.desc()).limit(5)))


def claim_next(session: Session, worker: str, device: str, *, only: Collection[str] | None = None) -> Run | None:
    """Take the first queued run of a device for `worker`, or None when none waits or one is running already.

    Claims of one device come one after another, each is one conditional update, and the index
    `uq_runs_running_device` refuses a second running one: of several workers that try, one gets the run. The
    claim begins a new attempt. `only` holds the ids that come into question, when not all do.
    """
    hold(session, f"claim {device}")
    other = aliased(Run)
    first = (
        select(Run.id)
        .where(Run.state == "queued", Run.device == device, true() if only is None else Run.id.in_(list(only)))
        .order_by(Run.priority, Run.queued_at, Run.id)
        .limit(1)
        .scalar_subquery()
    )
    busy = exists(select(other.id).where(other.state == "running", other.device == device))
    moment = now()
    claimed = session.scalars(
        update(Run)
        .where(Run.id == first, Run.state == "queued", ~busy)
        .values(
            state="running",
            worker=worker,
            attempt=Run.attempt + 1,
            heartbeat_at=moment,
            started_at=moment,
            metered_until=None,
            finished_at=None,
        )
        .returning(Run.id)
        .execution_options(synchronize_session=False)
    ).first()
    return session.get(Run, claimed, populate_existing=True) if claimed else None


def claim_orphans(session: Session, worker: str, older_than_seconds: float) -> list[Run]:
    """Take over the running runs whose worker has been silent for that long; their attempt goes on.

    The caller reads the rest of their event files first, then requeues or finishes each.
    """
    moment = now()
    taken = session.scalars(
        update(Run)
        .where(Run.state == "running", Run.heartbeat_at < moment - timedelta(seconds=older_than_seconds))
        .values(worker=worker, heartbeat_at=moment)
        .returning(Run.id)
        .execution_options(synchronize_session=False)
    ).all()
    return [session.get_one(Run, run_id, populate_existing=True) for run_id in taken]


def heartbeat(session: Session, run_id: str, worker: str) -> bool:
    """Say that the run's worker lives; False when the run is no longer this worker's."""
    return _changed(session, run_id, ("running",), worker, heartbeat_at=now())


def worker_heartbeat(session: Session, worker: str) -> None:
    """Say that a worker lives, busy or not."""
    row = session.get(Worker, worker)
    if row is None:
        session.add(Worker(name=worker, started_at=now(), heartbeat_at=now()))
    else:
        row.heartbeat_at = now()


def worker_gone(session: Session, worker: str) -> None:
    """Say that a worker has ended in good order."""
    row = session.get(Worker, worker)
    if row is not None:
        session.delete(row)


def request_stop(session: Session, run_id: str, reason: str = "person") -> str:
    """Stop a queued run at once, ask a running one to save and stop; returns the state it is in now.

    Raises StateError for a run that has ended.
    """
    get_run(session, run_id)
    moment = now()
    if _changed(
        session, run_id, ("queued",), state="stopped", stop_reason=reason, stop_requested_at=moment, finished_at=moment
    ):
        return "stopped"
    if _changed(session, run_id, ("running",), stop_reason=reason, stop_requested_at=moment):
        return "running"
    raise StateError(
        N_("Run {run} is {state}: only a queued or running run can be stopped."),
        run=run_id,
        state=get_run(session, run_id).state,
    )


def requeue(
    session: Session,
    run_id: str,
    *,
    states: Sequence[str] = ("stopped", "failed"),
    budget_usd: Decimal | float | None = None,
) -> Run:
    """Queue a run again; it goes on from its last checkpoint and keeps what was spent.

    A person resumes what is stopped or failed; a worker also what is running with nobody on it. Read its
    event file to the end first. A budget given here replaces the old one. Raises StateError otherwise.
    """
    run = get_run(session, run_id)
    changes: dict[str, Any] = {} if budget_usd is None else {"budget_nano": to_nano(budget_usd)}
    if not _changed(
        session,
        run_id,
        states,
        state="queued",
        queued_at=now(),
        worker=None,
        heartbeat_at=None,
        finished_at=None,
        stop_requested_at=None,
        stop_reason=None,
        error=None,
        left_seconds=None,
        **changes,
    ):
        raise StateError(
            N_("Run {run} is {state}: only a run that is {states} can be queued again."),
            run=run_id,
            state=run.state,
            states=", ".join(states),
        )
    session.refresh(run)
    return run


def change_priority(session: Session, run_id: str, by: int) -> int:
    """Let a queued run be taken earlier (`by` below 0) or later; returns its priority now, lower first.

    Raises StateError for a run that does not wait.
    """
    run = get_run(session, run_id)
    changed = Run.priority + by
    within = case((changed > MOST_PRIORITY, MOST_PRIORITY), (changed < -MOST_PRIORITY, -MOST_PRIORITY), else_=changed)
    if not _changed(session, run_id, ("queued",), priority=within):
        raise StateError(
            N_("Run {run} is {state}: only a queued run can be moved in the queue."), run=run_id, state=run.state
        )
    session.refresh(run)
    return run.priority


def finish(
    session: Session,
    run_id: str,
    worker: str,
    state: str,
    *,
    error: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> bool:
    """End a running run whose child left no end event; False when it is no longer this worker's."""
    changes: dict[str, Any] = {"stop_reason": reason} if reason else {}
    return _changed(
        session,
        run_id,
        ("running",),
        worker,
        state=state,
        finished_at=now(),
        left_seconds=None,
        error=dict(error) if error else None,
        **changes,
    )


def add_note(session: Session, run_id: str, template: str, **values: Any) -> None:
    """Add a line to the run's log."""
    session.add(RunNote(run_id=run_id, at=now().timestamp(), template=template, values=values))


def runs_in_state(session: Session, states: Iterable[str]) -> list[Run]:
    """Runs in any of the states, oldest first."""
    return list(session.scalars(select(Run).where(Run.state.in_(list(states))).order_by(Run.created_at, Run.id)))


def _changed(session: Session, run_id: str, states: Sequence[str], held_by: str | None = None, **values: Any) -> bool:
    """Update the run if it is in one of the states (and is this worker's); whether it was."""
    statement = update(Run).where(Run.id == run_id, Run.state.in_(states)).values(**values)
    if held_by is not None:
        statement = statement.where(Run.worker == held_by)
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    if result.rowcount:
        known = session.identity_map.get(session.identity_key(Run, run_id))
        if known is not None:
            session.refresh(known)
    return bool(result.rowcount)
