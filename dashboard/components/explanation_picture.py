"""Where in a picture the answer came from: the picture in grey under a heat of blue and orange."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.explanation_legend import legend
from dashboard.components.ink import Ink, ink
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from engine.explanation.results import METHODS

if TYPE_CHECKING:
    from engine.explanation.results import PictureExplanation

SIDE = 360
"""Pixels that the longer side is drawn with."""
STRONGEST, DARKEST = 0.65, 80
NAMED = 3


def draw_picture(found: "PictureExplanation", image: bytes | Path) -> None:
    """Draw the picture with its heat, the strongest places in words, and the method."""
    import streamlit as st

    share = plain(formats.percent(found.probability))
    if found.method == "saliency":
        title = translate("Where it looked for *{label}* ({share})", label=plain(found.label, 40), share=share)
    else:
        title = translate("What spoke for *{label}* ({share})", label=plain(found.label, 40), share=share)
    st.markdown(f"**{title}**")
    if found.method != "saliency":
        st.html(legend(ink()))
    seen = translate("The picture under its heat, explained for {label}", label=found.label)
    st.image(overlay(found, image, ink()), output_format="PNG", alt=seen)
    st.markdown(note(plain(" ".join([places(found), _(METHODS[found.method])]))))


TINY = 4
"""Enlarged this much or more, a picture shows its pixels, as it does everywhere else, and is not blurred."""


def overlay(found: "PictureExplanation", image: bytes | Path, paint: Ink) -> bytes:
    """PNG: blue where the answer was spoken for, orange where against, the strongest patch of each framed."""
    import numpy as np
    from PIL import Image, ImageDraw

    with Image.open(io.BytesIO(image) if isinstance(image, bytes) else image) as opened:
        picture = opened.convert("RGB")
    share = SIDE / max(picture.size)
    size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
    picture = picture.resize(size, Image.Resampling.NEAREST if share >= TINY else Image.Resampling.BICUBIC)
    grid = np.array(found.grid, dtype=np.float32)
    heat = Image.fromarray(grid).resize(picture.size, Image.Resampling.NEAREST)
    values = np.asarray(heat)
    most = float(np.abs(grid).max(initial=0.0)) or 1.0
    # Lifted, so that a colour shows on black too.
    base = DARKEST + (255 - DARKEST) / 255 * np.asarray(picture.convert("L").convert("RGB"), dtype=np.float32)
    colours = np.where(values[..., None] > 0, _rgb(paint.blue), _rgb(paint.series[1]))
    alpha = STRONGEST * (np.abs(values) / most)[..., None]
    mixed = Image.fromarray((base * (1 - alpha) + colours * alpha).astype(np.uint8))
    if found.method != "saliency":
        _frame(ImageDraw.Draw(mixed), grid, mixed.size, paint)
    content = io.BytesIO()
    mixed.save(content, "PNG")
    return content.getvalue()


def places(found: "PictureExplanation") -> str:
    """The strongest cells in words."""
    if found.method == "saliency":
        return ""
    cells = [(value, y, x) for y, row in enumerate(found.grid) for x, value in enumerate(row)]
    strongest = sorted(cells, key=lambda cell: -abs(cell[0]))[:NAMED]
    named = [
        translate(
            "row {row}, column {column}: {value}", row=y + 1, column=x + 1, value=formats.number(value, 2, signed=True)
        )
        for value, y, x in strongest
    ]
    return translate(
        "Strongest patches: {places}. One frame: the strongest for it; two frames: the strongest against it.",
        places="; ".join(named),
    )


def _frame(pen: Any, grid: Any, size: tuple[int, int], paint: Ink) -> None:
    """A frame round the strongest patch for the answer, and a double one round the strongest against it."""
    rows, columns = grid.shape
    for place, colour, double in ((grid.argmax(), paint.blue, False), (grid.argmin(), paint.series[1], True)):
        y, x = divmod(int(place), columns)
        if (grid[y, x] > 0) == double or grid[y, x] == 0:
            continue
        box = [x * size[0] / columns, y * size[1] / rows, (x + 1) * size[0] / columns - 1, (y + 1) * size[1] / rows - 1]
        pen.rectangle(box, outline=colour, width=3)
        if double:
            pen.rectangle([box[0] + 6, box[1] + 6, box[2] - 6, box[3] - 6], outline=colour, width=2)


def _rgb(colour: str) -> Any:
    import numpy as np

    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float32)
