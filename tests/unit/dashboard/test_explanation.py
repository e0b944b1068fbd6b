"""Explanations as they are drawn: escaped, two-sided, never by colour alone, and with the method in words."""

import io
from urllib.parse import unquote

import numpy as np
import pytest

from dashboard.components import explanation as drawn
from dashboard.components.explanation_picture import overlay, places
from dashboard.components.ink import DARK, LIGHT
from engine.explanation.results import PictureExplanation, Piece, Term, TextExplanation


def explained(*pieces: tuple[str, float | None], **changes: object) -> TextExplanation:
    fields = {
        "method": "linear",
        "figure": "score",
        "label": "good",
        "probability": 0.9,
        "value": 1.5,
        "base": 0.5,
        "gap": 0.0,
        "pieces": tuple(Piece(*piece) for piece in pieces),
        "terms": tuple(Term(text, value) for text, value in pieces if value),
    }
    return TextExplanation(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("paint", [LIGHT, DARK], ids=["light", "dark"])
def test_words_for_and_against_differ_in_line_and_colour(paint: drawn.Ink) -> None:
    html = drawn.coloured(explained(("lovely", 2.0), (" ", None), ("zip", -1.0), (" and", 0.0)), paint)
    lovely, zip = html.split("</span>")[:2]
    assert f"solid {paint.blue}" in lovely and 'title="+2.00"' in lovely
    assert f"dotted {paint.series[1]}" in zip and 'title="−1.00"' in zip
    assert html.endswith(" and</div>")
    assert all(word in drawn.legend(paint) for word in ("solid", "dotted", "spoke for it", "spoke against it"))


def test_what_people_wrote_is_escaped() -> None:
    html = drawn.coloured(explained(("<script>alert(1)</script>", 1.0), ("<b>", None)), LIGHT)
    assert "<script>" not in html and "<b>" not in html
    assert "&lt;script&gt;" in html


def test_a_long_text_is_cut_where_it_says_so() -> None:
    html = drawn.coloured(explained(*[("word ", 1.0)] * 1_000), LIGHT)
    assert html.count("word") == drawn.MOST_CHARS // 5
    assert html.endswith("…</div>")


def test_bars_point_to_their_side() -> None:
    up, down = (unquote(drawn.two_sided_bar(value, 2.0, LIGHT)) for value in (2.0, -1.0))
    assert 'x="48.0"' in up and 'width="44.0"' in up and LIGHT.blue in up
    assert 'x="26.0"' in down and 'width="22.0"' in down and LIGHT.series[1] in down


def test_the_method_its_sum_and_its_limits_are_said() -> None:
    exact = " ".join(drawn.said(explained(("a", 1.0))))
    assert "Exact" in exact and "Start +0.50, words +1.00, together +1.50." in exact
    assert "accounted to no word" not in exact
    left = " ".join(drawn.said(explained(("a", 0.8), gap=0.2)))
    assert "+0.20 of it is accounted to no word." in left
    asked = " ".join(
        drawn.said(explained(("a", 1.0), method="occlusion", base=None, gap=None, words_each=3, words_read=9, words=12))
    )
    assert "3 words were left out at a time" in asked and "first 9 of 12 words" in asked


def test_a_picture_is_blue_where_it_speaks_for_and_orange_where_against() -> None:
    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(np.full((20, 40, 3), 128, dtype=np.uint8)).save(content, "PNG")
    found = PictureExplanation("occlusion_pixels", "cat", 0.9, 2.2, ((2.0, 0.0, 0.0, -2.0), (0.0, 0.0, 0.0, 0.0)))
    pixels = np.asarray(Image.open(io.BytesIO(overlay(found, content.getvalue(), LIGHT)))).astype(int)
    assert pixels.shape == (180, 360, 3)
    red, green, blue = pixels[45, 45]
    assert blue > red + 20
    red, green, blue = pixels[45, 270 + 45]
    assert red > blue + 20
    assert len(set(pixels[150, 150])) == 1  # grey where nothing was lost
    assert green < 128
    assert "row 1, column 1: +2.00; row 1, column 4: −2.00" in places(found)
