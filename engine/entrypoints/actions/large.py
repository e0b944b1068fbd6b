"""What a large model needs on a device that is not here, for the command line and the page alike."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.costs.cloud import offers_for
from engine.costs.large.estimate import Needs, serving_needs, training_needs
from engine.costs.large.memory import Training
from engine.costs.large.shapes import Shape, from_config, shape, shapes
from engine.costs.large.speed import Gpu, gpu, gpus
from engine.errors import N_, InputError, MissingPart
from engine.interval import Interval

FORMATS = {"qlora": "nf4-dq"}
"""Weight format of a method where none is named; bf16 else."""
METHODS = ("inference", "lora", "qlora", "full")


@dataclass(frozen=True, slots=True)
class LargeNeeds:
    """What is needed, of which model, where, and who says the price."""

    shape: Shape
    device: Gpu
    method: str
    weight_format: str
    needs: Needs
    price: Interval | None
    """USD of an hour of one device."""
    priced_by: str
    grade: str


def known() -> tuple[list[str], list[str]]:
    """Models and devices that are known by name."""
    return list(shapes()), list(gpus())


def needs(model: str, config: str = "", **wishes: Any) -> LargeNeeds:
    """What `of_shape` says of a model by name, or of the text of a config.json. Raises InputError or UnknownName."""
    return of_shape(shape_of(model, config) if config else shape(model), **wishes)


def of_shape(
    found: Shape,
    *,
    method: str = "lora",
    device: str = "a100-80",
    tokens: int = 2048,
    steps: int = 1000,
    micro_batches: int = 1,
    weight_format: str = "",
    rank: int = 16,
    checkpointing: bool = True,
    usd_per_hour: float | None = None,
) -> LargeNeeds:
    """Memory by part, fewest devices, device seconds and money. Raises InputError or UnknownName."""
    place = gpu(device)
    price, priced_by = price_of(place, usd_per_hour)
    chosen = weight_format or FORMATS.get(method, "bf16")
    if method == "inference":
        needed = serving_needs(found, tokens, chosen, place)
    else:
        how = Training(method, tokens, chosen, rank=rank, checkpointing=checkpointing)
        needed = training_needs(found, how, place, steps=steps, micro_batches=micro_batches, usd_per_hour=price)
    grade = "assumed" if place.grade == "assumed" or usd_per_hour is not None else "modelled"
    return LargeNeeds(found, place, method, chosen, needed, price, priced_by, grade)


def shape_of(name: str, config: str) -> Shape:
    """The shape that the text of a config.json tells. Raises InputError when it is none."""
    try:
        read: Any = json.loads(config)
    except ValueError as error:
        raise InputError(
            N_("{model} needs a readable {file}: {reason}."), model=name, file="config.json", reason=str(error)
        ) from error
    if not isinstance(read, Mapping):
        raise InputError(
            N_("{model} needs a readable {file}: {reason}."),
            model=name,
            file="config.json",
            reason=N_("it holds no settings"),
        )
    return from_config(name, read)


def shape_at(model: str) -> Shape:
    """The shape of a model's name, of its config.json, or of the folder that holds it. Raises InputError."""
    path = Path(model)
    path = path / "config.json" if path.is_dir() else path
    if not path.is_file():
        return shape(model)
    try:
        return shape_of(path.parent.name or model, path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            N_("{model} needs a readable {file}: {reason}."), model=model, file=path, reason=error
        ) from error


def price_of(device: Gpu, usd_per_hour: float | None) -> tuple[Interval | None, str]:
    """An hour of one device, and who says so: the person, or the cheapest offer of the price list.

    Without a price the reason. The upper end is the dearest offer.
    """
    if usd_per_hour is not None:
        if not 0 < usd_per_hour < float("inf"):
            raise InputError(N_("The price of an hour must be above 0, not {value}."), value=usd_per_hour)
        return Interval(usd_per_hour, usd_per_hour, usd_per_hour), "typed"
    try:
        offers = offers_for(device.listed, device.memory_gb) if device.listed else []
    except MissingPart as error:
        return None, f"{error} {error.remedy.format(**error.values)}"
    if not offers:
        return None, "no price list has this device; give --usd-per-hour"
    prices = [offer.usd_per_gpu_hour for offer in offers]
    best = offers[0]
    return Interval(prices[0], prices[0], prices[-1]), f"{best.provider} {best.sku}, {best.region}, {best.source}"
