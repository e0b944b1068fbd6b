"""What a large model would need, with the interval that such formulas deserve."""

import pytest

from engine.costs.large.estimate import serving_needs, training_needs, work_flops
from engine.costs.large.memory import Training
from engine.costs.large.shapes import shape
from engine.costs.large.speed import gpu
from engine.errors import InputError
from engine.interval import Interval


def test_money_is_device_hours_at_the_price_of_one() -> None:
    how, price = Training("lora", 2048), Interval(2.0, 1.0, 4.0)
    needs = training_needs(shape("qwen-7b"), how, gpu("a100-80"), steps=3600, micro_batches=8, usd_per_hour=price)
    assert needs.device_seconds is not None
    assert needs.usd is not None
    assert needs.usd.value == pytest.approx(2.0 * needs.device_seconds.value / 3600)
    assert needs.usd.low == pytest.approx(needs.device_seconds.low / 3600)
    assert needs.usd.high == pytest.approx(4.0 * needs.device_seconds.high / 3600)
    # Qwen README: 5.2 s a step of eight micro-batches of 2,048 tokens
    assert needs.device_seconds.low / 3600 < 5.2 < needs.device_seconds.high / 3600


def test_a_model_that_does_not_fit_is_spread_over_devices() -> None:
    needs = serving_needs(shape("llama-2-70b"), 32_000, "bf16", gpu("a100-80"))
    assert not needs.fits
    assert needs.devices == 3
    assert (needs.device_seconds, needs.usd) == (None, None)
    assert serving_needs(shape("llama-2-70b"), 100, "nf4-dq", gpu("a100-40")).fits is False
    assert serving_needs(shape("llama-2-70b"), 100, "nf4-dq", gpu("a100-80")).fits is True


def test_intervals_hold_the_estimate_and_say_how_good_it_was() -> None:
    needs = training_needs(shape("llama-3.1-8b"), Training("lora", 512), gpu("h100"), steps=1)
    assert needs.memory_gb.low < needs.memory_gb.value < needs.memory_gb.high
    assert 0 < needs.memory_error < 0.15


def test_work_grows_with_steps_and_tokens() -> None:
    model, how = shape("llama-2-7b"), Training("full", 1024)
    assert work_flops(model, how, 10, 2) == pytest.approx(20 * work_flops(model, how, 1))


@pytest.mark.parametrize(("steps", "micro_batches"), [(0, 1), (1, 0), (-3, 1)])
def test_no_steps_are_no_training(steps: int, micro_batches: int) -> None:
    with pytest.raises(InputError, match="must be at least 1"):
        training_needs(shape("llama-2-7b"), Training("full", 8), gpu("t4"), steps=steps, micro_batches=micro_batches)
