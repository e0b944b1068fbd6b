"""Rows to test with: an idea, a data set, runs with figures; written through the same verbs as in earnest."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from db.costs import load_rates, rate_in_force
from db.datasets import store_dataset
from db.events import apply_events
from db.models import Dataset, Product, Rate, Run
from db.products import add_product
from db.runs import claim_next, queue_run
from engine.costs.rates import read_rates

DEVICE = "local_cpu"
CURVE = ((1, 20.0, 40.0), (2, 35.0, 60.0), (4, 50.0, 90.0), (8, 55.0, 180.0))
"""concurrency, requests a second, p95 in ms."""


def a_rate(session: Session) -> Rate:
    """The shipped rate of this machine."""
    from datetime import date

    load_rates(session, [entry.as_dict() for entry in read_rates()])
    return rate_in_force(session, DEVICE, date(2026, 6, 1))


def a_dataset(session: Session, name: str = "reviews", folder: str = "datasets/x") -> Dataset:
    """A data set that has no files."""
    dataset, _ = store_dataset(
        session,
        name=name,
        fingerprint=f"fingerprint of {name}",
        file_sha256=f"sha of {name}",
        folder=folder,
        text_column="text",
        label_column="label",
        language="en",
        labels=("no", "yes"),
        profile={"rows": 100},
        rows_per_split={"train": 70, "validation": 15, "test": 15},
    )
    return dataset


def a_product(session: Session, name: str = "Review insight", **given: Any) -> Product:
    """An idea with a bar of 0.8 macro F1 and 100 ms."""
    fields: dict[str, Any] = {
        "owner": "Lin",
        "bar_measure": "quality.f1_macro",
        "bar_direction": "higher",
        "bar_minimum": 0.8,
        "latency_limit_ms": 100.0,
    }
    return add_product(session, name=name, **(fields | given))


def a_run(session: Session, product: Product | None = None, dataset: Dataset | None = None, **given: Any) -> Run:
    """A queued run."""
    fields: dict[str, Any] = {"task": "text_classification", "recipe": "baseline", "config": {}, "seed": 0}
    return queue_run(
        session,
        product_id=product.id if product else None,
        dataset_id=(dataset or a_dataset(session)).id,
        device=given.pop("device", DEVICE),
        rate_id=given.pop("rate_id", None) or a_rate(session).id,
        **(fields | given),
    )


def event(kind: str, **body: Any) -> dict[str, Any]:
    """An event as a child writes it."""
    return {"kind": kind, "at": 1_750_000_000.0, **body}


def summary(split: str, name: str, value: float, spread: float = 0.05, baseline: float | None = 0.5) -> dict[str, Any]:
    """A final figure with an even distribution of `spread` around it."""
    quantiles = [value - spread + 2 * spread * i / 100 for i in range(101)]
    return event(
        "summary",
        split=split,
        name=name,
        value=value,
        low=value - spread,
        high=value + spread,
        n=15,
        baseline=baseline,
        quantiles=quantiles,
    )


def spend(start: float, end: float, phase: str = "fit") -> dict[str, Any]:
    """Wall seconds."""
    return event("spend", phase=phase, start=start, end=end)


def numbered(events: Iterable[Mapping[str, Any]], start: int = 0) -> list[tuple[Mapping[str, Any], int]]:
    """Events with offsets, as they are read from a file in which each is 10 bytes long."""
    return [(e, start + 10 * (i + 1)) for i, e in enumerate(events)]


def events_of_a_run(
    f1: float, *, test_f1: float | None = None, curve: Sequence[tuple[int, float, float]] = CURVE, seconds: float = 60.0
) -> list[dict[str, Any]]:
    """What a run that goes well writes."""
    found = [
        event("metric", step=1, values={"train.loss": 0.7}),
        event("metric", step=2, values={"train.loss": 0.5}),
        spend(1000.0, 1000.0 + seconds),
        event("facts", values={"artifact_bytes": 2_500_000, "peak_memory_mb": 321.0}),
        event("artifact", name="artifact", path="artifact", bytes=2_500_000),
        summary("validation", "quality.f1_macro", f1),
        summary("validation", "quality.accuracy", f1 + 0.02),
        summary("test", "quality.f1_macro", f1 - 0.01 if test_f1 is None else test_f1),
        summary("test", "quality.accuracy", f1),
        summary("serving", "latency.p50_ms", 20.0, 2.0, None),
        summary("serving", "latency.p95_ms", 40.0, 4.0, None),
    ]
    for concurrency, rate, p95 in curve:
        values = {
            "serving.rate_rps": rate,
            "serving.rate_low": rate * 0.9,
            "serving.rate_high": rate * 1.1,
            "serving.p50_ms": p95 / 2,
            "serving.p95_ms": p95,
        }
        found.append(event("metric", step=concurrency, values=values))
    return [*found, event("end", state="complete", error=None, reason=None)]


def a_complete_run(
    session: Session, product: Product | None = None, dataset: Dataset | None = None, f1: float = 0.85, **given: Any
) -> Run:
    """A run that was queued, claimed and finished well."""
    told = {key: given.pop(key) for key in ("test_f1", "curve", "seconds") if key in given}
    run = a_run(session, product, dataset, priority=-1, **given)
    claimed = claim_next(session, "w", run.device)
    assert claimed is not None and claimed.id == run.id
    return apply_events(session, run.id, numbered(events_of_a_run(f1, **told)))
