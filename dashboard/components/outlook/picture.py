"""The chart of a series and its newest forecast, with the newest scenario beside it."""

from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.charts.fan import Path, fan
from dashboard.components.charts.template import show
from dashboard.components.ink import on_phone
from dashboard.components.outlook.words import base_of, figure, method_name, scenario_of
from dashboard.i18n import _, translate

if TYPE_CHECKING:
    from dashboard.store.forecasts import ForecastRow, SeriesSheet

SEASONS_SHOWN, FEWEST_SHOWN, MOST_SHOWN = 8, 40, 400
PHONE_LABEL = 8


def draw_picture(sheet: "SeriesSheet") -> None:
    """Draw it; without a forecast the series alone."""
    base = base_of(sheet)
    shown = min(MOST_SHOWN, max(FEWEST_SHOWN, SEASONS_SHOWN * sheet.season_length))
    paths, written = [], []
    if base is not None:
        paths.append(_path(base, method_name(base.method), 0))
        written = _written(base)
        if other := scenario_of(sheet, base):
            paths.append(_path(other, other.scenario, 1))
            written.append((other.y_hat[-1], _named(other.scenario, figure(other.y_hat[-1]))))
    ds, y = sheet.ds, sheet.y  # also what came of the forecast's own time, which shows how it does
    issued = translate("issued {day}", day=formats.date(base.created_at)) if base else ""
    title = sheet.row.unit or sheet.row.unique_id
    after = max((moment for moment in ds if base is None or moment < base.ds[0]), default="")
    chart = fan(
        ds[-shown:], y[-shown:], paths, y_title=title, issued=issued, issued_after=after, written=written,
        phone=on_phone(),
    )  # fmt: skip
    show(chart, _alt(sheet, base), "forecast_fan")


def _named(scenario: str, value: str) -> str:
    """The scenario's name at its end, no wider than a phone has room for."""
    most = PHONE_LABEL if on_phone() else len(scenario)
    return f"{scenario if len(scenario) <= most else scenario[: most - 1].rstrip() + '…'}: {value}"


def _path(row: "ForecastRow", name: str, place: int) -> Path:
    return Path(name, row.ds, row.y_hat, row.lo_90, row.hi_90, place)


def _written(row: "ForecastRow") -> list[tuple[float, str]]:
    low, high = row.lo_90[-1], row.hi_90[-1]
    return [(value, figure(value, low, high)) for value in (low, row.y_hat[-1], high)]


def _alt(sheet: "SeriesSheet", base: "ForecastRow | None") -> str:
    if base is None:
        return translate("Line chart of {name} until {when}.", name=sheet.row.unique_id, when=sheet.ds[-1])
    return translate(
        "Line chart of {name} with its forecast until {when}: {value}, 90% interval {low} to {high}.",
        name=sheet.row.unique_id,
        when=base.ds[-1],
        value=figure(base.y_hat[-1]),
        low=figure(base.lo_90[-1]),
        high=figure(base.hi_90[-1]),
    ) + (" " + _("A scenario stands beside it.") if scenario_of(sheet, base) else "")
