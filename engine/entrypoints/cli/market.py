"""`prospectus market`: how large markets are."""

import typer

from engine.entrypoints.cli import market_size

app = typer.Typer(help="Markets: size.", no_args_is_help=True)
app.command()(market_size.size)


@app.callback()
def _group() -> None:
    """Markets."""
