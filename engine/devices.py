"""What this machine computes on, and what of it a run is given. Asks the driver (NVML); imports no torch.

The driver alone does not make a GPU usable: the installed torch must be built for CUDA. Both are asked without
loading torch, which takes seconds and hundreds of MB in processes that never train.
"""

import importlib.util
import os
import re
from dataclasses import dataclass
from pathlib import Path

from engine.errors import N_, InputError, MissingPart

CPU, GPU = "local_cpu", "local_gpu"
"""Keys of the rates: an hour of this machine without its GPUs, and with them."""
CHOICES = ("auto", "cpu", "gpu")
VISIBLE = "CUDA_VISIBLE_DEVICES"
CUDA_PROVIDER, CPU_PROVIDER = "CUDAExecutionProvider", "CPUExecutionProvider"
LEAST_ROWS_A_GPU = 8
"""Below this many rows of a batch a GPU waits for the others longer than it computes. Assumed, not measured."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """One NVIDIA device, as the driver describes it."""

    index: int
    """The driver's number of it, in the order of the bus."""
    uuid: str
    name: str
    memory_bytes: int
    capability: tuple[int, int]
    """CUDA compute capability, such as (8, 0) for Ampere."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is to compute on."""

    gpus: tuple[Gpu, ...] = ()
    """Those that this process may see."""
    torch_cuda: bool = False
    """Whether the installed torch is built for CUDA."""

    @property
    def trains_on_gpu(self) -> bool:
        """Whether torch can use a GPU here."""
        return bool(self.gpus) and self.torch_cuda


def read_machine() -> Machine:
    """What this process may use now."""
    return Machine(visible(read_gpus(), os.environ.get(VISIBLE)), torch_has_cuda())


def read_gpus() -> tuple[Gpu, ...]:
    """Every NVIDIA device that the driver names; none without a driver."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return ()
    try:
        return tuple(_gpu(index) for index in range(pynvml.nvmlDeviceGetCount()))
    finally:
        pynvml.nvmlShutdown()


def _gpu(index: int) -> Gpu:
    import pynvml

    device = pynvml.nvmlDeviceGetHandleByIndex(index)
    return Gpu(
        index,
        pynvml.nvmlDeviceGetUUID(device),
        pynvml.nvmlDeviceGetName(device),
        int(pynvml.nvmlDeviceGetMemoryInfo(device).total),
        tuple(pynvml.nvmlDeviceGetCudaComputeCapability(device)),
    )


def visible(gpus: tuple[Gpu, ...], value: str | None) -> tuple[Gpu, ...]:
    """Those that CUDA_VISIBLE_DEVICES leaves, in its order: numbers or UUIDs up to the first that names none.

    That is CUDA's own rule (CUDA C++ Programming Guide, "CUDA Environment Variables"). None: all of them.
    """
    if value is None:
        return gpus
    chosen: list[Gpu] = []
    for part in filter(None, (part.strip() for part in value.split(","))):
        found = next(
            (g for g in gpus if part == str(g.index) or (part[:4] == "GPU-" and g.uuid.startswith(part))), None
        )
        if found is None:
            break
        chosen.append(found)
    return tuple(chosen)


def _is_named(gpu: Gpu, name: str) -> bool:
    return name == str(gpu.index) or (name.startswith("GPU-") and gpu.uuid.startswith(name))


def torch_has_cuda() -> bool:
    """Whether the installed torch is built for CUDA, read from the file in which it says so."""
    found = importlib.util.find_spec("torch")
    if found is None or not found.origin:
        return False
    path = Path(found.origin).with_name("version.py")
    return path.is_file() and built_for_cuda(path.read_text(encoding="utf-8"))


def built_for_cuda(version_file: str) -> bool:
    """Whether a `torch/version.py` names a CUDA version."""
    return re.search(r"^cuda(?::[^=]*)? = ['\"]\d", version_file, re.MULTILINE) is not None


def device_keys(machine: Machine, wanted: str = "auto") -> tuple[str, ...]:
    """The devices whose runs this machine takes, the preferred one first.

    Raises MissingPart, naming what is missing, when a GPU is wanted and none can be used; InputError for an
    unknown wish.
    """
    if wanted not in CHOICES:
        raise InputError(
            N_("The device must be one of {known}, not “{value}”."), known=", ".join(CHOICES), value=wanted
        )
    if wanted == "gpu" and not machine.trains_on_gpu:
        raise MissingPart(
            N_("A GPU was asked for, but {reason}."),
            reason=N_("the installed torch is not built for CUDA") if machine.gpus else N_("the driver shows none"),
            remedy=N_("Install requirements-gpu.txt beside an NVIDIA driver, or set PROSPECTUS_DEVICE to auto."),
        )
    return (GPU, CPU) if wanted != "cpu" and machine.trains_on_gpu else (CPU,)


def gpus_for(machine: Machine, spreads: bool, batch_size: int) -> int:
    """How many GPUs a run is spread over: as many as share its batch evenly with enough rows each, else one."""
    if not spreads:
        return 1
    shared = range(len(machine.gpus), 1, -1)
    return next((n for n in shared if batch_size % n == 0 and batch_size // n >= LEAST_ROWS_A_GPU), 1)


def onnx_providers(offered: tuple[str, ...], machine: Machine) -> list[str]:
    """Execution providers for ONNX Runtime, the preferred one first.

    `onnxruntime-gpu` offers CUDA on any machine and only complains when a model is opened without a device, so
    the driver is asked too.
    """
    wanted = (CUDA_PROVIDER, CPU_PROVIDER) if machine.gpus else (CPU_PROVIDER,)
    return [provider for provider in wanted if provider in offered]


def environment(machine: Machine, device: str, count: int = 1) -> dict[str, str]:
    """What a process is told so that it keeps to a device: the first `count` GPUs by name, or none of them.

    A process that sees more GPUs than its run is given would spread over them unasked (torch.nn.DataParallel).
    """
    named = machine.gpus[:count] if device == GPU else ()
    return {VISIBLE: ",".join(gpu.uuid for gpu in named)}


def main() -> int:
    """Print what was found and what runs would be given: `python -m engine.devices`."""
    machine = read_machine()
    for gpu in machine.gpus:
        major, minor = gpu.capability
        print(f"{gpu.name}, {gpu.memory_bytes / 1e9:.0f} GB, compute capability {major}.{minor}")  # noqa: T201
    print(f"torch is {'' if machine.torch_cuda else 'not '}built for CUDA")  # noqa: T201
    print(f"runs are taken for {' and '.join(device_keys(machine))}")  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
