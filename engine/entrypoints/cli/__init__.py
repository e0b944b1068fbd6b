"""The command line: `prospectus`, or `python -m engine.entrypoints.cli`.

Results go to standard output, one JSON document with `--json`; everything else goes to standard error.
"""

import logging
import sys
from collections.abc import Sequence
from typing import NoReturn

import typer
from sqlalchemy.exc import SQLAlchemyError

from db.session import database_url
from engine.entrypoints.cli import (
    advise,
    business,
    cost,
    data,
    decisions,
    estimate,
    market,
    portfolio,
    predict,
    products,
    rates,
    report,
    runs,
    service,
    spending,
    tune,
)
from engine.entrypoints.cli.output import INTERRUPTED, OK, WRONG_INPUT, emit, fail
from engine.errors import N_, InputError, MissingPart, ProspectusError

log = logging.getLogger("prospectus")
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
app.command()(advise.advise)
app.command()(estimate.estimate)
app.add_typer(cost.app, name="cost")
app.add_typer(market.app, name="market")
app.add_typer(business.app, name="business")
spending.add_to(cost.app)
app.add_typer(rates.app, name="rates")
app.add_typer(runs.app, name="runs")
app.add_typer(portfolio.app, name="portfolio")
app.add_typer(decisions.app, name="decisions")
app.add_typer(decisions.risks, name="risks")
app.command()(report.report)
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
    except (SQLAlchemyError, ModuleNotFoundError, OSError) as error:
        return fail(_of_this_machine(error), as_json)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED


def _of_this_machine(error: Exception) -> ProspectusError:
    """A database, driver, file or folder that cannot be used, in plain words; the rest goes to the log."""
    log.debug("the whole of it", exc_info=error)
    if isinstance(error, ModuleNotFoundError):
        return MissingPart(N_("The Python package “{name}” is not installed."), name=error.name or str(error))
    if isinstance(error, OSError):
        place = error.filename or N_("a file")
        return ProspectusError(N_("{file} cannot be used: {reason}."), file=place, reason=error.strerror or str(error))
    reason = str(getattr(error, "orig", None) or error).splitlines()[0]
    return ProspectusError(
        N_("The database ({kind}) cannot be used: {reason}"), kind=database_url().split(":")[0], reason=reason
    )


def main() -> NoReturn:
    """The entry point of the `prospectus` command."""
    sys.exit(run(sys.argv[1:]))
