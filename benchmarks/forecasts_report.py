"""The tables of `benchmarks.forecasts report`: methods and combination on windows that no choice saw."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engine import catalog
from engine.market.backtest import LARGEST, POOL_TRUST, SERIES_TRUST, SMALLEST
from engine.market.collections import Held
from engine.market.conformal import calibrated
from engine.market.naive import naive_scale
from engine.market.prior import prior_error
from engine.market.sanity import bounded
from engine.spec.forecaster import History, Said

BASELINE, PEER = "seasonal_naive", "auto_ets"
EQUAL = ("auto_ets", "auto_ces", "auto_theta", "auto_arima")
FEWEST, DRAWS, SEED = 5, 1000, 0
Cell = dict[str, Any]
"""history, actual, scale, forecasts by method, MASE by method."""


def cell(held: Held, history: History, actual: Any, found: Mapping[str, Sequence[float]]) -> Cell | None:
    """One series at one window; None where it never moved."""
    scale = naive_scale(history.y, held.season_length) if len(history.y) > 2 else 0.0
    if scale <= 0:
        return None
    said = {name: bounded(np.array(f), history.y, held.season_length) for name, f in found.items()}
    return {"group": held.group, "season": held.season_length, "history": history, "actual": actual, "scale": scale,
            "said": said}  # fmt: skip


def errors(one: Cell) -> dict[str, float]:
    """MASE by method."""
    return {name: float(np.abs(one["actual"] - f).mean() / one["scale"]) for name, f in one["said"].items()}


def add_combinations(before: Mapping[str, Cell], now: Mapping[str, Cell]) -> None:
    """The product's combination, weighted by the window before; and the equal-weight mean of four."""
    method = catalog.forecaster("combination")
    relative = {key: _relative(one) for key, one in before.items()}
    pools = {group: _pool(relative, before, group, method.members) for group in {one["group"] for one in now.values()}}
    for key, one in now.items():
        pool, own = pools[one["group"]], relative.get(key, {})
        said = {m: Said(one["said"][m], _error(own.get(m), pool[m])) for m in method.members if m in one["said"]}
        if not said:
            continue
        history = History(key, one["history"].y, one["season"], said=said)
        (made,) = method.predict([history], len(one["actual"]), method.config())
        one["said"]["combination"] = bounded(made, history.y, one["season"])
        four = [one["said"][m] for m in EQUAL if m in one["said"]]
        if four:
            one["said"]["equal mean"] = np.mean(four, axis=0)


def _relative(one: Cell) -> dict[str, float]:
    found = errors(one)
    naive = found.get(BASELINE, 0.0) + SMALLEST
    return {name: float(np.clip((value + SMALLEST) / naive, SMALLEST, LARGEST)) for name, value in found.items()}


def _pool(
    relative: Mapping[str, Mapping[str, float]], cells: Mapping[str, Cell], group: str, members: Sequence[str]
) -> dict[str, float]:
    pool = {}
    for name in members:
        logs = [np.log(r[name]) for key, r in relative.items() if cells[key]["group"] == group and name in r]
        pool[name] = float(np.exp((np.sum(logs) + POOL_TRUST * np.log(prior_error(name))) / (len(logs) + POOL_TRUST)))
    return pool


def _error(own: float | None, pool: float) -> float:
    if own is None:
        return pool
    return float(np.exp((np.log(own) + SERIES_TRUST * np.log(pool)) / (1 + SERIES_TRUST)))


def tables(before: Mapping[str, Cell], now: Mapping[str, Cell]) -> None:
    """Print them."""
    add_combinations({}, before)
    add_combinations(before, now)
    scored = {key: errors(one) for key, one in now.items() if PEER in one["said"]}
    groups: dict[str, list[str]] = {}
    for key in scored:
        groups.setdefault(now[key]["group"], []).append(key)
    groups = {group: keys for group, keys in groups.items() if len(keys) >= FEWEST}
    print(f"{sum(map(len, groups.values()))} series in {len(groups)} groups")
    names = sorted({name for row in scored.values() for name in row})
    print(f"{'method':16} {'to AutoETS':>10} {'to naive':>9} {'coverage':>9}  groups")
    for name in names:
        to_ets, to_naive = (_geometric(groups, scored, name, peer) for peer in (PEER, BASELINE))
        each = " ".join(f"{group}:{_ratio(keys, scored, name, PEER):.3f}" for group, keys in sorted(groups.items()))
        print(f"{name:16} {to_ets:10.3f} {to_naive:9.3f} {_coverage(before, now, name):9.3f}  {each}")
    for peer in ("equal mean", PEER, BASELINE):
        low, high = _interval(groups, scored, "combination", peer)
        print(f"combination to {peer}: {_geometric(groups, scored, 'combination', peer):.4f}, "
              f"paired 95 % interval {low:.4f} to {high:.4f}")  # fmt: skip


def _ratio(keys: Sequence[str], scored: Mapping[str, Mapping[str, float]], name: str, peer: str) -> float:
    both = [(scored[k][name], scored[k][peer]) for k in keys if name in scored[k] and peer in scored[k]]
    return float(np.mean([a for a, _b in both]) / np.mean([b for _a, b in both])) if both else float("nan")


def _geometric(
    groups: Mapping[str, Sequence[str]], scored: Mapping[str, Mapping[str, float]], name: str, peer: str
) -> float:
    return float(np.exp(np.nanmean([np.log(_ratio(keys, scored, name, peer)) for keys in groups.values()])))


def _interval(
    groups: Mapping[str, Sequence[str]], scored: Mapping[str, Mapping[str, float]], name: str, peer: str
) -> tuple[float, float]:
    """Series drawn anew within their groups, both methods on the same ones."""
    rng, pairs = np.random.default_rng(SEED), []
    for keys in groups.values():
        pairs.append(np.array([(scored[k][name], scored[k][peer]) for k in keys if {name, peer} <= set(scored[k])]))
    drawn = []
    for _draw in range(DRAWS):
        sums = [p[rng.integers(len(p), size=len(p))].sum(axis=0) for p in pairs]
        drawn.append(np.mean([np.log(s[0] / s[1]) for s in sums]))
    low, high = np.exp(np.quantile(drawn, (0.025, 0.975)))
    return float(low), float(high)


def _coverage(before: Mapping[str, Cell], now: Mapping[str, Cell], name: str) -> float:
    """Of the 90 % intervals made of the window before, pooled over the series of one season length and horizon."""
    inside: list[float] = []
    for kind in {(one["season"], len(one["actual"])) for one in now.values()}:
        scores = [np.abs(one["actual"] - one["said"][name]) / one["scale"] for one in before.values()
                  if (one["season"], len(one["actual"])) == kind and name in one["said"]]  # fmt: skip
        width = calibrated(scores, kind[1], kind[0], name)
        for one in now.values():
            if (one["season"], len(one["actual"])) == kind and name in one["said"]:
                floor = 0.0 if one["history"].y.min() >= 0 else None
                low, high = width.around(one["said"][name], one["scale"], floor)
                inside.append(float(((low <= one["actual"]) & (one["actual"] <= high)).mean()))
    return float(np.mean(inside))
