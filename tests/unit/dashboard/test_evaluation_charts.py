"""Pictures of evaluation say what their figures say: reliability, slices, confusion difference, trade-off."""

from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.components.charts.confusion import confusion_difference
from dashboard.components.charts.groups import Point, Series, grouped_dots
from dashboard.components.charts.pareto import Choice, pareto
from dashboard.components.charts.reliability import Curve, reliability
from dashboard.components.compare_page import run_places
from dashboard.components.disagreement import answer_lines
from dashboard.components.ink import DARK, LIGHT, rgba
from dashboard.components.slices import p_words
from dashboard.components.tradeoff import front_sentence
from engine.evaluation.calibration import Bin

BINS = (Bin(0.6, 0.5, 0.35, 0.65, 40), Bin(0.9, 0.95, 0.85, 0.99, 40))


def axes_of(figure: Any, name: str) -> list[Any]:
    return [getattr(figure.layout, key) for key in figure.layout.to_plotly_json() if key.startswith(name)]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 10])
def test_reliability_panels_share_their_axes_and_never_overlap(count: int) -> None:
    figure = reliability([Curve(f"run-{i}", BINS, i) for i in range(count)], theme=LIGHT)
    xs, ys = axes_of(figure, "xaxis"), axes_of(figure, "yaxis")
    assert len(xs) == len(ys) == count
    assert len({tuple(x.range) for x in xs}) == len({tuple(y.range) for y in ys}) == 1
    panels = [(tuple(x.domain), tuple(y.domain)) for x, y in zip(xs, ys, strict=True)]
    for index, (across, up) in enumerate(panels):
        assert 0 <= across[0] < across[1] <= 1.0001 and 0 <= up[0] < up[1] <= 1.0001
        for other_across, other_up in panels[index + 1 :]:
            beside = across[1] <= other_across[0] + 1e-9 or other_across[1] <= across[0] + 1e-9
            apart = up[1] <= other_up[0] + 1e-9 or other_up[1] <= up[0] + 1e-9
            assert beside or apart
    assert [a.text for a in figure.layout.annotations] == [f"<b>run-{i}</b>" for i in range(count)]


def test_reliability_shows_each_bin_with_its_interval() -> None:
    figure = reliability([Curve("<i>run</i>", BINS, 0)], theme=DARK)
    (curve,) = [trace for trace in figure.data if trace.error_y.array is not None]
    assert list(curve.x) == [0.6, 0.9]
    assert list(curve.y) == [0.5, 0.95]
    assert list(curve.error_y.array) == pytest.approx([0.15, 0.04])
    assert list(curve.error_y.arrayminus) == pytest.approx([0.15, 0.10])
    assert "<i>" not in curve.hovertext[0]


def test_slices_stand_below_each_other_and_few_rows_are_hollow() -> None:
    one = Series("a", [Point(90, 85, 94), Point(70, 40, 90, pale=True)], 0)
    other = Series("b", [Point(80, 75, 84), None], 2)
    figure = grouped_dots(["short", "long"], [one, other], "%", mark=85.0, theme=LIGHT)
    marks = [trace for trace in figure.data if trace.mode == "markers"]
    assert [list(trace.x) for trace in marks] == [[90, 70], [80]]
    assert marks[0].y[0] > marks[1].y[0] > marks[0].y[1]
    assert list(marks[0].marker.color) == [LIGHT.series[0], LIGHT.paper]
    low, high = figure.layout.xaxis.range
    assert low < 40 and high > 94


def test_a_confusion_difference_is_orange_against_blue_around_zero() -> None:
    figure = confusion_difference(["no", "yes"], [[0.3, -0.3], [-0.02, 0.02]], theme=LIGHT)
    (heat,) = figure.data
    assert (heat.zmin, heat.zmax) == (-0.3, 0.3)
    (small,) = confusion_difference(["no", "yes"], [[0.01, -0.01], [0, 0]], theme=LIGHT).data
    assert small.zmax == 0.1  # a point is not drawn as if it were the world
    assert heat.colorscale[0][1].startswith(rgba(LIGHT.series[1], 0.5)[:10])
    assert heat.colorscale[2][1].startswith(rgba(LIGHT.series[0], 0.5)[:10])
    assert [a.text for a in figure.layout.annotations] == ["+30.0", "−30.0", "−2.0", "+2.0"]


def test_a_beaten_run_is_hollow_and_a_slow_one_large() -> None:
    choices = [Choice("fast", 0.1, 0.9, 0.88, 0.92, 0, 11.0), Choice("slow", 0.3, 0.8, 0.7, 0.9, 1, 30.0, beaten=True)]
    figure = pareto(choices, "cost", "quality", stair=False, theme=LIGHT)
    marks = [trace.marker for trace in figure.data if trace.mode == "markers"]
    assert [mark.size for mark in marks] == [11.0, 30.0]
    assert [mark.color for mark in marks] == [LIGHT.series[0], LIGHT.paper]
    assert not [t for t in figure.data if t.mode == "lines" and t.line.dash == "dot" and t.x]


def test_runs_keep_their_recipes_colours_unless_recipes_repeat() -> None:
    def rows(*recipes: str) -> list[Any]:
        return [SimpleNamespace(recipe=recipe) for recipe in recipes]

    assert run_places(rows("lora", "baseline", "few_shot")) == [0, None, 2]
    assert run_places(rows("lora", "lora", "baseline")) == [0, 1, 2]
    assert run_places(rows(*["baseline"] * 7)) == [0, 1, 2, 3, 4, None, None]


def test_answers_are_grouped_the_right_one_first_and_escaped() -> None:
    row: Any = SimpleNamespace(true="yes", answers=("no*", "yes", "no*"), probabilities=(0.7, 0.55, 0.999))
    lines = answer_lines(row, ["a", "b_1", "c"])
    assert lines == [":green[✓] **yes** :gray[b\\_1 55%]", ":red[✗] **no\\*** :gray[a 70%, c \\>99%]"]


def test_the_front_is_said_in_words() -> None:
    def placed(label: str, on_front: bool | None) -> Any:
        standing = None if on_front is None else SimpleNamespace(on_front=on_front)
        return SimpleNamespace(row=SimpleNamespace(label=label), standing=standing)

    assert front_sentence([placed("a", True), placed("b", False)]) == "**Nothing beats a\\.** 1 run is beaten\\."
    assert "No run is beaten" in front_sentence([placed("a", True), placed("b", True)])
    assert "latency limit" in front_sentence([placed("a", None), placed("b", None)])


def test_small_chances_are_not_rounded_to_nothing() -> None:
    assert [p_words(p) for p in (0.0004, 0.001, 0.0346, 1.0)] == ["p < 0.001", "p = 0.001", "p = 0.035", "p = 1.000"]
