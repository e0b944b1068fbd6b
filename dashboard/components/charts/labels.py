"""Where a label may stand beside its mark: right, left, below, above; the first place that hits nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

SIDES = ("right", "left", "below", "above", "right below", "right above", "left below", "left above")
FAR = (5.0, 15.0, 28.0)
"""Gaps between mark and label in px, tried in this order; from the second on a thin line leads to the mark."""
CHAR, WIDE_CHAR, LINE = 6.6, 13.0, 16.0
"""Width of a Latin and of a Chinese character and height of a line, in px at 13 px."""
INTERVAL_WEIGHT, LINE_WEIGHT = 6.0, 1.0
"""A label struck through by an interval is worse than its few shared px² say; a level may pass behind one."""
STRANGER = 300.0
"""Cost in px² of standing nearer to another mark than to one's own."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in px; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: "Box") -> float:
        """Shared area in px²."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    def outside(self, width: float, height: float) -> float:
        """How much of it lies outside a plot of this size, in px²."""
        inner = self.overlap(Box(0, 0, width, height))
        return (self.right - self.left) * (self.bottom - self.top) - inner


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark with its label's lines; places are shares of the plot (0 to 1, y upwards), sizes are px."""

    x: float
    y: float
    radius: float
    lines: tuple[str, ...]
    cross: tuple[float, float, float, float] | None = None
    """x_low, x_high, y_low, y_high of its interval lines, as shares."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a label stands: one of `SIDES`, `gap` px away from the mark's edge."""

    side: str
    gap: float

    def away(self, radius: float) -> float:
        """Distance of the label's near edge from the mark's centre along each axis it leaves on, in px."""
        return (0.7 * radius if " " in self.side else radius) + self.gap


SPOTS = tuple(Spot(side, gap) for gap in FAR for side in SIDES)
Segment = tuple[float, float, float, float]
"""x0, x1, y0, y1 of a line across or up the plot, as shares."""


def place(
    marks: Sequence[Mark], size: tuple[float, float], lines: Sequence[Segment] = (), rounds: int = 3
) -> list[Spot]:
    """A spot for each mark in a plot of `size` px, so that no label hits a mark, an interval, a line or a label.

    Where every spot hits something, the one that hits least. Later rounds move labels whose neighbours moved.
    """
    obstacles = _obstacles(marks, lines, size)
    chosen: dict[int, Spot] = {}
    for _round in range(rounds):
        before = dict(chosen)
        for index, mark in enumerate(marks):
            others = [label_box(marks[i], spot, size) for i, spot in chosen.items() if i != index]
            chosen[index] = _best(mark, marks, size, obstacles, others)
        if chosen == before:
            break
    return [chosen[index] for index in range(len(marks))]


def _best(
    mark: Mark,
    marks: Sequence[Mark],
    size: tuple[float, float],
    obstacles: Sequence[tuple[Box, float]],
    labels: Sequence[Box],
) -> Spot:
    least, best = float("inf"), SPOTS[0]
    for spot in SPOTS:
        box = label_box(mark, spot, size)
        cost = 4 * box.outside(*size) + sum(weight * box.overlap(found) for found, weight in obstacles)
        cost += sum(2 * box.overlap(label) for label in labels)
        cost += STRANGER * _is_stranger(box, mark, marks, size)
        if cost < 1e-6:
            return spot
        if cost < least:
            least, best = cost, spot
    return best


def label_box(mark: Mark, spot: Spot, size: tuple[float, float]) -> Box:
    """The rectangle of a mark's label in a plot of this size."""
    x, y = mark.x * size[0], (1 - mark.y) * size[1]
    width = max(sum(CHAR if c.isascii() else WIDE_CHAR for c in line) for line in mark.lines)
    height = LINE * len(mark.lines)
    left, top = x - width / 2, y - height / 2
    away = spot.away(mark.radius)
    if "right" in spot.side:
        left = x + away
    if "left" in spot.side:
        left = x - away - width
    if "below" in spot.side:
        top = y + away
    if "above" in spot.side:
        top = y - away - height
    return Box(left, top, left + width, top + height)


def _is_stranger(box: Box, mark: Mark, marks: Sequence[Mark], size: tuple[float, float]) -> bool:
    own = _distance(box, mark, size)
    return any(_distance(box, other, size) < own for other in marks if other is not mark)


def _distance(box: Box, mark: Mark, size: tuple[float, float]) -> float:
    x, y = mark.x * size[0], (1 - mark.y) * size[1]
    across = max(box.left - x, 0.0, x - box.right)
    up = max(box.top - y, 0.0, y - box.bottom)
    return math.hypot(across, up) - mark.radius


def _obstacles(marks: Sequence[Mark], lines: Sequence[Segment], size: tuple[float, float]) -> list[tuple[Box, float]]:
    found = []
    for mark in marks:
        x, y = mark.x * size[0], (1 - mark.y) * size[1]
        found.append((Box(x - mark.radius, y - mark.radius, x + mark.radius, y + mark.radius), 1.0))
        if mark.cross:
            x_low, x_high, y_low, y_high = mark.cross
            for line in ((x_low, x_high, mark.y, mark.y), (mark.x, mark.x, y_low, y_high)):
                found.append((_stroke(line, size), INTERVAL_WEIGHT))
    return found + [(_stroke(line, size), LINE_WEIGHT) for line in lines]


def _stroke(line: Segment, size: tuple[float, float]) -> Box:
    x0, x1, y0, y1 = line
    return Box(x0 * size[0] - 2, (1 - y1) * size[1] - 2, x1 * size[0] + 2, (1 - y0) * size[1] + 2)
