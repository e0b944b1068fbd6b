"""Charts say what their data says, and labels keep off marks."""

import itertools

import pytest

from dashboard.components.charts import cost_curves as curves
from dashboard.components.charts.bars import balance_bars, probability_bars
from dashboard.components.charts.confusion import confusion
from dashboard.components.charts.dots import Dot, dot_plot
from dashboard.components.charts.labels import Box, Mark, label_box, place
from dashboard.components.charts.lines import Line, line_chart
from dashboard.components.charts.matrix import Bubble, diameters, matrix
from dashboard.components.charts.pareto import Choice, front, pareto
from dashboard.components.charts.radar import Blip, spots
from dashboard.components.charts.template import broken, log_ticks
from dashboard.components.ink import DARK, LIGHT

SIZE = (430.0, 320.0)


def bubble(name: str, cost: float, score: float, *, area: float | None = 1.0, stage: str = "idea") -> Bubble:
    return Bubble(name, stage, cost, cost * 0.8, cost * 1.3, score, score - 0.1, score + 0.1, area, measured=True)


def test_labels_hit_neither_marks_nor_each_other() -> None:
    marks = [
        Mark(x, y, 14, ("Some product", "idea"), (x - 0.02, x + 0.02, y - 0.04, y + 0.04))
        for x, y in itertools.product((0.25, 0.5, 0.75), (0.3, 0.55, 0.8))
    ]
    spots = place(marks, SIZE)
    boxes = [label_box(mark, spot, SIZE) for mark, spot in zip(marks, spots, strict=True)]
    for one, other in itertools.combinations(boxes, 2):
        assert one.overlap(other) == 0
    for box in boxes:
        assert box.outside(*SIZE) == 0
        for mark in marks:
            x, y = mark.x * SIZE[0], (1 - mark.y) * SIZE[1]
            assert box.overlap(Box(x - 14, y - 14, x + 14, y + 14)) == 0


def test_a_lone_label_stands_to_the_right_and_at_the_edge_to_the_left() -> None:
    middle, edge = Mark(0.5, 0.5, 10, ("Idea",)), Mark(0.98, 0.5, 10, ("Idea",))
    assert [place([mark], SIZE)[0].side for mark in (middle, edge)] == ["right", "left"]


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("Review insight", 1),
        ("Catalogue photo sorting", 2),
        ("中文评论情感分析产品", 1),
        ("一二三四五六七八九十一二三四五六七八", 2),
    ],
)
def test_long_labels_break_in_two(label: str, lines: int) -> None:
    assert len(broken(label)) == lines


def test_log_axes_tick_1_and_3() -> None:
    assert log_ticks(0.009, 3.5) == pytest.approx([0.01, 0.03, 0.1, 0.3, 1, 3])


def test_areas_are_proportional_to_money() -> None:
    small, large, unknown = diameters([25.0, 100.0, None])
    assert (large / small) ** 2 == pytest.approx(4)
    assert unknown == min(small, large, unknown)


def test_the_matrix_names_every_idea_and_every_stage_once() -> None:
    figure = matrix(
        [bubble("Review insight", 0.03, 1.1), bubble("Mail <b>", 0.01, 0.4, stage="stopped")], "x", "y", theme=LIGHT
    )
    names = [note.text for note in figure.layout.annotations]
    assert "Review insight" in names and "Mail &lt;b&gt;" in names
    assert [trace.name for trace in figure.data if trace.name] == ["idea", "stopped"]
    assert figure.layout.showlegend


def test_the_stair_holds_what_nothing_beats() -> None:
    choices = [Choice(n, c, q, None, None) for n, c, q in (("a", 1, 0.7), ("b", 2, 0.6), ("c", 3, 0.9), ("d", 3, 0.8))]
    assert [choice.name for choice in front(choices)] == ["a", "c"]
    assert pareto(choices, "x", "y", theme=DARK).data[0].line.shape == "hv"


def test_a_dot_plot_draws_interval_value_and_baseline() -> None:
    figure = dot_plot([Dot("run", 91.2, 89.6, 92.7, "91.2")], "Macro F1 (%)", baseline=50.0, theme=LIGHT)
    assert list(figure.data[0].x) == [89.6, 92.7]
    assert figure.layout.shapes[0].x0 == 50.0


def test_end_labels_of_lines_keep_apart() -> None:
    figure = line_chart([Line("a", [1, 2], [0.5, 0.4]), Line("b", [1, 2], [0.5, 0.401])], "Step", "Loss", theme=LIGHT)
    heights = sorted(note.y for note in figure.layout.annotations)
    low, high = figure.layout.yaxis.range
    assert heights[1] - heights[0] >= 0.07 * (high - low)


def test_one_point_is_drawn_as_a_mark_and_no_points_as_an_empty_plot() -> None:
    assert line_chart([Line("a", [1], [0.5])], "x", "y", theme=LIGHT).data[0].mode == "lines+markers"
    assert len(line_chart([Line("a", [], [])], "x", "y", theme=LIGHT).data) == 0


def test_the_winner_alone_has_the_models_colour() -> None:
    figure = probability_bars(["no", "yes"], [0.2, 0.8], place=1, theme=LIGHT)
    assert list(figure.data[0].marker.color) == [LIGHT.series[1], LIGHT.faint]
    assert [note.text for note in figure.layout.annotations] == ["80.0%", "20.0%"]


def test_a_thousand_classes_are_cut_to_the_most_frequent() -> None:
    figure = balance_bars([str(i) for i in range(1000)], list(range(1000)), most=12, theme=LIGHT)
    assert (max(figure.data[0].x), len(figure.data[0].x)) == (999, 12)


def test_the_confusion_matrix_shades_by_row_and_leaves_many_counts_to_the_hover() -> None:
    small = confusion(["no", "yes"], [[8, 2], [0, 0]], theme=LIGHT)
    assert [list(row) for row in small.data[0].z] == [[0.8, 0.2], [0.0, 0.0]]
    assert len(small.layout.annotations) == 4
    assert not confusion([str(i) for i in range(30)], [[1] * 30] * 30, theme=LIGHT).layout.annotations


def test_signals_of_one_cell_of_the_radar_stand_apart_and_stay_when_another_comes() -> None:
    blips = [Blip(number, "", sector, 0, 1, up=True) for number in range(9) for sector in (1, 2)]
    placed = [spot for _blip, spot in spots(blips, 3)]
    assert placed[:6] == [spot for _blip, spot in spots(blips[:6], 3)]
    apart = [max(abs(a[0] - b[0]) / 2, abs(a[1] - b[1])) for i, a in enumerate(placed) for b in placed[:i]]
    assert min(apart) > 0.06  # of the radius: 10 px of 140, a mark with its number is 17 high and twice as wide


def test_lines_that_leave_the_picture_are_named_in_a_legend() -> None:
    costs = (0.01, 1.0, 100.0)
    stay, leave = (curves.Line(name, costs, cash) for name, cash in (("A", (9e3, 8e3, 7e3)), ("B", (9e3, 0.0, -9e6))))
    both, alone = (curves.cost_curves(lines, (1.0, 0.5, 2.0), theme=LIGHT) for lines in ([stay, leave], [stay]))
    assert both.layout.showlegend and [trace.name for trace in both.data] == ["A", "B"]
    assert len(both.layout.annotations) == 1, "today alone"
    assert not alone.layout.showlegend and {"A"} < {each.text for each in alone.layout.annotations}
