"""The command line: `prospectus`, or `python -m engine.entrypoints.cli`.

Results go to standard output, one JSON document with `--json`; everything else goes to standard error.
"""

import logging
import sys
from collections.abc import Sequence
from typing import NoReturn

import typer

from engine.entrypoints.cli import data, predict, products, runs, service, tune
from engine.entrypoints.cli.output import INTERRUPTED, OK, WRONG_INPUT, emit, fail
from engine.errors import InputError, ProspectusError

app = typer.Typer(
    name="prospectus",
    help="Measured accuracy and measured cost for every AI product idea.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(products.app, name="products")
app.add_typer(data.app, name="data")
app.command()(tune.tune)
app.add_typer(runs.app, name="runs")
app.command()(predict.predict)
app.command()(service.worker)
app.command()(service.serve)
app.add_typer(service.db, name="db")
app.add_typer(service.samples, name="samples")


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; the exit code (see `output.EXIT_CODES`)."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    as_json = "--json" in arguments
    try:
        return int(app(args=list(arguments), prog_name="prospectus", standalone_mode=False) or OK)
    except ProspectusError as error:
        return fail(error, as_json)
    except typer.TyperException as error:
        sys.stderr.write(f"{error.format_message()}\n")
        if as_json:
            emit({"error": InputError("{message}", message=error.format_message()).as_dict()}, True, ())
        return WRONG_INPUT
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED


def main() -> NoReturn:
    """The entry point of the `prospectus` command."""
    sys.exit(run(sys.argv[1:]))
