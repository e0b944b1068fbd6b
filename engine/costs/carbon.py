"""Carbon beside money: grams of CO2 a kWh by country, and the kilograms of serving and training.

The intensities are those of Our World in Data's energy data (2021 to 2023, by country) as the package codecarbon
carries them: a file that is read and never imported. They are averages of a country and a year: what a grid mixes at
night, and what a data centre buys on its own, differ.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from engine.costs.before.energy import JOULES_A_KWH, power_of
from engine.data.carriers import locate
from engine.errors import N_, InputError, StoredFileError, UnknownName
from engine.evidence import Grade
from engine.interval import Interval

CARRIER = "grid_carbon"
WORLD = "WORLD"
"""Average of all countries' electricity, for who has not said where."""
TWO_LETTERS = {"US": "USA", "DE": "DEU", "FR": "FRA", "GB": "GBR", "CN": "CHN", "IN": "IND", "SG": "SGP", "JP": "JPN"}
"""Countries that electricity rates are known of."""
GRAMS_PER_KG = 1000
REQUESTS = 1000
SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Grid:
    """How much CO2 a country's electricity stands for."""

    code: str
    """ISO 3166 in three letters, or WORLD."""
    name: str
    grams_per_kwh: float
    year: int
    source: str
    grade: Grade = "quoted"


@cache
def grids() -> Mapping[str, Grid]:
    """Every country by its three letters, by name in order, the world first.

    Raises MissingPart when the package is not installed, StoredFileError when its files are damaged or not as pinned.
    """
    carrier = locate(CARRIER)
    source = f"{carrier.package} {carrier.version}, Our World in Data"
    path = carrier.path / "global_energy_mix.json"
    try:
        mix = json.loads(path.read_bytes())
        per_source = json.loads((carrier.path / "carbon_intensity_per_source.json").read_bytes())
        found = [
            Grid(code, str(row["country_name"]), float(row["carbon_intensity"]), int(row["year"]), source)
            for code, row in mix.items()
            if row.get("carbon_intensity") is not None
        ]
        world = Grid(
            WORLD, N_("World, on average"), float(per_source["world_average"]), 2019, f"{carrier.package}, IEA 2019"
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoredFileError(N_("{file} cannot be read: {reason}."), file=path, reason=repr(error)) from error
    return {grid.code: grid for grid in (world, *sorted(found, key=lambda grid: grid.name))}


def grid(region: str) -> Grid:
    """The grid of a country by its two or three letters, or of the world. Raises UnknownName."""
    code = region.strip().upper()
    code = TWO_LETTERS.get(code, code)
    if code not in grids():
        raise UnknownName(N_("country"), region, list(grids()))
    return grids()[code]


def kg_co2(kwh: Interval, grams_per_kwh: float) -> Interval:
    """Kilograms: kWh x grams a kWh / 1,000."""
    return Interval(*(amount * grams_per_kwh / GRAMS_PER_KG for amount in kwh))


def serving_kwh_per_1k(watts: Interval, requests_per_second: Interval, utilisation: float) -> Interval:
    """Energy of 1,000 requests: watts x 1,000 / (requests a second x utilisation) / 3,600,000.

    The idle time that the utilisation leaves draws the same power: an upper bound for a device that rests.
    Raises InputError for a utilisation outside (0, 1] or a rate that is not positive.
    """
    if not 0 < utilisation <= 1:
        raise InputError(N_("The utilisation must be above 0 and at most 1, not {value}."), value=utilisation)
    if requests_per_second.low <= 0:
        raise InputError(N_("The rate of requests must be above 0, not {value}."), value=requests_per_second.low)

    def energy(power: float, rate: float) -> float:
        return power * REQUESTS / (rate * utilisation) / JOULES_A_KWH

    return Interval(
        energy(watts.value, requests_per_second.value),
        energy(watts.low, requests_per_second.high),
        energy(watts.high, requests_per_second.low),
    )


@dataclass(frozen=True, slots=True)
class Footprint:
    """CO2 with its grade and how it was found."""

    kg: Interval
    kwh: Interval
    grade: Grade
    method: str


COUNTED = N_("energy as the driver of the GPU counted it x carbon intensity of the grid")
POWERED = N_("power of the device, assumed, x its time x carbon intensity of the grid")


def training_footprint(seconds: float, device: str, place: Grid, joules: float | None = None) -> Footprint:
    """CO2 of a run: its counted energy where there is one (modelled), else power x seconds (assumed).

    Counted energy is that of the GPUs alone. Raises InputError for a device whose power is not known.
    """
    if joules is not None:
        counted = joules / JOULES_A_KWH
        energy = Interval(counted, counted, counted)
        return Footprint(kg_co2(energy, place.grams_per_kwh), energy, "modelled", COUNTED)
    watts = power_of(device).watts
    energy = Interval(*(power * seconds / JOULES_A_KWH for power in watts))
    return Footprint(kg_co2(energy, place.grams_per_kwh), energy, "assumed", POWERED)


def serving_footprint(device: str, rate: Interval, utilisation: float, place: Grid) -> Footprint:
    """CO2 of 1,000 requests on a device. Raises InputError for a device whose power is not known."""
    energy = serving_kwh_per_1k(power_of(device).watts, rate, utilisation)
    return Footprint(kg_co2(energy, place.grams_per_kwh), energy, "assumed", POWERED)
