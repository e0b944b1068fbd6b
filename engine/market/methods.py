"""The forecasters there are, for those who run them below the catalogue: found in their folder, never named here."""

from functools import cache

from engine.errors import N_, MissingPart, StoredFileError, UnknownName
from engine.registry import discover
from engine.spec.forecaster import Forecaster

BASELINE = "seasonal_naive"
"""Beside every other method, always."""


@cache
def forecasters() -> dict[str, Forecaster]:
    """Forecasters by name, simplest first."""
    found = discover("engine.forecasters", "FORECASTER", Forecaster)
    return dict(sorted(found.items(), key=lambda item: item[1].order))


def forecaster(name: str) -> Forecaster:
    """One forecaster; raises UnknownName listing the known ones."""
    if name not in forecasters():
        raise UnknownName(N_("forecaster"), name, list(forecasters()))
    return forecasters()[name]


def is_here(method: Forecaster) -> bool:
    """Whether what it needs is installed."""
    try:
        method.check()
    except (MissingPart, StoredFileError):
        return False
    return True


def usual() -> list[str]:
    """The methods of a forecast that names none: all that are here and quick."""
    return [name for name, method in forecasters().items() if not method.long and is_here(method)]


def with_members(names: list[str]) -> list[str]:
    """These methods, the baseline, and the members of the combinations among them, simplest first.

    Raises UnknownName, and MissingPart for a method that was named and is not installed.
    """
    wanted = {BASELINE}
    for name in names:
        method = forecaster(name)
        method.check()
        wanted |= {name, *(member for member in method.members if is_here(forecaster(member)))}
    return [name for name in forecasters() if name in wanted]
