"""What a run's page says of memory and GPUs."""

from dashboard.components.run_detail import gpu_rows, peak_memory

NARROW = "\N{NO-BREAK SPACE}"
USED = {"names": ["Made-up 0", "Made-up 1"], "peak_memory_mb": 1000.0, "utilisation": 0.6, "samples": 9}


def test_a_run_without_a_gpu_says_nothing_of_one() -> None:
    assert gpu_rows(None) == []


def test_memory_utilisation_and_energy_are_named_with_what_they_are_of() -> None:
    given = USED | {"memory_of": "process", "energy_joules": 7200.0}
    rows = {name: said.replace("\\", "") for name, said in gpu_rows(given)}
    assert list(rows) == ["GPU", "GPU memory", "GPU busy", "GPU energy, whole device"]
    assert (rows["GPU busy"], rows["GPU energy, whole device"]) == ("60.0%", "2.0 Wh")
    assert list(dict(gpu_rows(USED | {"memory_of": "device"}))) == ["GPU", "GPU memory, whole device", "GPU busy"]


def test_the_estimate_stands_beside_what_happened() -> None:
    assert peak_memory(640.0, None) == f"640{NARROW}MB"
    assert peak_memory(640.0, 700.0) == f"640{NARROW}MB (700{NARROW}MB expected)"
    assert peak_memory(None, 700.0) == ""
