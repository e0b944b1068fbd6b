"""Pictures as models read them: decoded within limits, upright, RGB, whole. The same in training and in serving.

What is brought is decoded by Pillow, which runs none of it; only six formats are opened, and the size that a header
states is checked before a single pixel is unpacked.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, DataError
from engine.spec import Input

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
MAX_PIXELS = 50_000_000
"""Width times height that a picture may have: telephones take up to 50 million."""
MAX_BYTES = 50_000_000
"""Of one picture file."""
MAX_RATIO = 100
"""Length of the longer side for each pixel of the shorter."""
LONGEST_SIDE = 512
"""Pictures are shrunk to this before anything else is done with them, so that all sources meet the models alike."""
ORIENTATION = 0x0112
"""The EXIF tag that says how a camera was held."""
WHITE = (255, 255, 255)
Pixels = NDArray[np.uint8]


class PictureFault(DataError):
    """A file is no picture that can be read. `values["file"]` names it."""


class PictureTooLarge(PictureFault):
    """A picture with more pixels or bytes than is allowed; nothing of it was unpacked."""


class NotAPicture(PictureFault):
    """A file in none of the formats that are read."""


def open_picture(source: Input, name: str = "") -> "Image":
    """Decode a file's path or its bytes: upright, RGB, at most 512 pixels on the longer side, first frame only.

    Transparent parts become white; 16 bits become 8. `name` is what messages call it. What is decoded already is
    returned as it is.
    Raises PictureTooLarge, NotAPicture, or PictureFault for a file that ends too early or is damaged.
    """
    if not isinstance(source, Path | bytes):
        decoded: Image = source
        return decoded
    named = name or (source.name if isinstance(source, Path) else N_("The picture"))
    _refuse_bytes(source, named)
    try:
        with _pillow().open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=FORMATS) as picture:
            refuse_size(picture.size, named)
            return _normal(picture)
    except PictureFault:
        raise
    except Exception as error:  # decoders raise whatever comes to their mind
        raise _fault(error, named) from error


@dataclass(frozen=True, slots=True)
class Probe:
    """What a picture's header says."""

    format: str
    size: tuple[int, int]
    """Width and height as stored, pixels."""
    frames: int
    turned: bool
    """Whether it has to be turned to stand upright."""


def probe(source: Input, name: str = "") -> Probe:
    """Read a picture's header without unpacking it. Raises as `open_picture`."""
    named = name or (source.name if isinstance(source, Path) else N_("The picture"))
    _refuse_bytes(source, named)
    try:
        with _pillow().open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=FORMATS) as picture:
            refuse_size(picture.size, named)
            frames = int(getattr(picture, "n_frames", 1))
            return Probe(picture.format, picture.size, frames, _orientation(picture) is not None)
    except PictureFault:
        raise
    except Exception as error:  # decoders raise whatever comes to their mind
        raise _fault(error, named) from error


def read_pixels(source: Input, side: int) -> Pixels:
    """The picture as uint8 (side, side, 3), the whole of it stretched to a square. Raises as `open_picture`."""
    return squared(open_picture(source), side)


def squared(picture: "Image", side: int) -> Pixels:
    """A decoded picture as uint8 (side, side, 3): bilinear, and averaged over what a pixel stands for when smaller."""
    bilinear = _pillow().Resampling.BILINEAR
    result: Pixels = np.asarray(picture.resize((side, side), bilinear, reducing_gap=3.0), dtype=np.uint8)
    return result


def stack_pixels(sources: Sequence[Input], side: int) -> Pixels:
    """Several pictures as uint8 (pictures, side, side, 3). Raises as `open_picture`."""
    result: Pixels = np.empty((len(sources), side, side, 3), dtype=np.uint8)
    for place, source in enumerate(sources):
        result[place] = read_pixels(source, side)
    return result


def refuse_size(size: tuple[int, int], name: str) -> None:
    """Raise PictureTooLarge for more pixels than are read, PictureFault for a picture that is next to a line."""
    width, height = size
    if width * height > MAX_PIXELS:
        raise PictureTooLarge(
            N_("{file} has {width} x {height} pixels; at most {limit} million are read."),
            file=name,
            width=f"{width:,}",
            height=f"{height:,}",
            limit=MAX_PIXELS // 1_000_000,
            remedy=N_("Save it smaller: models look at a few hundred pixels a side."),
        )
    if max(size) > MAX_RATIO * max(1, min(size)):
        raise PictureFault(
            N_("{file} has {width} x {height} pixels; a side may be at most {ratio} times the other."),
            file=name,
            width=width,
            height=height,
            ratio=MAX_RATIO,
        )


def _refuse_bytes(source: Input, name: str) -> None:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size if source.is_file() else 0
    if size > MAX_BYTES:
        raise PictureTooLarge(
            N_("{file} has {size} MB; at most {limit} MB are read."),
            file=name,
            size=f"{size / 1e6:,.1f}",
            limit=MAX_BYTES // 1_000_000,
        )


def _normal(picture: "Image") -> "Image":
    pillow, turned = _pillow(), _orientation(picture)
    if picture.format == "JPEG":
        picture.draft(None, (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))  # decodes at a half, quarter or eighth
    picture.load()
    shrunk = _eight_bits(picture)
    if max(shrunk.size) > LONGEST_SIDE:
        share = LONGEST_SIDE / max(shrunk.size)
        smaller = (max(1, round(shrunk.width * share)), max(1, round(shrunk.height * share)))
        shrunk = shrunk.resize(smaller, pillow.Resampling.BICUBIC, reducing_gap=3.0)
    return shrunk if turned is None else shrunk.transpose(turned)


def _eight_bits(picture: "Image") -> "Image":
    """RGB: 16 bits scaled to 8, transparency over white, palettes and CMYK looked up."""
    if picture.mode.startswith("I") or picture.mode == "F":
        return _from_deep(picture)
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        ground = _pillow().new("RGBA", clear.size, (*WHITE, 255))
        ground.alpha_composite(clear)
        picture = ground
    return picture.convert("RGB")


def _from_deep(picture: "Image") -> "Image":
    """Grey of more than 8 bits. 16 bits are divided by 257; floats must lie within 0 and 1, or 0 and 255."""
    values = np.asarray(picture, dtype=np.float64)
    if not np.isfinite(values).all():
        raise ValueError("it holds numbers that are not finite")
    whole = 65_535.0 if picture.mode.startswith("I") else 1.0
    if picture.mode == "F" and values.max(initial=0.0) > 1.0:
        whole = 255.0
    scaled = np.clip(values * (255.0 / whole), 0, 255)
    grey: Image = _pillow().fromarray(np.rint(scaled).astype(np.uint8))
    return grey.convert("RGB")


def _orientation(picture: "Image") -> Any:
    """The turn that brings a picture upright, None for none. Damaged EXIF says nothing."""
    turn = _pillow().Transpose
    turns = {
        2: turn.FLIP_LEFT_RIGHT,
        3: turn.ROTATE_180,
        4: turn.FLIP_TOP_BOTTOM,
        5: turn.TRANSPOSE,
        6: turn.ROTATE_270,
        7: turn.TRANSVERSE,
        8: turn.ROTATE_90,
    }
    try:
        return turns.get(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - a decoder of foreign bytes; the pixels are still good
        return None


def _fault(error: Exception, name: str) -> PictureFault:
    pillow = _pillow()
    if isinstance(error, (pillow.DecompressionBombError, pillow.DecompressionBombWarning)):
        return PictureTooLarge(
            N_("{file} would unpack to more than {limit} million pixels."), file=name, limit=MAX_PIXELS // 1_000_000
        )
    if type(error).__name__ == "UnidentifiedImageError":
        return NotAPicture(
            N_("{file} is no picture that can be read. Known formats: {known}."), file=name, known=", ".join(FORMATS)
        )
    if isinstance(error, FileNotFoundError):
        return PictureFault(N_("There is no file {file}."), file=name)
    if "truncated" in str(error).lower():
        return PictureFault(
            N_("{file} ends too early: a part of it is missing."),
            file=name,
            remedy=N_("Copy it again from where it came from."),
        )
    reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
    return PictureFault(N_("{file} is a damaged picture: {reason}."), file=name, reason=reason)


@cache
def _pillow() -> Any:
    """PIL.Image with its own limit set too, as an error; loaded at the first picture and not before."""
    import warnings

    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
    return Image
