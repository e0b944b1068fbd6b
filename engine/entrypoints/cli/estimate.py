"""`prospectus estimate`: what a large model would need on a device that is not here."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from engine.costs.large.estimate import Needs
from engine.costs.large.shapes import Shape
from engine.entrypoints.actions.large import of_shape, shape_at
from engine.entrypoints.cli.options import Json
from engine.entrypoints.cli.output import emit
from engine.interval import Interval


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
    needed = of_shape(
        shape_at(model),
        method=method,
        device=device,
        tokens=tokens,
        steps=steps,
        micro_batches=micro_batches,
        weight_format=weight_format,
        rank=rank,
        checkpointing=checkpointing,
        usd_per_hour=usd_per_hour,
    )
    found, place, needs, price = needed.shape, needed.device, needed.needs, needed.price
    priced_by = needed.priced_by
    document = {
        "model": found.name,
        "weights": found.weights,
        "method": method,
        "weight_format": needed.weight_format,
        "device": asdict(place),
        "grade": needed.grade,
        "usd_per_hour": None if price is None else price.value,
        "priced_by": priced_by,
        **_document(needs),
    }
    emit(document, as_json, _lines(found, place.name, needs, priced_by))


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
