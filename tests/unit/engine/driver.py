"""A library in the place of NVIDIA's driver, compiled for the test: processes that find it see two devices."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).with_name("nvml.c")
ROOT = Path(__file__).parents[3]


def build_driver(folder: Path, *defines: str) -> Path:
    """The folder with a libnvidia-ml.so.1; skips the test where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler")
    flags = [f"-D{define}" for define in defines]
    library = folder / "libnvidia-ml.so.1"
    subprocess.run([compiler, "-shared", "-fPIC", *flags, "-o", str(library), str(SOURCE)], check=True)
    return folder


def ask(driver: Path, script: str, **environment: str) -> Any:
    """What a script prints as JSON in a process that finds this driver."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"import json\n{script}"],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "LD_LIBRARY_PATH": str(driver), **environment},
    )
    return json.loads(done.stdout)
