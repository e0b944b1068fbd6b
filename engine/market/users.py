"""What users do, from a table of events: cohorts, retention, churn a month, frequency, and a funnel.

A month is a calendar month, UTC. A file seldom ends with one: the month of its last event counts as whole only when
that event lies on the month's last day, and what would need an unfinished month is left out.

- **Retention** of a cohort (users by the month of their first event): who did something k months later, with Wilson's
  interval. A user may be silent in between.
- **Still there** (Kaplan-Meier): who did something k months later or afterwards, over all cohorts, with Greenwood's
  variance on the log-log scale.
- **Churn a month**: of the users of a month, those who never came back; months are left out that ended less than
  `silent_months` before the last whole one, for their users may just pause. Wilson's interval over user-months.
- **Funnel**: users who did the first step, then those who did the next one afterwards, and so on. Users who began
  shortly before the file ends may still go on: the later steps are counted too low by them.
"""

import calendar
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from engine.errors import N_, InputError, UnknownName
from engine.evaluation.proportions import Z95, wilson
from engine.market.events import Events

SILENT_MONTHS = 2
"""Months without an event after which a user counts as gone. A choice, and part of every churn figure's context."""
MOST_SILENT_MONTHS = 24
MOST_COHORTS = 24
"""The newest are kept."""
MOST_STEPS = 8
PROPOSED_STEPS = 5
BUCKETS = ((1, 1), (2, 2), (3, 5), (6, 10), (11, 30), (31, None))
DAY_SECONDS = 86_400
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Months:
    """Which users did something in which months."""

    user: Any
    month: Any
    """One entry a user and month, sorted by user and then month; months are year x 12 + month - 1."""
    first: Any
    last: Any
    """By user."""
    end: int
    """The last whole month."""


def behaviour(events: Events, steps: Sequence[str] | None = None, *, silent_months: int = SILENT_MONTHS) -> Json:
    """Everything that a file of events says of its users, as one JSON document.

    `steps` are kinds of events in the order of the funnel; None proposes an order, [] leaves the funnel out.
    Raises InputError or UnknownName for steps that cannot be.
    """
    if not 1 <= silent_months <= MOST_SILENT_MONTHS:
        raise InputError(
            N_("A user counts as gone after {least} to {most} silent months, not {value}."),
            least=1,
            most=MOST_SILENT_MONTHS,
            value=silent_months,
        )
    chosen = propose_steps(events) if steps is None else _checked_steps(events, steps)
    months = _months(events)
    survival, churn = _survival(months, silent_months)
    return {
        "rows": events.rows,
        "without_user": events.without_user,
        "events": int(events.users.size),
        "users": events.user_count,
        "first": _iso(events.seconds.min()),
        "last": _iso(events.seconds.max()),
        "end_month": month_name(months.end),
        "kinds": _kinds(events),
        "cohorts": _cohorts(months),
        "survival": survival,
        "churn": churn,
        "frequency": _frequency(events, months),
        "funnel": _funnel(events, chosen),
    }


def month_name(month: int) -> str:
    """2026-03 of its number."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def propose_steps(events: Events) -> list[str]:
    """Kinds by how many users did them, most first: a funnel narrows. Empty for fewer than two kinds."""
    counts = _kinds(events)
    return list(counts)[:PROPOSED_STEPS] if len(counts) > 1 else []


def _checked_steps(events: Events, steps: Sequence[str]) -> list[str]:
    known = set(events.kind_names)
    for step in steps:
        if step not in known:
            raise UnknownName(N_("kind of event"), step, sorted(known))
    if len(set(steps)) < len(steps) or len(steps) == 1 or len(steps) > MOST_STEPS:
        raise InputError(
            N_("A funnel has two to {most} different steps, not {steps}."), most=MOST_STEPS, steps=", ".join(steps)
        )
    return list(steps)


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(float(seconds), UTC).isoformat(timespec="seconds")


def _months(events: Events) -> Months:
    months = events.seconds.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    pairs = np.unique(events.users * 100_000 + months)
    user, month = pairs // 100_000, pairs % 100_000
    starts = np.flatnonzero(np.diff(user, prepend=-1))
    ends = np.append(starts[1:], user.size) - 1
    last = datetime.fromtimestamp(float(events.seconds.max()), UTC)
    whole = last.day == calendar.monthrange(last.year, last.month)[1]
    end = last.year * 12 + last.month - 1 - (0 if whole else 1)
    return Months(user, month, month[starts], month[ends], end)


def _kinds(events: Events) -> dict[str, Json]:
    """Events and users by kind, the kind with most users first."""
    pairs = np.unique(events.users * len(events.kind_names) + events.kinds)
    users = np.bincount(pairs % len(events.kind_names), minlength=len(events.kind_names))
    counts = np.bincount(events.kinds, minlength=len(events.kind_names))
    order = sorted(range(len(events.kind_names)), key=lambda k: (-users[k], -counts[k], events.kind_names[k]))
    return {events.kind_names[k]: {"events": int(counts[k]), "users": int(users[k])} for k in order}


def _cohorts(months: Months) -> list[Json]:
    """Users of each first month, and how many of them did something k months later."""
    first = months.first[months.user]
    inside = (months.month <= months.end) & (first <= months.end)
    found = []
    for cohort in np.unique(months.first[months.first <= months.end])[-MOST_COHORTS:]:
        size = int((months.first == cohort).sum())
        of_cohort = inside & (first == cohort)
        active = np.bincount(months.month[of_cohort] - cohort, minlength=months.end - int(cohort) + 1)
        found.append({"month": month_name(int(cohort)), "users": size, "active": _shares(active, size)})
    return found


def _shares(active: Any, size: int) -> list[Json]:
    return [{"users": int(n), **_share(int(n), size)} for n in active]


def _share(hits: int, n: int) -> Json:
    share = wilson(hits, n)
    return {"value": share.value, "low": share.low, "high": share.high}


def _survival(months: Months, silent: int) -> tuple[list[Json], Json | None]:
    """Kaplan-Meier over all cohorts, and churn over user-months; months of which it cannot be told are left out."""
    known = months.end - silent
    began = months.first <= known
    first, last = months.first[began], months.last[began]
    if not first.size:
        return [], None
    stayed = np.minimum(last, known) - first  # whole months from the first to the last that counts
    gone = last <= known
    longest = int(stayed.max()) + 1
    deaths = np.bincount(stayed[gone], minlength=longest)
    ends = np.bincount(stayed, minlength=longest)
    at_risk = ends[::-1].cumsum()[::-1]
    lost, exposed = int(deaths.sum()), int(at_risk.sum())
    churn = {**_share(lost, exposed), "lost": lost, "user_months": exposed, "silent_months": silent}
    return _kaplan_meier(deaths, at_risk), churn | {"until": month_name(known)}


def _kaplan_meier(deaths: Any, at_risk: Any) -> list[Json]:
    found: list[Json] = [{"month": 0, "at_risk": int(at_risk[0]), "value": 1.0, "low": 1.0, "high": 1.0}]
    alive, greenwood = 1.0, 0.0
    for month, (lost, exposed) in enumerate(zip(deaths, at_risk, strict=True), 1):
        alive *= 1 - lost / exposed
        greenwood += lost / (exposed * (exposed - lost)) if lost < exposed else math.inf
        low, high = _log_log(alive, greenwood)
        found.append({"month": month, "at_risk": int(exposed), "value": float(alive), "low": low, "high": high})
        if alive == 0:
            break
    return found


def _log_log(alive: float, greenwood: float) -> tuple[float, float]:
    if alive in (0.0, 1.0) or not math.isfinite(greenwood):
        return float(alive), float(alive)
    half = Z95 * math.sqrt(greenwood) / abs(math.log(alive))
    return float(alive ** math.exp(half)), float(alive ** math.exp(-half))


def _frequency(events: Events, months: Months) -> Json:
    """How often users come: events of each, and of each in a month that they came in."""
    counts = np.bincount(events.users, minlength=events.user_count)
    buckets = [
        {"from": low, "to": high, "users": int(((counts >= low) & (counts <= (high or counts.max()))).sum())}
        for low, high in BUCKETS
    ]
    order = np.lexsort((events.seconds, events.users))
    users, seconds = events.users[order], events.seconds[order]
    gaps = np.diff(seconds)[np.diff(users) == 0] / DAY_SECONDS
    return {
        "events_per_user": float(counts.mean()),
        "events_per_active_month": float(events.users.size / months.user.size),
        "median_events": float(np.median(counts)),
        "came_again": _share(int((counts > 1).sum()), events.user_count),
        "median_days_between": float(np.median(gaps)) if gaps.size else None,
        "buckets": buckets,
    }


def _funnel(events: Events, steps: Sequence[str]) -> list[Json]:
    reached = np.full(events.user_count, -np.inf)
    found: list[Json] = []
    for step in steps:
        mine = events.kinds == events.kind_names.index(step)
        users, seconds = events.users[mine], events.seconds[mine]
        in_order = seconds >= reached[users]
        earliest = np.full(events.user_count, np.inf)
        np.minimum.at(earliest, users[in_order], seconds[in_order])
        reached = earliest
        count = int(np.isfinite(reached).sum())
        found.append({"kind": step, "users": count, **_of(found, count)})
    return found


def _of(before: Sequence[Mapping[str, Any]], count: int) -> Json:
    """Shares of the first step and of the step before, with their intervals; a step that nobody reached has none."""
    if not before:
        return {"of_first": {"value": 1.0, "low": 1.0, "high": 1.0} if count else None, "of_previous": None}
    first, previous = int(before[0]["users"]), int(before[-1]["users"])
    return {
        "of_first": _share(count, first) if first else None,
        "of_previous": _share(count, previous) if previous else None,
    }
