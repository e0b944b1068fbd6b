"""What a remote model's answers cost and how fast they came, from those that were asked through one predictor."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.inference.hosted.answers import Kept
from engine.inference.hosted.model import RemoteText

RESAMPLES = 1000
SECONDS_SHOWN = 3


def report(predictor: RemoteText, seed: int = 0) -> dict[str, Any]:
    """Plain facts of a run: requests, tokens, money of 1,000 requests with its interval, and what went wrong."""
    told = predictor.told
    kept = [one for one, _ in told.kept.values()]
    price = predictor.remote.price
    money = [float(price.usd(one.tokens)) for one in kept]
    return {
        "model": predictor.remote.endpoint.ask.model,
        "url": predictor.remote.endpoint.url,
        "price": price.source,
        "grade": price.grade if all(one.reported for one in kept) else "assumed",
        "questions": len(kept),
        "asked": len(told.paid),
        "from_store": len(kept) - len(told.paid),
        "unparsable": sum(label is None for _, label in told.kept.values()),
        "repeated": sum(one.tries - 1 for key, (one, _) in told.kept.items() if key in told.paid),
        "unreported": sum(not one.reported for one in kept),
        "tokens": _tokens(kept),
        "usd_per_1k": _per_thousand(money, seed),
        "unparsable_examples": _examples(predictor),
    }


def _tokens(kept: Sequence[Kept]) -> dict[str, float]:
    """Of one request, on average."""
    count = max(1, len(kept))
    return {name: sum(getattr(one.tokens, name) for one in kept) / count for name in ("input", "cached", "output")}


def _per_thousand(money: Sequence[float], seed: int) -> dict[str, float] | None:
    """1,000 x the mean of the requests, with its 95 % percentile bootstrap interval over them."""
    if not money:
        return None
    values = np.asarray(money)
    drawn = np.random.default_rng(seed).choice(values, size=(RESAMPLES, len(values))).mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    mean = float(values.mean())
    return {"value": 1000 * mean, "low": 1000 * min(float(low), mean), "high": 1000 * max(float(high), mean)}


def _examples(predictor: RemoteText, most: int = 3) -> list[str]:
    answers = [one.text for one, label in predictor.told.kept.values() if label is None]
    return [text[:80] for text in answers[:most]]


def alone_milliseconds(predictor: RemoteText) -> list[float]:
    """How long each question took that was asked while no other was under way, in milliseconds."""
    return [1000 * one.seconds for one, _ in predictor.told.kept.values() if one.alone]
