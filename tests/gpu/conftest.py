"""Everything here is marked gpu, and skipped with the reason where no GPU can be used."""

from pathlib import Path

import pytest

from engine.devices import Machine, read_machine

HERE = Path(__file__).parent


def why_not(machine: Machine) -> str:
    """What is missing for these tests; "" when nothing is."""
    if not machine.gpus:
        return "the driver shows no GPU"
    return "" if machine.torch_cuda else "the installed torch is not built for CUDA"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = why_not(read_machine())
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.gpu)
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))
