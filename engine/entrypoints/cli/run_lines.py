"""Runs as lines of a table."""

from collections.abc import Sequence

from db.shapes import RunDetail
from engine.entrypoints.cli.output import table

HEAD = ("run", "recipe", "state", "data", "accuracy", "macro F1", "seconds", "USD")


def run_table(found: Sequence[RunDetail]) -> list[str]:
    """A line a run, under a head."""
    return table(HEAD, [_line(detail) for detail in found])


def _line(detail: RunDetail) -> tuple[object, ...]:
    row = detail.row
    shown = [
        f"{row.validation[name].value:.3f}" if name in row.validation else None
        for name in ("quality.accuracy", "quality.f1_macro")
    ]
    return row.id, row.recipe, row.state, row.dataset_name, *shown, f"{row.seconds:.1f}", f"{row.cost_usd:.6f}"
