"""Reads a run's GPUs by way of the driver (NVML): memory, utilisation, energy. Without a driver nothing is claimed."""

import os
from collections.abc import Mapping
from typing import Any, Self

from engine.devices import Machine, read_machine


class GpuGauge:
    """Adds up what the GPUs of one run used. `look` is cheap and is called about once a second by one thread.

    Energy is the driver's own counter of each whole device, from the first look to the last, idle draw and other
    programs included; devices before Volta have none. Memory is that of this process and its children; where the
    driver names their processes by numbers of another namespace (containers), of the whole device.
    """

    def __init__(self, machine: Machine, earlier: Mapping[str, Any] | None = None) -> None:
        """earlier: the facts that an earlier attempt of the run told, to go on from."""
        import pynvml

        pynvml.nvmlInit()
        before = earlier or {}
        self._names = [gpu.name for gpu in machine.gpus]
        self._devices = [pynvml.nvmlDeviceGetHandleByIndex(gpu.index) for gpu in machine.gpus]
        self._peak_bytes = round(before.get("peak_memory_mb", 0.0) * 1e6)
        self._memory_of = before.get("memory_of", "process")
        self._samples = int(before.get("samples", 0))
        self._busy = before.get("utilisation", 0.0) * self._samples
        self._joules_before = before.get("energy_joules", 0.0)
        self._first_joules = self._last_joules = self._read_joules()

    @classmethod
    def of_this_process(cls, earlier: Mapping[str, Any] | None = None) -> Self | None:
        """A gauge for the GPUs that this process may use; None when there are none."""
        machine = read_machine()
        return cls(machine, earlier) if machine.trains_on_gpu else None

    def look(self) -> None:
        """Read once. Raises nothing: a driver that fails adds nothing."""
        import pynvml

        try:
            self._busy += sum(pynvml.nvmlDeviceGetUtilizationRates(d).gpu for d in self._devices) / (
                100 * len(self._devices)
            )
            self._samples += 1
            self._peak_bytes = max(self._peak_bytes, sum(map(self._used_bytes, self._devices)))
            self._last_joules = self._read_joules()
        except pynvml.NVMLError:
            return

    def facts(self) -> dict[str, Any]:
        """What is known so far: names, peak_memory_mb, memory_of, utilisation (0 to 1), samples, energy_joules."""
        found: dict[str, Any] = {
            "names": self._names,
            "peak_memory_mb": round(self._peak_bytes / 1e6, 1),
            "memory_of": self._memory_of,
            "utilisation": round(self._busy / max(1, self._samples), 4),
            "samples": self._samples,
        }
        if self._first_joules is not None and self._last_joules is not None:
            found["energy_joules"] = round(self._joules_before + self._last_joules - self._first_joules, 1)
        return found

    def _used_bytes(self, device: Any) -> int:
        import psutil
        import pynvml

        ours = {os.getpid(), *(child.pid for child in psutil.Process().children(recursive=True))}
        listed = pynvml.nvmlDeviceGetComputeRunningProcesses(device)
        used = [process.usedGpuMemory for process in listed if process.pid in ours]
        if used and None not in used:
            return int(sum(used))
        if not listed:
            return 0
        self._memory_of = "device"
        return int(pynvml.nvmlDeviceGetMemoryInfo(device).used)

    def _read_joules(self) -> float | None:
        import pynvml

        try:
            return float(sum(pynvml.nvmlDeviceGetTotalEnergyConsumption(device) for device in self._devices)) / 1000
        except pynvml.NVMLError:
            return None
