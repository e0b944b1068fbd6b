"""Every exception that Prospectus raises on purpose.

    ProspectusError
    ├── InputError          what a person or program brought is wrong
    │   ├── DataError       a file, a column, a cell
    │   ├── ConfigError     a setting; carries every fault at once
    │   └── UnknownName     a name that no catalogue entry has
    ├── MissingPart         a carrier, model or device that is not installed
    ├── StateError          the thing exists but is not in a state that allows this
    └── StoredFileError     an artifact that is damaged or not as its manifest says

A message is a template and its values, so that a screen can translate it: the template is the
catalogue key. `kept` says what was not lost, `remedy` what to do next; both are templates too.
"""

from collections.abc import Mapping
from typing import Any


class Marked(str):
    """Words of ours, which a screen may translate; what people typed is a plain str and stays as it is."""

    __slots__ = ()


def N_(template: str) -> str:
    """Mark a template for the translation catalogues."""
    return Marked(template)


class ProspectusError(Exception):
    """An error whose message names the input, the rule and the value."""

    def __init__(self, template: str, *, kept: str = "", remedy: str = "", **values: Any) -> None:
        self.template = template
        self.kept = kept
        self.remedy = remedy
        self.values = values
        super().__init__(template.format(**values) if values else template)

    def as_dict(self) -> dict[str, Any]:
        """JSON form, read back by `from_dict`; values are made printable."""
        return {
            "kind": type(self).__name__,
            "template": self.template,
            "kept": self.kept,
            "remedy": self.remedy,
            "values": {k: v if isinstance(v, int | float | str) else str(v) for k, v in self.values.items()},
            "marked": [k for k, v in self.values.items() if isinstance(v, Marked)],
            "message": str(self),
        }


class InputError(ProspectusError):
    """What a person or a program brought breaks a rule."""


class DataError(InputError):
    """A file, a column or a cell breaks a rule."""


class ConfigError(InputError):
    """One or more settings break their rules; `faults` holds them all."""

    def __init__(self, faults: "tuple[ProspectusError, ...]") -> None:
        self.faults = faults
        super().__init__(
            N_("Wrong settings ({count}): {faults}"), count=len(faults), faults="; ".join(map(str, faults))
        )


class UnknownName(InputError):
    """A name that the catalogue does not list; the message lists those it does."""

    def __init__(self, kind: str, name: str, known: list[str]) -> None:
        said = N_("There is no {kind} called “{name}”. Known: {known}.")
        super().__init__(
            said if known else N_("There is no {kind} called “{name}”, nor any other."),
            kind=kind,
            name=name,
            known=", ".join(known),
        )


class MissingPart(ProspectusError):
    """Something that must be installed first; the message carries the command that installs it."""


class StateError(ProspectusError):
    """The request does not fit the state that the thing is in."""


class StoredFileError(ProspectusError):
    """A stored file is damaged, missing or not what its manifest says."""


def from_dict(stored: Mapping[str, Any]) -> ProspectusError:
    """Rebuild an error stored with `as_dict` as a plain ProspectusError."""
    ours = stored.get("marked", ())
    values = {name: Marked(value) if name in ours else value for name, value in stored.get("values", {}).items()}
    return ProspectusError(stored["template"], kept=stored.get("kept", ""), remedy=stored.get("remedy", ""), **values)
