"""The real series that carriers hold: the M1, M3 and tourism competitions, and classics of statsmodels.

Read as data files; neither package is imported.
"""

import csv
import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.data import carriers
from engine.errors import N_, MissingPart

CARRIER = "competitions"
COMPETITIONS = {"M1": "m1_data.json", "M3": "m3_data.json", "Tourism": "tcomp_data.json"}
CLASSICS = "Classics"
SEASONS = {"YEARLY": 1, "QUARTERLY": 4, "MONTHLY": 12, "OTHER": 1}
CARRIED = {
    "AirPassengers": ("MONTHLY", 12),
    "BJsales": ("MONTHLY", 12),
    "Seatbelts": ("MONTHLY", 12),
    "PromoData": ("WEEKLY", 52),
    "taylor": ("HALF_HOURLY", 336),
}
"""Single series beside the competitions: period and season length."""
FACTS = {
    "sunspots": ("sunspots/sunspots.csv", "SUNACTIVITY", "YEARLY", 1, 6),
    "nile": ("nile/nile.csv", "volume", "YEARLY", 1, 6),
    "co2": ("co2/co2.csv", "co2", "WEEKLY", 52, 13),
    "electrical_equipment": ("elec_equip/elec_equip.csv", "STS.M.I7.W.TOVT.NS0016.4.000", "MONTHLY", 12, 18),
    "gdp": ("macrodata/macrodata.csv", "realgdp", "QUARTERLY", 4, 8),
    "consumption": ("macrodata/macrodata.csv", "realcons", "QUARTERLY", 4, 8),
    "investment": ("macrodata/macrodata.csv", "realinv", "QUARTERLY", 4, 8),
    "unemployment": ("macrodata/macrodata.csv", "unemp", "QUARTERLY", 4, 8),
}
"""Of statsmodels, all in the public domain: file, column, period, season length, horizon."""
EL_NINO = "elnino/elnino.csv"


@dataclass(frozen=True, slots=True)
class Held:
    """One series of a collection."""

    collection: str
    unique_id: str
    period: str
    """YEARLY, QUARTERLY, MONTHLY, WEEKLY, HALF_HOURLY or OTHER."""
    season_length: int
    horizon: int
    """As the collection's own competition asked."""
    y: Any
    """float64 array; the last `horizon` points were held out in the competition."""
    description: str = ""

    @property
    def group(self) -> str:
        """Series that are scored together: the classics as one, the others by collection and period."""
        return self.collection if self.collection == CLASSICS else f"{self.collection} {self.period.lower()}"


def competitions() -> Iterator[Held]:
    """Every series of M1, M3 and the tourism competition. Raises MissingPart without the carrier."""
    folder = carriers.locate(CARRIER).path
    for collection, file in COMPETITIONS.items():
        for name, found in json.loads((folder / file).read_text("utf-8")).items():
            period = found["period"][0]
            y = np.array([*found["x"], *found["xx"]], dtype=float)
            yield Held(collection, name, period, SEASONS[period], int(found["h"][0]), y, found["description"][0])


def classics() -> Iterator[Held]:
    """Well-known single series, public domain or as free as their carrier. Raises MissingPart without a carrier."""
    held = json.loads((carriers.locate(CARRIER).path / "individual_data.json").read_text("utf-8"))
    for name, (period, season) in CARRIED.items():
        y = np.array([*held[name]["x"], *held[name]["xx"]], dtype=float)
        yield Held(CLASSICS, name, period, season, int(held[name]["h"][0]), y, held[name]["description"][0])
    for name, (file, column, period, season, horizon) in FACTS.items():
        yield Held(CLASSICS, name, period, season, horizon, _filled(_column(file, column)), name.replace("_", " "))
    with (_statsmodels() / EL_NINO).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    y = np.array([float(cell) for row in rows for cell in row[1:]], dtype=float)
    yield Held(CLASSICS, "el_nino", "MONTHLY", 12, 12, y, "sea surface temperature, Celsius")


def every_series() -> list[Held]:
    """All series that the carriers hold. Raises MissingPart without one."""
    return [*competitions(), *classics()]


def _column(file: str, column: str) -> list[float]:
    with (_statsmodels() / file).open(encoding="utf-8", newline="") as lines:
        return [float(row[column]) if row[column].strip() else np.nan for row in csv.DictReader(lines)]


def _filled(values: list[float]) -> Any:
    y = np.array(values, dtype=float)
    gaps, places = np.isnan(y), np.arange(len(y))
    y[gaps] = np.interp(places[gaps], places[~gaps], y[~gaps])
    return y


def _statsmodels() -> Path:
    spec = importlib.util.find_spec("statsmodels")
    if spec is None or not spec.submodule_search_locations:
        raise MissingPart(N_("The Python package “{name}” is not installed."), name="statsmodels")
    return Path(spec.submodule_search_locations[0]) / "datasets"
