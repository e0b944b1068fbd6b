"""Finds plug-ins: every module in a folder must hold one constant of the expected type and a unique name."""

import importlib
import pkgutil
from typing import Any, TypeVar

P = TypeVar("P")


class DiscoveryError(RuntimeError):
    """A plug-in file is not what its folder expects; says which file and what was expected."""


def discover(package: str, constant: str, expected: type[P]) -> dict[str, P]:
    """Return the plug-ins of `package` by name, in module order.

    Raises DiscoveryError for a module without the constant, of the wrong type, or with a name used twice.
    """
    found: dict[str, P] = {}
    origin: dict[str, str] = {}
    folder = importlib.import_module(package)
    for info in pkgutil.iter_modules(folder.__path__):
        if info.name.startswith("_"):
            continue
        module = f"{package}.{info.name}"
        plugin: Any = getattr(importlib.import_module(module), constant, None)
        if not isinstance(plugin, expected):
            raise DiscoveryError(
                f"{module} must define {constant}, an instance of {expected.__name__}; found {type(plugin).__name__}"
            )
        name: str = plugin.name  # type: ignore[attr-defined]
        if name in found:
            raise DiscoveryError(f"{module} and {origin[name]} both define a {constant} called {name!r}")
        found[name], origin[name] = plugin, module
    return found
