"""Decodes pictures one by one and keeps them small: upright, RGB, at most 512 pixels a side, without metadata.

Nothing of the file that was brought is kept but its pixels: neither a place it was taken at, nor anything behind them.
"""

import hashlib
import io
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.data.images.duplicates import Look, look_of
from engine.data.images.sources import Named, Pictures
from engine.data.stages import stage
from engine.errors import N_, DataError, ProspectusError
from engine.inference.pictures import open_picture, probe

if TYPE_CHECKING:
    from PIL.Image import Image

FOLDER = "images"
JPEG_QUALITY = 92
LOSSY = ("JPEG", "WEBP")
BAD_SHARE = 0.2
"""Share of unreadable pictures from which a source is refused."""
STAGE_EVERY = 200
LISTED = 100
"""Unreadable pictures that are named in the profile; all are counted."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One picture in the data set's folder."""

    row: int
    """Place in the source, from 1."""
    named: Named
    path: str
    """`images/ab/<sha256 of the file>.<ext>`."""
    look: Look
    side: int
    """Longer side as it was brought, pixels."""


@dataclass(slots=True)
class Tally:
    """What was met while decoding."""

    formats: Counter[str] = field(default_factory=Counter)
    sides: list[int] = field(default_factory=list)
    animated: int = 0
    turned: int = 0
    shrunk: int = 0
    unreadable: int = 0
    faults: list[dict[str, object]] = field(default_factory=list)

    def bad(self, name: str, error: ProspectusError) -> None:
        """Count an unreadable picture, and name the first hundred."""
        self.unreadable += 1
        if len(self.faults) < LISTED:
            self.faults.append({"file": name, "error": error.as_dict()})


def keep_pictures(pictures: Pictures, folder: Path) -> tuple[list[Kept], Tally]:
    """Write every readable picture under `folder`; the others are counted and named.

    Raises DataError when more than a fifth cannot be read.
    """
    kept, tally = [], Tally()
    for row, named in enumerate(pictures.named, start=1):
        if row % STAGE_EVERY == 0:
            stage(0.05 + 0.8 * row / len(pictures.named), N_("Decoding pictures"))
        try:
            kept.append(_keep_one(row, named, pictures.read(named.name), folder, tally))
        except DataError as error:
            tally.bad(named.name, error)
    for name in pictures.absent:
        tally.bad(name, DataError(N_("The table names {file}, which is not there."), file=name))
    _refuse_bad(pictures, tally)
    return kept, tally


def _keep_one(row: int, named: Named, content: bytes, folder: Path, tally: Tally) -> Kept:
    found, picture = probe(content, named.name), open_picture(content, named.name)
    data, ending = _encoded(picture, found.format)
    name = hashlib.sha256(data).hexdigest()
    path = f"{FOLDER}/{name[:2]}/{name}.{ending}"
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    side = max(found.size)
    tally.formats[found.format] += 1
    tally.sides.append(side)
    tally.animated += found.frames > 1
    tally.turned += found.turned
    tally.shrunk += side > max(picture.size)
    return Kept(row, named, path, look_of(picture), side)


def _encoded(picture: "Image", format: str) -> tuple[bytes, str]:
    """PNG of what came without loss, JPEG of what did not."""
    data = io.BytesIO()
    if format in LOSSY:
        picture.save(data, "JPEG", quality=JPEG_QUALITY)
        return data.getvalue(), "jpg"
    picture.save(data, "PNG")
    return data.getvalue(), "png"


def _refuse_bad(pictures: Pictures, tally: Tally) -> None:
    whole = len(pictures.named) + len(pictures.absent)
    if tally.unreadable > BAD_SHARE * whole:
        named = "; ".join(str(fault["error"]["message"]).rstrip(".") for fault in tally.faults[:3])  # type: ignore[index]
        raise DataError(
            N_("{bad} of {count} pictures of {file} cannot be read, more than {share} %: {named}."),
            bad=tally.unreadable,
            count=whole,
            file=pictures.file_name,
            share=round(100 * BAD_SHARE),
            named=named,
            kept=N_("All earlier data sets are unchanged."),
        )
