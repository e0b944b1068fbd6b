"""Colours, marks and interval bars as LOOK asks for them."""

import itertools
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

from dashboard.components.badges import STATE_NAMES, grade_badge, grade_mark
from dashboard.components.bars import Scale, interval_bar, scale_over
from dashboard.components.ink import DARK, LIGHT, Ink
from engine.evidence import GRADES
from engine.spec import RUN_STATES, STAGES, VERDICTS
from engine.wording.names import GRADE_NAMES, STAGE_NAMES, VERDICT_NAMES

CONFIG = tomllib.loads((Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text())
# Machado, Oliveira, Fernandes, A Physiologically-based Model for Simulation of Color Vision Deficiency (2009), and for
# tritan sight, where that model is weak, Brettel, Vienot, Mollon (1997): one matrix on each side of a plane.
SIGHTS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.01277, 0.13548, -0.14826), (-0.01243, 0.86812, 0.14431), (0.07589, 0.80500, 0.11911)),
}
TRITAN_BEYOND = ((0.93678, 0.18979, -0.12657), (0.06154, 0.81526, 0.12320), (-0.37562, 1.12767, 0.24796))
TRITAN_PLANE = (0.03901, -0.02788, -0.01113)


def linear(colour: str) -> list[float]:
    """Linear RGB of a hex colour (IEC 61966-2-1)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    lights = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in map(linear, (one, other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def oklab(colour: str, sight: str) -> list[float]:
    """OKLab (Ottosson 2020) x 100 of a colour as somebody with this sight sees it."""
    rgb = linear(colour)
    beyond = sight == "tritan" and sum(w * c for w, c in zip(TRITAN_PLANE, rgb, strict=True)) < 0
    rows = TRITAN_BEYOND if beyond else SIGHTS[sight]
    seen = [max(0.0, min(1.0, sum(w * c for w, c in zip(row, rgb, strict=True)))) for row in rows]
    to_lms = ((0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566),
              (0.0883024619, 0.2817188376, 0.6299787005))  # fmt: skip
    to_lab = ((0.2104542553, 0.7936177850, -0.0040720468), (1.9779984951, -2.4285922050, 0.4505937099),
              (0.0259040371, 0.7827717662, -0.8086757660))  # fmt: skip
    lms = [sum(w * c for w, c in zip(row, seen, strict=True)) ** (1 / 3) for row in to_lms]
    return [100 * sum(w * c for w, c in zip(row, lms, strict=True)) for row in to_lab]


def distance(one: str, other: str, sight: str) -> float:
    """Euclidean distance in OKLab x 100."""
    pairs = zip(oklab(one, sight), oklab(other, sight), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


@pytest.mark.parametrize("paint", [LIGHT, DARK], ids=["light", "dark"])
def test_every_chart_colour_stands_out_from_its_background(paint: Ink) -> None:
    for colour in (*paint.series, *paint.grades, paint.slate, paint.better, paint.worse):
        assert contrast(colour, paint.paper) >= 3.0, colour
    for colour in (paint.text, paint.muted):
        assert contrast(colour, paint.paper) >= 4.5, colour


@pytest.mark.parametrize(("paint", "least"), [(LIGHT, 14), (DARK, 10)], ids=["light", "dark"])
@pytest.mark.parametrize("sight", SIGHTS)
def test_series_are_told_apart_by_every_sight(paint: Ink, least: int, sight: str) -> None:
    closest = min(distance(a, b, sight) for a, b in itertools.combinations(paint.series, 2))
    # Teal and violet are 8.4 apart for tritan sight (1 in 10,000 people); names stand at the marks besides.
    assert closest >= (8 if sight == "tritan" else least), f"{closest:.1f}"


@pytest.mark.parametrize(("paint", "theme"), [(LIGHT, "light"), (DARK, "dark")], ids=["light", "dark"])
def test_charts_and_theme_share_their_colours(paint: Ink, theme: str) -> None:
    colours = CONFIG["theme"][theme]
    assert tuple(colours["chartCategoricalColors"]) == paint.series
    assert (colours["backgroundColor"], colours["textColor"]) == (paint.paper, paint.text)


def test_nothing_is_sent_or_watched() -> None:
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["server"]["fileWatcherType"] == "none"
    assert CONFIG["client"]["showErrorDetails"] == "none"


def test_every_word_of_the_kernel_has_its_name() -> None:
    assert len(GRADE_NAMES) == len(GRADES)
    assert len(STAGE_NAMES) == len(STAGES)
    assert len(STATE_NAMES) == len(RUN_STATES)
    assert len(VERDICT_NAMES) == len(VERDICTS)


def test_grades_differ_by_mark_and_word_never_by_colour_alone() -> None:
    assert len({grade_mark(grade) for grade in GRADES}) == len(GRADES)
    assert grade_badge("measured") == ":blue-badge[● measured]"


def svg(**given: object) -> str:
    """The picture of a bar over 0 to 100."""
    settings: dict[str, object] = {"value": 50.0, "low": 40.0, "high": 60.0, "grade": "measured"}
    settings |= given
    uri = interval_bar(scale=Scale(0, 100), theme=LIGHT, **settings)  # type: ignore[arg-type]
    assert uri.startswith("data:image/svg+xml,")
    return unquote(uri)


def test_facts_are_filled_and_inference_is_dashed() -> None:
    assert "stroke-dasharray" not in svg() and 'fill-opacity=".38"' in svg()
    assert "stroke-dasharray" in svg(grade="assumed") and 'fill-opacity=".10"' in svg(grade="assumed")


def test_the_narrowest_band_shows_beside_its_mark() -> None:
    width = float(re.search(r'<rect [^>]*width="([\d.]+)"', svg(low=49.999, high=50.001)).group(1))  # type: ignore[union-attr]
    assert width > 2 * 3.4


def test_a_value_without_interval_draws_no_band_and_none_draws_the_track_alone() -> None:
    assert "<rect" not in svg(low=None, high=None)
    assert "circle" not in svg(value=None, low=None, high=None)


def test_a_log_scale_places_decades_evenly() -> None:
    scale = Scale(0.001, 10, log=True)
    assert [round(scale.place(x), 2) for x in (0.001, 0.01, 0.1, 1, 10)] == [0, 0.25, 0.5, 0.75, 1]
    assert scale_over([None, 0.01, 1.0], log=True).log
    assert scale_over([None]).place(0.5) == 0.5
