"""What came of a decision, held against what it rested on."""

from typing import Literal

from engine.errors import N_
from engine.evidence import Direction
from engine.interval import Interval

CAME = ("better", "as_expected", "worse", "too_early")
CAME_NAMES = (N_("better than expected"), N_("as expected"), N_("worse than expected"), N_("too early to say"))
Change = Literal["better", "worse", "moved", "same", "new", "gone"]


def change(then: Interval | None, now: Interval | None, direction: Direction) -> Change:
    """How a figure moved: only a move beyond both intervals counts as one. `moved` is neither good nor bad."""
    if then is None or now is None:
        return "new" if then is None else "gone"
    if then.low <= now.high and now.low <= then.high:
        return "same"
    if direction == "none":
        return "moved"
    return "better" if (now.value > then.value) == (direction == "higher") else "worse"
