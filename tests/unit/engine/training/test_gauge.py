"""What the driver says of a run's GPUs, from a driver made for the test."""

from pathlib import Path

import pytest

from engine.training.gauge import GpuGauge
from tests.unit.engine.driver import ask, build_driver

LOOKS = """
from engine.devices import Machine, read_gpus
from engine.training.gauge import GpuGauge
gauge = GpuGauge(Machine(read_gpus(), torch_cuda=True), {earlier})
gauge.look()
gauge.look()
print(json.dumps(gauge.facts()))
"""


def test_memory_utilisation_and_energy_add_up(tmp_path: Path) -> None:
    """Two devices of 80 and 40 % with 500 MB of this process on each; each look finds both counters 3 J further."""
    found = ask(build_driver(tmp_path), LOOKS.format(earlier=None))
    assert found == {
        "names": ["Made-up 0", "Made-up 1"],
        "peak_memory_mb": 1000.0,
        "memory_of": "process",
        "utilisation": 0.6,
        "samples": 2,
        "energy_joules": 12.0,
    }


def test_an_attempt_goes_on_from_the_earlier_ones(tmp_path: Path) -> None:
    earlier = {"peak_memory_mb": 1700.0, "utilisation": 0.3, "samples": 4, "energy_joules": 100.0}
    found = ask(build_driver(tmp_path), LOOKS.format(earlier=earlier))
    assert (found["peak_memory_mb"], found["samples"], found["energy_joules"]) == (1700.0, 6, 112.0)
    assert found["utilisation"] == pytest.approx((4 * 0.3 + 2 * 0.6) / 6)


def test_in_a_container_the_whole_device_counts_and_says_so(tmp_path: Path) -> None:
    found = ask(build_driver(tmp_path, "CONTAINER"), LOOKS.format(earlier=None))
    assert (found["peak_memory_mb"], found["memory_of"]) == (6000.0, "device")


def test_a_device_without_an_energy_counter_claims_none(tmp_path: Path) -> None:
    assert "energy_joules" not in ask(build_driver(tmp_path, "OLD"), LOOKS.format(earlier=None))


def test_without_a_gpu_there_is_no_gauge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert GpuGauge.of_this_process() is None


METERED = """
import time
from pathlib import Path
from engine.devices import Machine, read_gpus
from engine.recorder import EVENTS_FILE, FileRecorder, read_events
from engine.training import meter
from engine.training.gauge import GpuGauge
meter.TICK_SECONDS, meter.GPU_FACTS_SECONDS = 0.02, 0.05
gauge = GpuGauge(Machine(read_gpus(), torch_cuda=True))
with meter.Meter(FileRecorder(Path({folder!r})), time.time(), gauge=gauge):
    time.sleep(0.6)
facts = [e["values"] for e, _ in read_events(Path({folder!r}) / EVENTS_FILE) if e["kind"] == "facts"]
told = [values["gpu"] for values in facts if "gpu" in values]
print(json.dumps(told))
"""


def test_the_meter_tells_it_while_the_run_lasts_and_at_its_end(tmp_path: Path) -> None:
    told = ask(build_driver(tmp_path), METERED.format(folder=str(tmp_path)))
    assert len(told) >= 2
    assert told[0]["samples"] < told[-1]["samples"]
    assert told[0]["energy_joules"] < told[-1]["energy_joules"]
    assert told[-1]["utilisation"] == pytest.approx(0.6)
