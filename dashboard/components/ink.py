"""The colours of the look, by meaning, for the light and the dark theme.

Every series colour is at least 3:1 on its background and told apart by normal, deutan, protan and tritan sight.
"""

from dataclasses import dataclass
from functools import cache

from engine.evidence import Grade

STAGE_COLOURS = ("slate", "violet", "blue", "teal", "slate")
"""In the order of `engine.spec.STAGES`."""


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of one theme. `series` are told by place: 1 to 5; slate is all that is not the point."""

    paper: str
    text: str
    muted: str
    grid: str
    line: str
    """Hairlines inside pictures and borders."""
    slate: str
    faint: str
    """Slate for large areas, such as the bars of classes that did not win."""
    series: tuple[str, str, str, str, str]
    grades: tuple[str, str, str, str]
    """In the order of `engine.evidence.GRADES`."""
    better: str
    worse: str

    @property
    def blue(self) -> str:
        """Build, the first series, and the one highlighted."""
        return self.series[0]

    def grade(self, grade: Grade) -> str:
        """Chart colour of a grade."""
        from engine.evidence import GRADES

        return self.grades[GRADES.index(grade)]

    def stage(self, stage: str) -> str:
        """Bubble colour of a stage."""
        from engine.spec import STAGES

        name = STAGE_COLOURS[STAGES.index(stage)]
        return {"slate": self.slate, "violet": self.series[4], "blue": self.series[0], "teal": self.series[2]}[name]

    def series_colour(self, place: int | None) -> str:
        """Colour of a series by its place from 0; None is slate."""
        return self.slate if place is None else self.series[place % len(self.series)]


LIGHT = Ink(
    paper="#FFFFFF",
    text="#10171F",
    muted="#4A5566",
    grid="#E9EDF3",
    line="#CBD3DE",
    slate="#6F7B8A",
    faint="#B0B7C0",
    series=("#3461B5", "#E1650F", "#15A4A2", "#9F4653", "#A07AFF"),
    grades=("#3461B5", "#A07AFF", "#6F7B8A", "#B07D00"),
    better="#0E8A72",
    worse="#C23A2B",
)
DARK = Ink(
    paper="#0F141C",
    text="#E4E9F0",
    muted="#A9B4C3",
    grid="#232B37",
    line="#3A4656",
    slate="#8E99A8",
    faint="#4B5665",
    series=("#4F83F1", "#EC8F3C", "#33D6B5", "#BE5F80", "#BBA6FF"),
    grades=("#4F83F1", "#BBA6FF", "#8E99A8", "#E3B84C"),
    better="#2FBF9F",
    worse="#F07A6A",
)
RECIPE_PLACES = {"lora": 0, "full": 1, "few_shot": 2, "zero_shot": 4, "distill": 3}
"""A recipe keeps its colour on every page; the baseline is slate."""


def ink() -> Ink:
    """The colours of the reader's theme."""
    import streamlit as st

    return DARK if st.context.theme.type == "dark" else LIGHT


def on_phone() -> bool:
    """Whether the reader's browser calls itself mobile; charts place their labels by it."""
    import streamlit as st

    return "Mobi" in (st.context.headers.get("User-Agent") or "")


@cache
def rgba(colour: str, alpha: float) -> str:
    """A hex colour with opacity."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


def recipe_place(recipe: str) -> int | None:
    """Series place of a recipe; None (slate) for the baseline and for a recipe without a colour of its own."""
    return RECIPE_PLACES.get(recipe)
