"""The JSON forms of runs, ideas and data sets, as the command line prints them."""

from collections.abc import Mapping
from typing import Any

from db.shapes import DatasetRow, Figure, ProductRow, RunDetail, Score
from engine.entrypoints.home import run_folder

QUALITY = "quality."


def score(found: Score) -> dict[str, Any]:
    """A figure with its 95 % interval, how many examples it rests on, and the naive model's value."""
    return {"value": found.value, "low": found.low, "high": found.high, "n": found.n, "baseline": found.baseline}


def scores(found: Mapping[str, Score] | None) -> dict[str, Any] | None:
    """Quality figures by their short names; None while there are none, or while they are hidden."""
    if not found:
        return None
    return {name.removeprefix(QUALITY): score(value) for name, value in found.items() if name.startswith(QUALITY)}


def run(detail: RunDetail) -> dict[str, Any]:
    """One run. What it has not earned yet is null."""
    row = detail.row
    latency = {name.split(".")[1].removesuffix("_ms"): value.value for name, value in row.latency.items()}
    return {
        "run": row.id,
        "label": row.label,
        "task": detail.task,
        "kind": row.kind,
        "recipe": row.recipe,
        "state": row.state,
        "product": row.product_slug,
        "dataset": {"id": row.dataset_id, "name": row.dataset_name},
        "config": dict(detail.config),
        "seed": detail.seed,
        "validation": scores(row.validation),
        "test": scores(detail.test),
        "seconds": row.seconds,
        "estimate_seconds": row.estimate_seconds,
        "priority": row.priority,
        "peak_memory_mb": row.peak_memory_mb,
        "cost_usd": row.cost_usd,
        "budget_usd": row.budget_usd,
        "latency_ms": latency or None,
        "artifact": str(run_folder(row.id) / "artifact") if row.state == "complete" else None,
        "artifact_mb": row.artifact_mb,
        "attempts": row.attempt,
        "stop_reason": row.stop_reason,
        "error": dict(row.error) if row.error else None,
        "created_at": row.created_at,
        "finished_at": row.finished_at,
    }


def run_whole(detail: RunDetail) -> dict[str, Any]:
    """One run with its series, its log and its facts."""
    return {
        **run(detail),
        "progress": detail.row.progress,
        "queue_position": detail.queue_position,
        "checkpoint_step": detail.checkpoint_step,
        "phases": dict(detail.phases),
        "facts": dict(detail.facts),
        "series": {name: [list(point) for point in points] for name, points in detail.series.items()},
        "notes": [
            {"at": at, "text": template.format(**values), "template": template, "values": dict(values)}
            for at, template, values in detail.notes
        ],
    }


def figure(found: Figure | None) -> dict[str, Any] | None:
    """One piece of evidence."""
    if found is None:
        return None
    return {
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "grade": found.grade,
        "run": found.run_id,
        "source": found.source,
        "stale": found.stale,
        "weakest_input": found.weakest_input,
    }


def product(row: ProductRow) -> dict[str, Any]:
    """One idea with its bar and what the portfolio shows of it."""
    return {
        "product": row.slug,
        "name": row.name,
        "stage": row.stage,
        "owner": row.owner,
        "domain": row.domain,
        "sample": row.sample,
        "missing": row.missing,
        "bar": {
            "measure": row.bar.measure,
            "direction": row.bar.direction,
            "minimum": row.bar.minimum,
            "latency_limit_ms": row.bar.latency_limit_ms,
        },
        "bar_score": {"value": row.bar_score, "low": row.bar_score_low, "high": row.bar_score_high},
        "p_bar_met": row.p_bar_met,
        "rank": {"low": row.rank_low, "high": row.rank_high},
        "adopted": row.adopted,
        "verdict": row.verdict,
        "quality": figure(row.quality),
        "latency_p95_ms": figure(row.latency_p95),
        "cost_per_1k_requests_usd": figure(row.cost_per_1k),
        "margin_per_1k_usd": figure(row.margin_per_1k),
        "gross_margin": figure(row.gross_margin),
        "break_even_requests_per_month": figure(row.break_even),
        "spent_usd": row.spent_usd,
        "runs": {"live": row.runs_live, "complete": row.runs_complete},
    }


def dataset(row: DatasetRow) -> dict[str, Any]:
    """One data set without its profile."""
    return {
        "dataset": row.id,
        "name": row.name,
        "fingerprint": row.fingerprint,
        "language": row.language,
        "licence": row.licence,
        "source": row.source,
        "text_column": row.text_column,
        "label_column": row.label_column,
        "labels": list(row.labels),
        "rows": {"train": row.rows_train, "validation": row.rows_validation, "test": row.rows_test},
        "columns": list(row.columns),
        "parent": row.parent_id,
        "change": row.change,
        "products": list(row.products),
    }
