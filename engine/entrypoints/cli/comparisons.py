"""The JSON forms and the tables of a comparison, as the command line prints them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from engine.entrypoints.cli import documents
from engine.entrypoints.cli.output import table

if TYPE_CHECKING:
    from engine.entrypoints.actions import Comparison, PlacedRun, SlicedRun
    from engine.evaluation.calibration import Calibration
    from engine.evaluation.paired import Paired
    from engine.evaluation.slices import Slice

CALIBRATION_HEAD = ("run", "ECE", "95% interval", "RMS, debiased", "surer than right", "Brier")
FRONT_HEAD = ("run", "quality", "USD per 1,000", "p95 ms", "on the front", "chance")
REFERENCE = "the reference"
ENDS = ("value", "low", "high")


def compared(found: "Comparison") -> dict[str, Any]:
    """Scores of each run and its paired test against the first."""
    runs = [
        {
            "run": each.row.id,
            "recipe": each.row.recipe,
            "scores": documents.scores(each.scores),
            "against_first": pair(each.against_first),
        }
        for each in found.runs
    ]
    return {"split": found.split, "measure": found.measure, "correction": "holm", "runs": runs}


def pair(found: "Paired | None") -> dict[str, Any] | None:
    """One paired test; `p` by bootstrap, `p_adjusted` after Holm's correction, which the verdict respects."""
    names = ("difference", "low", "high", "verdict", "p", "p_adjusted", "mcnemar_p", "n")
    return None if found is None else {name: getattr(found, name) for name in names}


def calibrated(found: "Mapping[str, Calibration]") -> dict[str, Any]:
    """Calibration by run, with the reliability curve."""
    return {
        run: {
            **{name: getattr(one, name) for name in ("n", "accuracy", "confidence", "ece_adaptive", "debiased")},
            **{name: _ends(getattr(one, name)) for name in ("ece", "overconfidence", "brier")},
            "brier_naive": one.brier_naive,
            "curve": [asdict(bin) for bin in one.curve],
        }
        for run, one in found.items()
    }


def sliced(found: "Sequence[SlicedRun]") -> list[dict[str, Any]]:
    """Every run on every slice of one cut."""
    return [
        {
            "run": one.run,
            "slices": [_slice(part) for part in one.slices],
            "against_first": [pair(test) for test in one.against_first] or None,
        }
        for one in found
    ]


def placed(found: "Sequence[PlacedRun]") -> list[dict[str, Any]]:
    """Where each run stands in quality, cost and latency; null for one without a cost within the limit."""
    ids = [one.row.id for one in found if one.standing]
    return [
        {
            "run": one.row.id,
            "standing": None
            if one.standing is None
            else {
                "quality": one.standing.quality,
                "cost_per_1k_usd": _ends(one.standing.cost),
                "latency_p95_ms": _ends(one.standing.latency),
                "on_front": one.standing.on_front,
                "chance": one.standing.chance,
                "beaten_by": [ids[place] for place in one.standing.beaten_by],
            },
        }
        for one in found
    ]


def head(found: "Comparison") -> tuple[str, ...]:
    """Names of the columns of `lines`."""
    return ("run", "recipe", found.measure, "against the first", "p (Holm)", "verdict")


def lines(found: "Comparison") -> list[tuple[object, ...]]:
    """Rows of the table under `head`."""
    return [
        (
            each.row.id,
            each.row.recipe,
            f"{each.scores[found.measure].value:.3f}" if found.measure in each.scores else None,
            _difference(each.against_first),
            "" if each.against_first is None else f"{each.against_first.p_adjusted:.3f}",
            "" if each.against_first is None else each.against_first.verdict,
        )
        for each in found.runs
    ]


def calibration_lines(found: "Mapping[str, Calibration]") -> list[tuple[object, ...]]:
    """Rows of the table under CALIBRATION_HEAD."""
    return [
        (
            run,
            f"{one.ece.value:.3f}",
            f"[{one.ece.low:.3f}, {one.ece.high:.3f}]",
            f"{one.debiased:.3f}",
            f"{one.overconfidence.value:+.3f}",
            f"{one.brier.value:.3f}",
        )
        for run, one in found.items()
    ]


def slice_table(found: "Sequence[SlicedRun]") -> list[str]:
    """Accuracy of each run on each slice; ^ and v mark what is better and worse than the first run."""
    rows = [(_name(part), part.n, *(_cell(run, place) for run in found)) for place, part in enumerate(found[0].slices)]
    return table(("slice", "rows", *(run.run for run in found)), rows)


def front_lines(found: "Sequence[PlacedRun]") -> list[tuple[object, ...]]:
    """Rows of the table under FRONT_HEAD."""
    return [
        (one.row.id, None, None, None, "too slow", None)
        if one.standing is None
        else (
            one.row.id,
            f"{one.standing.quality:.3f}",
            f"{one.standing.cost.value:.3g}",
            f"{one.standing.latency.value:.3g}",
            "yes" if one.standing.on_front else "beaten",
            f"{one.standing.chance:.2f}",
        )
        for one in found
    ]


def _difference(found: "Paired | None") -> str:
    return REFERENCE if found is None else f"{found.difference:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"


def _slice(part: "Slice") -> dict[str, Any]:
    return {
        "slice": _name(part),
        "n": part.n,
        "few": part.few,
        "accuracy": _ends(part.accuracy),
        "f1_macro": None if part.f1_macro is None else _ends(part.f1_macro),
        "against_other_rows": None if part.difference is None else _ends(part.difference),
        "p": part.p,
        "p_adjusted": part.p_adjusted,
        "verdict": part.verdict,
    }


def _name(part: "Slice") -> str:
    return part.template.format(**part.values)


def _cell(run: "SlicedRun", place: int) -> str:
    marks = {"better": " ^", "worse": " v", "no_difference": ""}
    mark = marks[run.against_first[place].verdict] if run.against_first else ""
    return f"{run.slices[place].accuracy.value:.3f}{mark}"


def _ends(found: Any) -> dict[str, float]:
    return {name: getattr(found, name) for name in ENDS}
