"""What a large model needs on a device that is not here: the form, the key figures, the memory by part."""

from collections.abc import Mapping
from typing import Any

from dashboard import formats
from dashboard.components.errors import shown
from dashboard.components.estimates.foreseen import dollars
from dashboard.components.head import section_bar
from dashboard.components.kpis import Kpi, kpi_row
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from dashboard.store.estimates import LargeNeeds, large_choices, large_needs
from engine.errors import N_
from engine.evidence import Grade

OWN = ""
METHODS = {
    "inference": N_("Serve it"),
    "lora": N_("Adapter (LoRA)"),
    "qlora": N_("Adapter on 4-bit weights (QLoRA)"),
    "full": N_("Every weight"),
}
PARTS = {
    "weights": N_("Weights"),
    "cache": N_("Cache of keys and values"),
    "gradients": N_("Gradients"),
    "optimizer": N_("Optimizer"),
    "activations": N_("Activations"),
    "overhead": N_("Device and libraries"),
}
SERVING = "inference"
LARGEST_CONFIG_BYTES = 1_000_000


def large_part() -> None:
    """Draw the form and what it asks for."""
    words = _(
        "Models of a billion weights and more, graded against published measurements. One GB is 1,000,000,000 bytes."
    )
    section_bar(_("A large model elsewhere"), note=plain(words))
    model, config, wishes = _form()
    if model == OWN and not config:
        return
    with shown():
        _draw(large_needs(model or "config.json", config, wishes))


def _form() -> tuple[str, str, Mapping[str, Any]]:
    """Name, text of a config.json, and wishes."""
    import streamlit as st

    models, devices = large_choices()
    one, two, three, four, five = st.columns(5, vertical_alignment="bottom")
    own = _("from its config.json")
    model = one.selectbox(_("Model"), [*models, OWN], index=models.index("llama-3.1-8b"), key="large_model",
                          format_func=lambda name: name or own)  # fmt: skip
    method = two.selectbox(
        _("What with it"), list(METHODS), index=1, format_func=lambda name: _(METHODS[name]), key="large_method"
    )
    device = three.selectbox(_("Device"), devices, index=devices.index("a100-80"), key="large_device")
    tokens = four.number_input(
        _("Tokens at once"),
        1,
        10_000_000,
        2048,
        help=_("Of a micro-batch; when serving, all tokens in the cache."),
        key="large_tokens",
    )
    wishes: dict[str, Any] = {"method": method, "device": device, "tokens": int(tokens)}
    if method != SERVING:
        wishes["steps"] = int(five.number_input(_("Steps"), 1, 10_000_000, 1000, key="large_steps"))
    return model, _own_config() if model == OWN else "", wishes


def _own_config() -> str:
    import streamlit as st

    file = st.file_uploader("config.json", type="json", key="large_config", max_upload_size=1)
    return file.getvalue()[:LARGEST_CONFIG_BYTES].decode("utf-8", "replace") if file is not None else ""


def _draw(found: LargeNeeds) -> None:
    needs, grade = found.needs, _grade(found)
    memory = needs.memory_gb
    figures = [
        Kpi(_("Memory"), f"{formats.number(memory.value, 1)}{formats.NBSP}GB", grade,
            formats.between(formats.number(memory.low, 1), formats.number(memory.high, 1))),
        Kpi(_("Devices"), formats.number(needs.devices), grade, "" if needs.fits else _("parts spread evenly")),
    ]  # fmt: skip
    if needs.device_seconds is not None:
        time = needs.device_seconds
        ends = formats.between(*(formats.number(end / 3600, 2) for end in (time.low, time.high)))
        value = f"{formats.number(time.value / 3600, 2)}{formats.NBSP}{_('h')}"
        figures.append(Kpi(_("Device time"), value, grade, ends, _("Of all devices together.")))
    if needs.usd is not None:
        value, ends = dollars(needs.usd)
        figures.append(Kpi(_("Cost"), value, grade, ends, found.priced_by))
    kpi_row(figures)
    _parts(found)


def _parts(found: LargeNeeds) -> None:
    import streamlit as st

    parts = {name: size for name, size in found.needs.memory.parts().items() if size}
    whole = sum(parts.values())
    rows = [
        (_(PARTS[name]), formats.number(size / 1e9, 2), formats.percent(size / whole)) for name, size in parts.items()
    ]
    heads = (_("Part of the memory"), "GB", _("Share"))
    st.table({head: [plain(row[place]) for row in rows] for place, head in enumerate(heads)}, border="horizontal")
    st.markdown(note(plain(_about(found))))


def _about(found: LargeNeeds) -> str:
    words = [
        translate(
            "{model}: {weights} weights in {format} on {device}.",
            model=found.shape.name,
            weights=formats.number(found.shape.weights),
            format=found.weight_format,
            device=found.device.name,
        ),
        translate(
            "90% intervals are how far the formulas were off on published measurements that they had not seen: in the "
            "median {memory} of the memory.",
            memory=formats.percent(found.needs.memory_error),
        ),
    ]
    if found.needs.usd is None and found.method != SERVING:
        words.append(translate("Money is unknown: {reason}.", reason=found.priced_by))
    return " ".join(words)


def _grade(found: LargeNeeds) -> Grade:
    return "assumed" if found.grade == "assumed" else "modelled"
