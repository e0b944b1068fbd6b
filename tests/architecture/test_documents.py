"""The documents name everything that a person can set, call or choose."""

import ast
import dataclasses
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from dashboard.page import pages
from engine import catalog
from engine.entrypoints.cli import app
from engine.entrypoints.cli.output import EXIT_CODES
from engine.spec import Recipe
from engine.spec.forecaster import Forecaster
from engine.spec.routine import Routine

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SOURCES = [path for folder in ("dashboard", "engine", "db") for path in (ROOT / folder).rglob("*.py")]
LIBRARY_VARIABLES = {"ARROW_DEFAULT_MEMORY_POOL", "OPENBLAS_NUM_THREADS", "OMP_WAIT_POLICY", "TOKENIZERS_PARALLELISM"}
LIBRARY_VARIABLES |= {"RANK", "WORLD_SIZE"}
"""Read by libraries and set by Prospectus, not by a person."""


def document(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def variables() -> set[str]:
    """Names in the sources that look like variables of ours, and all that `os.environ` is asked for."""
    found: set[str] = set()
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        tree = ast.walk(ast.parse(text)) if "PROSPECTUS_" in text else ()
        strings = {node.value for node in tree if isinstance(node, ast.Constant)}
        found |= {s for s in strings if isinstance(s, str) and re.fullmatch(r"PROSPECTUS_[A-Z_]+", s)}
        found |= set(re.findall(r"environ(?:\.get|\.setdefault)?[(\[]\s*\"([A-Z_]+)\"", text))
    return found - LIBRARY_VARIABLES


def commands() -> Iterator[str]:
    """Every command as it is typed."""
    group = get_command(app)
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from (f"prospectus {name} {inner}" for inner in command.commands)
        else:
            yield f"prospectus {name}"


def test_every_environment_variable_is_documented() -> None:
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", document("operations.md"), re.MULTILINE))
    assert listed == variables()


def test_every_command_is_documented_and_no_other() -> None:
    known = set(commands())
    assert len(known) > 15
    lines = re.findall(r"^\| `(prospectus [^`]+)`", document("cli.md"), re.MULTILINE)
    listed = {next((c for c in known if line == c or line.startswith(f"{c} ")), line) for line in lines}
    assert listed == known


def test_every_exit_code_is_documented() -> None:
    table = document("cli.md").split("## Exit codes")[1]
    assert {int(code): text for code, text in re.findall(r"^\| (\d+) \| (.+) \|$", table, re.MULTILINE)} == EXIT_CODES


@pytest.mark.parametrize("recipe", catalog.recipes().values(), ids=list(catalog.recipes()))
def test_every_recipe_and_setting_is_documented(recipe: Recipe) -> None:
    text = document("recipes.md")
    names = [field.name for field in dataclasses.fields(recipe.config)]
    assert [name for name in (recipe.name, *names) if f"`{name}`" not in text] == []


@pytest.mark.parametrize("forecaster", catalog.forecasters().values(), ids=list(catalog.forecasters()))
def test_every_forecaster_and_setting_is_documented(forecaster: Forecaster) -> None:
    text = document("forecasting.md")
    names = [field.name for field in dataclasses.fields(forecaster.config)]
    assert [name for name in (forecaster.name, *names) if f"`{name}`" not in text] == []


@pytest.mark.parametrize("routine", catalog.routines().values(), ids=list(catalog.routines()))
def test_every_routine_and_setting_is_documented(routine: Routine) -> None:
    text = document("routines.md")
    names = [field.name for field in dataclasses.fields(routine.config)]
    assert [name for name in (routine.name, *names) if f"`{name}`" not in text] == []


def test_every_task_and_page_is_documented() -> None:
    assert all(f"`{name}`" in document("recipes.md") for name in catalog.tasks())
    assert all(f"`{name}`" in document("pages.md") for name in pages())


def test_every_document_is_reached_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in DOCS.glob("*.md") if f"docs/{path.name}" not in readme] == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for path in (ROOT / "README.md", *DOCS.glob("*.md")):
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
            if not target.startswith("http") and not (path.parent / target).exists():
                broken.append(f"{path.name}: {target}")
    assert broken == []


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_no_file_names_a_place_of_one_machine() -> None:
    """No absolute path of a home or working folder, no package index, no login."""
    # written so that this file does not find itself
    patterns = [
        "/" + "work/",
        "/" + "root/",
        r"(?<!var)/" + r"home/\w+/",
        "index" + "-url",
        "pypi" + r"\.org",
        "find" + "-links",
    ]
    pattern = re.compile("|".join([*patterns, "//" + r"[^/\s]+:[^/\s@]+@(?!host)"]))
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in pattern.finditer(text)]
    assert found == []


def test_what_is_installed_is_pinned() -> None:
    """Every requirement names one version, the constraints agree, and none is of one machine's build."""
    pins = {}
    for name in (
        "constraints.txt",
        "requirements.txt",
        "requirements-dev.txt",
        "requirements-gpu.txt",
        "requirements-samples.txt",
    ):
        for line in (ROOT / name).read_text().splitlines():
            text = line.split("#")[0].strip()
            if not text or text.startswith("-r "):
                continue
            package, exact, version = text.partition("==")
            assert exact and "+" not in version, f"{name}: {line}"
            assert pins.setdefault(package.lower(), version) == version, f"{name}: {line}"
