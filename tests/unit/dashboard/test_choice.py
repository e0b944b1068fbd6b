"""Which run is best for its cost: the cheapest of those that the data cannot tell from the best."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.components.choice import best_sentence, place_runs
from dashboard.components.compare import bounds
from dashboard.components.demo_card import example_names, starting_pair
from dashboard.components.live import smoothed
from dashboard.formats import NBSP
from engine.errors import StoredFileError
from engine.evaluation.paired import Paired

F1 = "quality.f1_macro"


def run(name: str, value: float, recipe: str = "lora") -> Any:
    score = SimpleNamespace(value=value, low=value - 0.02, high=value + 0.02, n=100, baseline=0.3)
    return SimpleNamespace(id=name, label=name, recipe=recipe, validation={F1: score}, latency={})


def judge(rows: Sequence[Any]) -> Any:
    """A comparison in which 0.03 decides."""
    values = {row.id: row.validation[F1].value for row in rows}

    def compare(ids: tuple[str, ...]) -> Any:
        found = []
        for one in ids:
            gap = values[one] - values[ids[0]]
            verdict = "no_difference" if abs(gap) < 0.03 else "better" if gap > 0 else "worse"
            p = 0.5 if verdict == "no_difference" else 0.001
            paired = Paired(F1, gap, gap - 0.03 + 1e-9, gap + 0.03 - 1e-9, verdict, p, 100, p, p)  # type: ignore[arg-type]
            found.append(SimpleNamespace(row=SimpleNamespace(id=one), against_first=paired if one != ids[0] else None))
        return SimpleNamespace(runs=found)

    return compare


@pytest.mark.parametrize(
    ("costs", "reference"),
    [
        ({"a": 1.0, "b": 0.3, "c": 0.001}, "b"),
        ({"a": 1.0, "b": 0.95, "c": 0.001}, "a"),
        ({"a": 1.0, "b": None, "c": 0.001}, "a"),
        ({"a": None, "b": 0.3, "c": 0.001}, "b"),
        ({"a": None, "b": None, "c": None}, "a"),
    ],
)
def test_an_equal_run_is_preferred_when_it_is_clearly_cheaper(costs: dict[str, float | None], reference: str) -> None:
    rows = [run("a", 0.90), run("b", 0.89), run("c", 0.70)]
    placed = place_runs(rows, F1, judge(rows), costs.__getitem__)
    assert [one.row.id for one in placed if one.reference] == [reference]
    assert [one.paired is None for one in placed] == [one.reference for one in placed]


def test_the_answer_names_the_reference_and_never_calls_an_equal_run_better() -> None:
    rows = [run("a", 0.90), run("b", 0.89)]
    said = best_sentence(place_runs(rows, F1, judge(rows), {"a": 1.0, "b": 0.3}.__getitem__), F1)
    assert said.startswith("**b**")
    assert "no difference" in said
    assert "better" not in said


def test_without_readable_answers_no_run_is_called_better_or_worse() -> None:
    def broken(ids: tuple[str, ...]) -> Any:
        raise StoredFileError("damaged")

    rows = [run("a", 0.90), run("b", 0.80)]
    placed = place_runs(rows, F1, broken, lambda name: 1.0)
    assert all(one.paired is None for one in placed)
    assert "leads with" in best_sentence(placed, F1)
    assert "worse" not in best_sentence(placed, F1)


def test_one_run_and_none() -> None:
    rows = [run("a", 0.90)]
    assert "only finished run" in best_sentence(place_runs(rows, F1, judge(rows), lambda name: None), F1)
    assert "Nothing is finished yet" in best_sentence([], F1)


def test_a_demo_begins_with_the_adopted_run_beside_the_baseline() -> None:
    rows = [run("a", 0.9), run("b", 0.8), run("c", 0.7, "baseline")]
    assert starting_pair(rows, (None, "b"), None) == (1, 2)
    assert starting_pair(rows, ("a", "b"), "b") == (0, 1)
    assert starting_pair(rows, ("gone", None), "gone") == (0, 2)
    assert starting_pair(rows[2:], (None, None), None) == (0, None)


def test_examples_of_one_label_are_numbered() -> None:
    assert example_names(["no", "no", "yes"]) == ["no", "no 2", "yes"]


def test_smoothing_keeps_the_level_and_drops_the_noise() -> None:
    assert smoothed([]) == []
    assert smoothed([3.0, 1.0]) == [3.0, 1.0]
    noisy = [1.0 + (-1) ** i for i in range(240)]
    assert len(smoothed(noisy)) == 240 - 20 + 1
    assert all(abs(mean - 1.0) < 1e-9 for mean in smoothed(noisy))


def test_an_interval_without_zero_never_shows_zero_as_its_end() -> None:
    assert (
        bounds(Paired(F1, -0.08, -0.148, -0.0003, "worse", 0.01, 100, 0.01, 0.01)).replace(NBSP, " ")
        == "−14.80 to −0.03"
    )
    assert (
        bounds(Paired(F1, -0.08, -0.148, 0.0003, "no_difference", 0.1, 100, 0.1, 0.1)).replace(NBSP, " ")
        == "−14.8 to 0.0"
    )
    assert bounds(Paired(F1, 0.02, 0.011, 0.03, "better", 0.01, 100, 0.01, 0.01)).replace(NBSP, " ") == "+1.1 to +3.0"
