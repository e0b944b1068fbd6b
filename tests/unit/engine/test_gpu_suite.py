"""The GPU tests themselves: one command runs them, and a machine without a GPU says why it does not."""

import re
import subprocess
import sys

import pytest

from engine.devices import Gpu, Machine, read_machine
from tests.gpu.conftest import why_not

ONE = Gpu(0, "GPU-0", "made-up", 24 * 10**9, (8, 0))


def test_the_reason_is_named() -> None:
    assert why_not(Machine()) == "the driver shows no GPU"
    assert why_not(Machine((ONE,))) == "the installed torch is not built for CUDA"
    assert why_not(Machine((ONE,), torch_cuda=True)) == ""


@pytest.mark.skipif(bool(read_machine().gpus), reason="there is a GPU")
def test_one_command_takes_them_all_and_says_why_it_cannot_run_them() -> None:
    command = [sys.executable, "-m", "pytest", "-m", "gpu", "tests/gpu", "-rs", "-p", "no:cacheprovider"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "the driver shows no GPU" in said
    assert re.search(r"=+ 5 skipped in", said)
