"""What a run is proposed to be for, and whose runs come first."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from dashboard.components.scope import scopes
from dashboard.components.teach import offered_ideas

SETS: Any = [
    SimpleNamespace(id=1, parent_id=None, products=("a",)),
    SimpleNamespace(id=2, parent_id=1, products=()),
    SimpleNamespace(id=3, parent_id=2, products=()),
    SimpleNamespace(id=4, parent_id=None, products=()),
]


@pytest.mark.parametrize(
    ("place", "offered"),
    [(0, ["a", None]), (1, ["a", None, "b"]), (2, ["a", None, "b"]), (3, [None, "a", "b"])],
    ids=["its own", "of its parent", "of its parent's parent", "of nobody"],
)
def test_a_version_is_proposed_to_the_idea_of_what_it_was_made_from(place: int, offered: list[str | None]) -> None:
    assert offered_ideas(cast(Any, SETS[place]), SETS, ["a", "b"]) == offered


def test_ideas_with_a_finished_run_come_before_those_that_wait() -> None:
    run: Any = lambda idea: SimpleNamespace(  # noqa: E731
        product_id=idea, product_slug=f"idea-{idea}", product_name="", dataset_id=7, dataset_name="d"
    )
    bar = SimpleNamespace(measure="quality.accuracy", latency_limit_ms=100.0)
    ideas: Any = [SimpleNamespace(id=idea, bar=bar, runs_complete=idea % 2) for idea in (1, 2, 3)]
    assert [scope.product_id for scope in scopes([run(2), run(3), run(1)], ideas)] == [3, 1, 2]
