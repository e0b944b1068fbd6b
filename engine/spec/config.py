"""The settings of a plug-in: a frozen dataclass whose fields carry what a form needs to draw and check them."""

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal, TypeVar

from engine.errors import N_, ConfigError, InputError, ProspectusError

C = TypeVar("C")
InputKind = Literal["text", "image"]


def setting(
    default: Any,
    label: str,
    help: str = "",
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: tuple[Any, ...] = (),
    unit: str = "",
    advanced: bool = False,
    only: InputKind | None = None,
    lines: int = 1,
    zero: str = "",
) -> Any:
    """One field of a Config: its default and what the generic form needs to draw and check it.

    only: the kind of input that it means something for; forms leave it out for others.
    lines: how many a text that may have several is given.
    zero: what 0 means, where it is no quantity, for where a run's settings are read.
    """
    metadata = {
        "label": label,
        "help": help,
        "minimum": minimum,
        "maximum": maximum,
        "choices": choices,
        "unit": unit,
        "advanced": advanced,
        "only": only,
        "lines": lines,
        "zero": zero,
    }
    return field(default=default, metadata=metadata)


def with_default(config_type: type, name: str, default: Any) -> Any:
    """A field of `config_type` with another default, for a Config that inherits it."""
    (known,) = (f for f in dataclasses.fields(config_type) if f.name == name)
    return field(default=default, metadata=known.metadata)


def field_type(config_type: type, name: str) -> type:
    """The plain type of a Config field; `int | None` gives `int`."""
    hint = typing.get_type_hints(config_type)[name]
    if isinstance(hint, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    plain: type = typing.get_origin(hint) or hint
    return plain


def build_config(config_type: type[C], values: Mapping[str, Any]) -> C:
    """Make a Config from plain values.

    Raises ConfigError with every fault at once: unknown names, wrong types, values out of range.
    """
    faults: list[ProspectusError] = []
    fields = {f.name: f for f in dataclasses.fields(config_type)}  # type: ignore[arg-type]
    for name in values.keys() - fields.keys():
        faults.append(
            InputError(N_("“{name}” is no setting here. Known: {known}."), name=name, known=", ".join(fields))
        )
    accepted: dict[str, Any] = {}
    for name in fields.keys() & values.keys():
        try:
            accepted[name] = _check(fields[name], field_type(config_type, name), values[name])
        except ProspectusError as fault:
            faults.append(fault)
    if faults:
        raise ConfigError(tuple(faults))
    return config_type(**accepted)


def _check(spec: dataclasses.Field[Any], expected: type, value: Any) -> Any:
    if value is None and spec.default is None:
        return None
    converted = _convert(spec.name, expected, value)
    low, high = spec.metadata.get("minimum"), spec.metadata.get("maximum")
    if low is not None and converted < low:
        raise InputError(
            N_("{name} must be at least {minimum}, not {value}."), name=spec.name, minimum=low, value=value
        )
    if high is not None and converted > high:
        raise InputError(
            N_("{name} must be at most {maximum}, not {value}."), name=spec.name, maximum=high, value=value
        )
    choices = spec.metadata.get("choices") or ()
    if choices and converted not in choices:
        known = ", ".join(map(str, choices))
        raise InputError(N_("{name} must be one of {known}, not {value}."), name=spec.name, known=known, value=value)
    return converted


def _convert(name: str, expected: type, value: Any) -> Any:
    wrong = InputError(
        N_("{name} must be of type {expected}, not {value}."), name=name, expected=expected.__name__, value=repr(value)
    )
    if expected is bool:
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("true", "false"):
            return str(value).lower() == "true"
        raise wrong
    if isinstance(value, bool):
        raise wrong
    if expected is tuple:
        return tuple(value)
    try:
        converted = expected(value)
    except (TypeError, ValueError):
        raise wrong from None
    if isinstance(converted, float) and not math.isfinite(converted):
        raise wrong
    if expected is int and float(value) != converted:
        raise wrong
    return converted
