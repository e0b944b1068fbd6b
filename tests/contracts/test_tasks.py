"""What every task promises. A new task is covered by being there."""

from pathlib import Path

import pytest

from engine import catalog
from engine.evidence import MEASURES
from engine.spec import Task

TASKS = list(catalog.tasks().values())
DOCUMENT = Path(__file__).parents[2] / "docs" / "recipes.md"


@pytest.fixture(params=TASKS, ids=[t.name for t in TASKS])
def task(request: pytest.FixtureRequest) -> Task:
    found: Task = request.param
    return found


def test_it_has_words_for_people(task: Task) -> None:
    assert task.name.isidentifier()
    assert task.title
    assert task.summary.endswith(".")


def test_its_measures_are_in_the_vocabulary(task: Task) -> None:
    assert task.deciding_measures
    assert set(task.deciding_measures) <= MEASURES.keys()
    assert all(MEASURES[m].group == "quality" for m in task.deciding_measures)


def test_a_recipe_serves_it(task: Task) -> None:
    assert catalog.recipes_for(task.name)


def test_the_documentation_names_it(task: Task) -> None:
    assert f"`{task.name}`" in DOCUMENT.read_text()
