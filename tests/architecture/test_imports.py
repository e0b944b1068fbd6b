"""What importing costs. The import contracts themselves stand in pyproject.toml and run as `lint-imports`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {
    "torch",
    "transformers",
    "peft",
    "sklearn",
    "accelerate",
    "onnx",
    "onnxruntime",
    "tokenizers",
    "scipy",
    "pandas",
}


def loaded_by(code: str) -> set[str]:
    """Top-level modules that a fresh interpreter has after running `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport json, sys\nprint(json.dumps(list(sys.modules)))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.split(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


@pytest.mark.parametrize(
    ("code", "also_absent"),
    [
        ("from engine import catalog; catalog.recipes(); catalog.tasks()", {"sqlalchemy", "streamlit"}),
        ("from dashboard.page import pages; pages()", set()),
        ("import engine.entrypoints.worker", {"streamlit", "plotly"}),
        ("import engine.entrypoints.cli", {"streamlit", "plotly"}),
        ("import dashboard.__main__", {"streamlit", "sqlalchemy", "numpy"}),
    ],
    ids=["catalogue", "pages", "worker", "command line", "supervisor"],
)
def test_no_heavy_library_is_loaded_by(code: str, also_absent: set[str]) -> None:
    assert loaded_by(code) & (HEAVY | also_absent) == set()


def test_the_model_server_starts_without_torch_and_database() -> None:
    assert not loaded_by("import engine.entrypoints.api.app") & {"torch", "transformers", "sklearn", "sqlalchemy"}
