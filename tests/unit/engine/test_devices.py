"""Choices by capability: pure functions of a described machine, and one reading of a driver."""

from pathlib import Path

import pytest

from engine import devices
from engine.devices import CPU, CPU_PROVIDER, CUDA_PROVIDER, GPU, Gpu, Machine
from engine.errors import InputError, MissingPart
from tests.unit.engine.driver import ask, build_driver

ONE, TWO, THREE = (Gpu(i, f"GPU-{i}{i}", f"device {i}", 24 * 10**9, (8, 6)) for i in range(3))
ALL = (ONE, TWO, THREE)


@pytest.mark.parametrize(
    ("value", "left"),
    [
        (None, ALL),
        ("", ()),
        ("-1", ()),
        ("1", (TWO,)),
        ("2,0", (THREE, ONE)),
        ("GPU-11", (TWO,)),
        ("GPU-1, 0", (TWO, ONE)),
        ("0,7,1", (ONE,)),
    ],
)
def test_the_variable_of_cuda_is_obeyed(value: str | None, left: tuple[Gpu, ...]) -> None:
    assert devices.visible(ALL, value) == left


@pytest.mark.parametrize(
    ("machine", "wanted", "keys"),
    [
        (Machine(), "auto", (CPU,)),
        (Machine(), "cpu", (CPU,)),
        (Machine((ONE,), torch_cuda=True), "auto", (GPU, CPU)),
        (Machine((ONE,), torch_cuda=True), "gpu", (GPU, CPU)),
        (Machine((ONE,), torch_cuda=True), "cpu", (CPU,)),
        (Machine((ONE,), torch_cuda=False), "auto", (CPU,)),
        (Machine((), torch_cuda=True), "auto", (CPU,)),
    ],
)
def test_a_machine_takes_runs_for_what_it_has(machine: Machine, wanted: str, keys: tuple[str, ...]) -> None:
    assert devices.device_keys(machine, wanted) == keys


@pytest.mark.parametrize(
    ("machine", "reason"),
    [(Machine((), torch_cuda=True), "the driver shows none"), (Machine((ONE,)), "not built for CUDA")],
)
def test_a_wanted_gpu_that_is_not_there_is_an_error(machine: Machine, reason: str) -> None:
    with pytest.raises(MissingPart, match=reason):
        devices.device_keys(machine, "gpu")


def test_an_unknown_device_is_named() -> None:
    with pytest.raises(InputError, match="auto, cpu, gpu, not “tpu”"):
        devices.device_keys(Machine(), "tpu")


@pytest.mark.parametrize(
    ("gpus", "spreads", "batch", "count"),
    [(3, True, 32, 2), (3, True, 48, 3), (2, True, 16, 2), (2, True, 8, 1), (2, False, 64, 1), (0, True, 64, 1)],
)
def test_a_batch_is_shared_evenly_or_not_at_all(gpus: int, spreads: bool, batch: int, count: int) -> None:
    assert devices.gpus_for(Machine(ALL[:gpus], torch_cuda=True), spreads, batch) == count


@pytest.mark.parametrize(
    ("offered", "gpus", "chosen"),
    [
        ((CUDA_PROVIDER, CPU_PROVIDER), ALL, [CUDA_PROVIDER, CPU_PROVIDER]),
        ((CUDA_PROVIDER, CPU_PROVIDER), (), [CPU_PROVIDER]),
        (("AzureExecutionProvider", CPU_PROVIDER), ALL, [CPU_PROVIDER]),
    ],
)
def test_providers(offered: tuple[str, ...], gpus: tuple[Gpu, ...], chosen: list[str]) -> None:
    assert devices.onnx_providers(offered, Machine(gpus)) == chosen


def test_a_process_sees_the_gpus_of_its_run_and_no_other() -> None:
    machine = Machine(ALL, torch_cuda=True)
    assert devices.environment(machine, CPU) == {"CUDA_VISIBLE_DEVICES": ""}
    assert devices.environment(machine, GPU) == {"CUDA_VISIBLE_DEVICES": "GPU-00"}
    assert devices.environment(machine, GPU, 2) == {"CUDA_VISIBLE_DEVICES": "GPU-00,GPU-11"}


@pytest.mark.parametrize(
    ("text", "built"),
    [
        ("cuda: Optional[str] = None\nhip: Optional[str] = None\n", False),
        ("cuda: Optional[str] = '13.0'\n", True),
        ('cuda = "12.8"\n', True),
        ("__version__ = '2.13.0+cpu'\n", False),
    ],
)
def test_what_torch_is_built_for(text: str, built: bool) -> None:
    assert devices.built_for_cuda(text) is built


def test_the_installed_torch_says_what_it_is_built_for() -> None:
    import torch

    assert devices.torch_has_cuda() is (torch.version.cuda is not None)


WITHOUT_TORCH = """
import sys
from engine import devices
print(json.dumps([repr(devices.read_gpus()[1]), "torch" in sys.modules]))
"""
READ = "from engine import devices\nprint(json.dumps([g.name for g in devices.read_machine().gpus]))"


def test_the_driver_is_read(tmp_path: Path) -> None:
    driver = build_driver(tmp_path)
    whole = ask(driver, WITHOUT_TORCH)
    second = Gpu(1, "GPU-1-aa", "Made-up 1", 24 * 10**9, (8, 6))
    assert whole == [repr(second), False]
    assert ask(driver, READ, CUDA_VISIBLE_DEVICES="GPU-1-aa,0") == ["Made-up 1", "Made-up 0"]
    assert ask(driver, READ, CUDA_VISIBLE_DEVICES="") == []
