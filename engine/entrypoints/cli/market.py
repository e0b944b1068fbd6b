"""`prospectus market`: how large markets are, where demand is going, who is there."""

import typer

from engine.entrypoints.cli import market_demand, market_forecasts, market_size, signals

app = typer.Typer(help="Markets: size, forecasts of series, users, competition, signals.", no_args_is_help=True)
app.command()(market_size.size)
app.command()(market_forecasts.forecast)
app.command()(market_forecasts.backtest)
app.command()(market_demand.users)
app.command()(market_demand.competition)
app.command()(signals.signals)
app.command("import")(market_forecasts.import_)


@app.callback()
def _group() -> None:
    """Markets."""
