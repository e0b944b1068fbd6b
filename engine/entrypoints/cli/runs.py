"""`prospectus runs`: what was trained, and how runs compare."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from engine.entrypoints.cli import comparisons, documents
from engine.entrypoints.cli.finishing import finish_here
from engine.entrypoints.cli.options import Json, Product, details, read, tables
from engine.entrypoints.cli.output import OK, RUN_FAILED, emit, table
from engine.entrypoints.cli.run_lines import run_table
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
    emit([documents.run(detail) for detail in found], as_json, run_table(found))


@app.command()
def show(run: RunId, as_json: Json = False) -> None:
    """Show one run with its series, log and facts."""
    (detail,) = details([run])
    lines = run_table([detail])
    lines += [f"{at:%H:%M:%S}  {template.format(**values)}" for at, template, values in detail.notes]
    if detail.row.error:
        lines.append(str(detail.row.error["message"]))
    emit(documents.run_whole(detail), as_json, lines)


@app.command()
def compare(  # noqa: PLR0917  in the order of the help
    run: Annotated[list[str], typer.Argument(help="Two to ten runs on one data set; the first is the reference.")],
    split: Annotated[str, typer.Option(help="validation, or test where it was shown.")] = "validation",
    measure: Annotated[str, typer.Option(help="Measure to compare.")] = "quality.accuracy",
    calibration: Annotated[
        bool, typer.Option("--calibration", help="Add how far probabilities can be trusted.")
    ] = False,
    slices: Annotated[
        list[str] | None, typer.Option(help="Add figures by length, class, language or column:NAME. May be repeated.")
    ] = None,
    front: Annotated[
        float | None, typer.Option(help="Add quality against cost and latency, within this many ms at p95.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare runs on the same examples, by paired tests against the first, corrected for their number."""
    from engine.entrypoints import actions

    tables()
    found = actions.compare_runs(run, split, measure)
    ids = [each.row.id for each in found.runs]
    document: dict[str, Any] = comparisons.compared(found)
    lines = table(comparisons.head(found), comparisons.lines(found))
    if calibration:
        measured = actions.measure_calibration(ids, split)
        document["calibration"] = comparisons.calibrated(measured)
        lines += ["", *table(comparisons.CALIBRATION_HEAD, comparisons.calibration_lines(measured))]
    if slices:
        document["slices"] = {by: comparisons.sliced(actions.measure_slices(ids, by, split)) for by in slices}
        for by in slices:
            lines += ["", f"by {by}", *comparisons.slice_table(actions.measure_slices(ids, by, split))]
    if front is not None:
        placed = actions.place_on_front(ids, measure, front)
        document["front"] = comparisons.placed(placed)
        lines += ["", *table(comparisons.FRONT_HEAD, comparisons.front_lines(placed))]
    emit(document, as_json, lines)


@app.command()
def stop(run: RunId, as_json: Json = False) -> None:
    """Save and stop a run, or take it out of the queue."""
    from engine.entrypoints import actions

    tables()
    state = actions.stop_run(run)
    said = "was taken out of the queue" if state == "stopped" else "saves and stops"
    emit({"run": run, "state": state}, as_json, [f"Run {run} {said}."])


@app.command("raise")
def raise_(run: RunId, as_json: Json = False) -> None:
    """Let a queued run be taken earlier than those of its priority."""
    from engine.entrypoints import actions

    _moved(run, actions.raise_run, as_json)


@app.command()
def lower(run: RunId, as_json: Json = False) -> None:
    """Let a queued run be taken later than those of its priority."""
    from engine.entrypoints import actions

    _moved(run, actions.lower_run, as_json)


def _moved(run: str, move: Callable[[str], int], as_json: bool) -> None:
    tables()
    priority = move(run)
    emit({"run": run, "priority": priority}, as_json, [f"Run {run} waits with priority {priority}; lower is earlier."])


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


@app.command()
def check(
    queue: Annotated[bool, typer.Option("--queue", help="Leave it to a worker and return at once.")] = False,
    as_json: Json = False,
) -> None:
    """Check every stored model against the hashes that were noted when it was made."""
    from engine.entrypoints.actions.routines import check_models

    tables()
    run_id = check_models()
    if not queue:
        finish_here([run_id])
    (detail,) = details([run_id])
    damaged = detail.facts.get("damaged_models", ())
    lines = [f"{run_id} {detail.row.state}", *(f"{each['run']}  {each['fault']}" for each in damaged)]
    emit({**documents.run(detail), "damaged": damaged}, as_json, lines)
    raise typer.Exit(RUN_FAILED if damaged or detail.row.state == "failed" else OK)
