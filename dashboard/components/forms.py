"""A settings form drawn from a Config dataclass: labels, help, limits and choices come from its fields."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.components.errors import show_error
from dashboard.components.text import listed
from dashboard.i18n import _
from engine.errors import ConfigError, ProspectusError
from engine.spec import InputKind, build_config, field_type


def config_form(
    config_type: type, key: str, start: Mapping[str, Any] | None = None, kind: InputKind | None = None
) -> dict[str, Any] | None:
    """Draw the fields inside the caller's form; advanced ones are folded away, those for another `kind` left out.

    Returns the values as plain data when `engine.spec.build_config` accepts them; else shows every fault at once
    and returns None. `start` holds values to begin with instead of the defaults.
    """
    import streamlit as st

    given = start or {}
    values: dict[str, Any] = {}
    fields = [f for f in dataclasses.fields(config_type) if kind is None or f.metadata.get("only") in (None, kind)]
    values |= _draw_all(config_type, [f for f in fields if not f.metadata.get("advanced")], key, given)
    advanced = [f for f in fields if f.metadata.get("advanced")]
    if advanced:
        with st.expander(_("More settings"), type="compact"):
            values |= _draw_all(config_type, advanced, key, given)
    try:
        build_config(config_type, values)
    except ConfigError as error:
        show_error(labelled(error, config_type))
        return None
    return values


def _draw_all(
    config_type: type, specs: Sequence[dataclasses.Field[Any]], key: str, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Short fields side by side where there is room, long texts over the whole width."""
    import streamlit as st

    values: dict[str, Any] = {}
    grid = None
    for spec in specs:
        if (spec.metadata.get("lines") or 1) > 1:
            grid = None
            values[spec.name] = _draw(config_type, spec, key, given)
        else:
            grid = grid or st.grid(3, min_column_width=220)
            with grid.container():
                values[spec.name] = _draw(config_type, spec, key, given)
    return values


def _draw(config_type: type, spec: dataclasses.Field[Any], key: str, given: Mapping[str, Any]) -> Any:
    import streamlit as st

    kind = field_type(config_type, spec.name)
    start = given.get(spec.name, spec.default)
    common: dict[str, Any] = {"key": f"{key}_{spec.name}", "help": _(spec.metadata.get("help", "")) or None}
    label = _label(spec)
    choices = spec.metadata.get("choices") or ()
    if kind is tuple and not choices:
        return _draw_several(label, start, common)
    if choices:
        return _draw_choice(label, choices, start, common)
    if kind is bool:
        return st.toggle(label, value=bool(start), **common)
    if kind in (int, float):
        return _draw_number(label, kind, spec, start, common)
    words, lines = "" if start is None else str(start), spec.metadata.get("lines") or 1
    if lines > 1:
        return st.text_area(label, value=words, height=24 * lines + 34, **common)
    return st.text_input(label, value=words, **common)


def _draw_choice(label: str, choices: tuple[Any, ...], start: Any, common: dict[str, Any]) -> Any:
    import streamlit as st

    words = {choice: _word(choice) for choice in choices}
    if len(choices) <= 4:
        return st.segmented_control(
            label, choices, default=start, required=True, format_func=words.__getitem__, **common
        )
    return st.selectbox(label, choices, index=choices.index(start), format_func=words.__getitem__, **common)


def _word(choice: Any) -> str:
    if isinstance(choice, tuple):
        return listed(map(_word, choice))
    return _(choice) if isinstance(choice, str) else str(choice)


def _draw_several(label: str, start: Any, common: dict[str, Any]) -> tuple[Any, ...]:
    import streamlit as st

    options = tuple(start)
    return tuple(st.pills(label, options, selection_mode="multi", default=list(start), **common))


def _draw_number(label: str, kind: type, spec: dataclasses.Field[Any], start: Any, common: dict[str, Any]) -> Any:
    import streamlit as st

    low, high = spec.metadata.get("minimum"), spec.metadata.get("maximum")
    return st.number_input(
        label,
        min_value=None if low is None else kind(low),
        max_value=None if high is None else kind(high),
        value=None if start is None else kind(start),
        step=1 if kind is int else None,
        format=None if kind is int else "%g",
        placeholder=_("none") if spec.default is None else None,
        **common,
    )


def _label(spec: dataclasses.Field[Any]) -> str:
    words = _(spec.metadata.get("label") or spec.name)
    unit = spec.metadata.get("unit")
    return f"{words} ({_(unit)})" if unit else words


def labelled(error: ConfigError, config_type: type) -> ConfigError:
    """The same faults, speaking of fields by their label."""
    labels = {f.name: _label(f) for f in dataclasses.fields(config_type)}
    for fault in error.faults:
        if isinstance(fault, ProspectusError) and fault.values.get("name") in labels:
            fault.values["name"] = f"“{labels[fault.values['name']]}”"
    return error
