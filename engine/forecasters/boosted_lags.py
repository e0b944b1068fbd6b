"""Boosted lags: gradient-boosted trees on past points, one model over all series given (Makridakis et al. 2022, M5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import N_
from engine.market.windows import Example, Scaled, example, lags_for, scaled
from engine.spec import setting
from engine.spec.forecaster import Forecaster, History

FEWEST_ROWS = 30
FARTHEST = 30.0
"""Usual changes that a step may lie from seasonal naive while learning: what lies farther teaches nothing."""


@dataclass(frozen=True)
class Config:
    """Settings of the trees."""

    rounds: int = setting(150, N_("Trees"), minimum=10, maximum=2000)
    learning_rate: float = setting(0.06, N_("Learning rate"), minimum=0.001, maximum=1.0)
    leaves: int = setting(15, N_("Leaves of a tree"), minimum=2, maximum=255)
    rows: int = setting(
        60_000, N_("Examples"), N_("At most so many, drawn at random."), minimum=100, maximum=5_000_000, advanced=True
    )
    seed: int = setting(0, N_("Seed"), minimum=0, maximum=2**31 - 1, advanced=True)


@dataclass(frozen=True, slots=True)
class _Task:
    """All that examples are cut from."""

    histories: Sequence[History]
    series: Sequence[Scaled]
    lags: int
    horizon: int
    known: Sequence[str]
    """Covariates that every history has, over the steps too."""


def predict(histories: Sequence[History], horizon: int, config: Config) -> list[Any]:
    """The median of each step, as trees with quantile loss see it from the lags, the season and the step's number.

    Raises ValueError when the histories hold too few examples.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor

    known = sorted(set.intersection(*(set(h.future) & set(h.past) for h in histories)))
    task = _Task(histories, [scaled(history) for history in histories], lags_for(histories), horizon, known)
    drawn = _drawn(task, config)
    if len(drawn) < FEWEST_ROWS:
        raise ValueError(f"{len(drawn)} examples are too few to learn from")
    rows, targets = _table(task, drawn)
    model = HistGradientBoostingRegressor(
        loss="quantile",
        quantile=0.5,
        max_iter=config.rounds,
        learning_rate=config.learning_rate,
        max_leaf_nodes=config.leaves,
        min_samples_leaf=max(5, min(20, len(targets) // 20)),
        early_stopping=False,
        random_state=config.seed,
    ).fit(rows, targets)
    return [_continued(model, task, i) for i in range(len(histories))]


def _drawn(task: _Task, config: Config) -> list[tuple[int, int, int]]:
    """(series, origin, step) of the examples, at random where there are too many."""
    places = [
        (i, origin, step)
        for i, one in enumerate(task.series)
        for origin in range(max(task.lags // 2, 2), len(one.y))
        for step in range(1, min(task.horizon, len(one.y) - origin) + 1)
    ]
    if len(places) <= config.rows:
        return places
    chosen = np.random.default_rng(config.seed).choice(len(places), config.rows, replace=False)
    return [places[i] for i in np.sort(chosen)]


def _table(task: _Task, drawn: Sequence[tuple[int, int, int]]) -> tuple[Any, Any]:
    rows, targets = [], []
    for (i, origin), steps in _by_origin(drawn):
        seen = example(task.series[i], origin, task.lags, task.horizon)
        for step in steps:
            place = origin + step - 1
            rows.append(_features(seen, step, [_at(task.histories[i], name, place) for name in task.known]))
            targets.append((task.series[i].y[place] - seen.naive[step - 1]) / seen.unit)
    return np.array(rows), np.clip(np.array(targets), -FARTHEST, FARTHEST)


def _by_origin(drawn: Sequence[tuple[int, int, int]]) -> Iterator[tuple[tuple[int, int], list[int]]]:
    groups: dict[tuple[int, int], list[int]] = {}
    for i, origin, step in drawn:
        groups.setdefault((i, origin), []).append(step)
    yield from groups.items()


def _features(seen: Example, step: int, covariates: Sequence[float]) -> list[float]:
    return [*seen.window, (seen.naive[step - 1] - seen.level) / seen.unit, seen.trend, float(step), *covariates]


def _at(history: History, name: str, place: int) -> float:
    past = history.past[name]
    value = past[place] if place < len(past) else history.future[name][place - len(past)]
    usual = float(np.mean(np.abs(past))) or 1.0
    return float(value) / usual


def _continued(model: Any, task: _Task, i: int) -> Any:
    one, history = task.series[i], task.histories[i]
    origin = len(one.y)
    seen = example(one, origin, task.lags, task.horizon)
    rows = [
        _features(seen, step, [_at(history, name, origin + step - 1) for name in task.known])
        for step in range(1, task.horizon + 1)
    ]
    return one.back(seen.naive + seen.unit * model.predict(np.array(rows)))


FORECASTER = Forecaster(
    name="boosted_lags",
    title=N_("Boosted lags"),
    summary=N_("Decision trees that learn from all series at once how points follow from those before; may use price."),
    family="learned",
    config=Config,
    predict=predict,
    order=20,
    shortest=6,
    pooled=True,
    covariates=True,
)
