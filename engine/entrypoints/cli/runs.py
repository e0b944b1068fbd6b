"""`prospectus runs`: what was trained, and how runs compare."""

from typing import Annotated, Any

import typer

from db.shapes import RunDetail
from engine.entrypoints.cli import documents
from engine.entrypoints.cli.options import Json, Product, details, read, tables
from engine.entrypoints.cli.output import emit, table
from engine.errors import N_, UnknownName
from engine.spec import RUN_STATES

app = typer.Typer(help="Runs: list, show, compare, stop, resume.", no_args_is_help=True)
RunId = Annotated[str, typer.Argument(help="Id of a run.")]


@app.command("list")
def list_(
    state: Annotated[list[str] | None, typer.Option(help="Only runs in this state. May be repeated.")] = None,
    product: Product = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most this many.")] = 50,
    as_json: Json = False,
) -> None:
    """List runs, newest first."""
    from db.views import product_sheet, runs

    for name in state or []:
        if name not in RUN_STATES:
            raise UnknownName(N_("state"), name, list(RUN_STATES))
    product_id = read(product_sheet, slug=product).row.id if product else None
    rows = read(runs, states=tuple(state or ()), limit=limit, product_id=product_id)
    found = details([row.id for row in rows])
    emit([documents.run(detail) for detail in found], as_json, table(HEAD, [_line(detail) for detail in found]))


HEAD = ("run", "recipe", "state", "data", "accuracy", "macro F1", "seconds", "USD")


def _line(detail: RunDetail) -> tuple[object, ...]:
    row = detail.row
    shown = [
        f"{row.validation[name].value:.3f}" if name in row.validation else None
        for name in ("quality.accuracy", "quality.f1_macro")
    ]
    return row.id, row.recipe, row.state, row.dataset_name, *shown, f"{row.seconds:.1f}", f"{row.cost_usd:.6f}"


@app.command()
def show(run: RunId, as_json: Json = False) -> None:
    """Show one run with its series, log and facts."""
    (detail,) = details([run])
    lines = table(HEAD, [_line(detail)])
    lines += [f"{at:%H:%M:%S}  {template.format(**values)}" for at, template, values in detail.notes]
    if detail.row.error:
        lines.append(str(detail.row.error["message"]))
    emit(documents.run_whole(detail), as_json, lines)


@app.command()
def compare(
    run: Annotated[list[str], typer.Argument(help="Two or more runs on one data set; the first is the reference.")],
    split: Annotated[str, typer.Option(help="validation, or test where it was shown.")] = "validation",
    measure: Annotated[str, typer.Option(help="Measure to compare.")] = "quality.accuracy",
    as_json: Json = False,
) -> None:
    """Compare runs on the same examples, by a paired test against the first."""
    from engine.entrypoints import actions

    tables()
    found = actions.compare_runs(run, split, measure)
    compared: list[dict[str, Any]] = []
    rows = []
    for each in found.runs:
        pair = each.against_first
        compared.append(
            {
                "run": each.row.id,
                "recipe": each.row.recipe,
                "scores": documents.scores(each.scores),
                "against_first": None
                if pair is None
                else {
                    "difference": pair.difference,
                    "low": pair.low,
                    "high": pair.high,
                    "verdict": pair.verdict,
                    "mcnemar_p": pair.mcnemar_p,
                    "n": pair.n,
                },
            }
        )
        value = f"{each.scores[measure].value:.3f}" if measure in each.scores else None
        said = "the reference" if pair is None else f"{pair.difference:+.3f} [{pair.low:+.3f}, {pair.high:+.3f}]"
        rows.append((each.row.id, each.row.recipe, value, said, "" if pair is None else pair.verdict))
    lines = table(("run", "recipe", measure, "against the first", "verdict"), rows)
    emit({"split": found.split, "measure": found.measure, "runs": compared}, as_json, lines)


@app.command()
def stop(run: RunId, as_json: Json = False) -> None:
    """Save and stop a run, or take it out of the queue."""
    from engine.entrypoints import actions

    tables()
    state = actions.stop_run(run)
    said = "was taken out of the queue" if state == "stopped" else "saves and stops"
    emit({"run": run, "state": state}, as_json, [f"Run {run} {said}."])


@app.command()
def resume(
    run: RunId,
    budget_usd: Annotated[float | None, typer.Option(help="A new budget in USD, all attempts together.")] = None,
    as_json: Json = False,
) -> None:
    """Queue a stopped or failed run again; it goes on from its last checkpoint."""
    from engine.entrypoints import actions

    tables()
    actions.resume_run(run, budget_usd)
    emit({"run": run, "state": "queued"}, as_json, [f"Run {run} is queued again."])
