"""`prospectus estimate`: what a large model would need on a device that is not here."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.costs.cloud import offers_for
from engine.costs.large.estimate import Needs, serving_needs, training_needs
from engine.costs.large.memory import Training
from engine.costs.large.shapes import Shape, from_config, shape
from engine.costs.large.speed import Gpu, gpu
from engine.entrypoints.cli.options import Json
from engine.entrypoints.cli.output import emit
from engine.errors import N_, InputError, MissingPart
from engine.interval import Interval

FORMATS = {"qlora": "nf4-dq"}
"""Weight format of a method where none is named; bf16 else."""


def estimate(  # noqa: PLR0917  options of a command
    model: Annotated[str, typer.Argument(help="A model's name, or its config.json or folder.")],
    method: Annotated[str, typer.Option(help="inference, lora, qlora or full.")] = "lora",
    device: Annotated[str, typer.Option(help="Such as a100-80, h100, l4, rtx-4090.")] = "a100-80",
    tokens: Annotated[int, typer.Option(help="Tokens of a micro-batch; with inference, of the cache.")] = 2048,
    steps: Annotated[int, typer.Option(help="Optimizer steps.")] = 1000,
    micro_batches: Annotated[int, typer.Option(help="Micro-batches of a step.")] = 1,
    weight_format: Annotated[str, typer.Option(help="bf16, fp32, int8, nf4, nf4-dq or gptq4.")] = "",
    rank: Annotated[int, typer.Option(help="Rank of the adapters.")] = 16,
    checkpointing: Annotated[bool, typer.Option(help="Compute layers again on the way back.")] = True,
    usd_per_hour: Annotated[
        float | None, typer.Option(help="Price of an hour of one device; the cheapest listed one without it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Estimate memory, devices, time and money of a large model, with 90 % intervals."""
    found, place = _shape(model), gpu(device)
    price, priced_by = _price(place, usd_per_hour)
    chosen = weight_format or FORMATS.get(method, "bf16")
    if method == "inference":
        needs = serving_needs(found, tokens, chosen, place)
    else:
        how = Training(method, tokens, chosen, rank=rank, checkpointing=checkpointing)
        needs = training_needs(found, how, place, steps=steps, micro_batches=micro_batches, usd_per_hour=price)
    document = {
        "model": found.name,
        "weights": found.weights,
        "method": method,
        "weight_format": chosen,
        "device": asdict(place),
        "grade": "assumed" if place.grade == "assumed" or usd_per_hour is not None else "modelled",
        "usd_per_hour": None if price is None else price.value,
        "priced_by": priced_by,
        **_document(needs),
    }
    emit(document, as_json, _lines(found, place.name, needs, priced_by))


def _shape(model: str) -> Shape:
    path = Path(model)
    path = path / "config.json" if path.is_dir() else path
    if not path.is_file():
        return shape(model)
    try:
        config = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(
            N_("{model} needs a readable {file}: {reason}."), model=model, file=path, reason=error
        ) from error
    if not isinstance(config, dict):
        raise InputError(N_("{model} needs a readable {file}: {reason}."), model=model, file=path, reason=type(config))
    return from_config(path.parent.name or model, config)


def _price(device: Gpu, usd_per_hour: float | None) -> tuple[Interval | None, str]:
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


def _document(needs: Needs) -> dict[str, Any]:
    def ends(given: Interval | None) -> dict[str, float] | None:
        return None if given is None else {"value": given.value, "low": given.low, "high": given.high}

    return {
        "memory_gb": ends(needs.memory_gb),
        "memory_parts_gb": {name: size / 1e9 for name, size in needs.memory.parts().items()},
        "fits": needs.fits,
        "devices": needs.devices,
        "device_seconds": ends(needs.device_seconds),
        "usd": ends(needs.usd),
        "median_error": {"memory": needs.memory_error, "device_seconds": needs.seconds_error},
    }


def _lines(found: Shape, device: str, needs: Needs, priced_by: str) -> list[str]:
    def said(given: Interval, unit: str) -> str:
        return f"{given.value:,.4g} {unit} ({given.low:,.4g} to {given.high:,.4g})"

    lines = [f"{found.name}: {found.weights:,} weights on {device}", f"memory   {said(needs.memory_gb, 'GB')}"]
    lines += [f"  {name:13}{size / 1e9:8.2f} GB" for name, size in needs.memory.parts().items() if size]
    lines.append(f"devices  {needs.devices}" + ("" if needs.fits else ", its parts spread evenly over them"))
    if needs.device_seconds is not None:
        lines.append(f"work     {said(needs.device_seconds, 's of one device')}")
    if needs.usd is not None:
        lines.append(f"money    {said(needs.usd, 'USD')}, price: {priced_by}")
    elif needs.device_seconds is not None:
        lines.append(f"money    unknown: {priced_by}")
    return lines
