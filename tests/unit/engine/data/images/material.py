"""Pictures made for tests: shapes of two kinds that no two pictures share exactly."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw  # noqa: TID253


def shape(kind: str, seed: int, side: int = 40) -> Image.Image:
    """A bright ring or cross, moved and tinted by the seed, on noise."""
    chance = np.random.default_rng([seed, len(kind)])
    picture = Image.fromarray(chance.integers(0, 60, (side, side, 3), dtype=np.uint8))
    draw = ImageDraw.Draw(picture)
    left, top = (int(v) for v in chance.integers(2, side // 4, 2))
    box = (left, top, left + side // 2, top + side // 2)
    ink = tuple(int(v) for v in chance.integers(150, 255, 3))
    if kind == "ring":
        draw.ellipse(box, outline=ink, width=4)
    else:
        draw.line(box, fill=ink, width=4)
        draw.line((box[0], box[3], box[2], box[1]), fill=ink, width=4)
    return picture


def encoded(picture: Image.Image, format: str = "PNG", **options: object) -> bytes:
    """The picture as a file."""
    data = io.BytesIO()
    picture.save(data, format, **options)
    return data.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A small PNG whose header claims so many pixels, as a bomb's does; to encode one takes a second."""
    data = bytearray(encoded(Image.new("1", (8, 8))))
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


def shapes(each: int = 8) -> dict[str, bytes]:
    """Files of `each` rings and crosses, in a folder a class."""
    return {f"{kind}/{i}.png": encoded(shape(kind, i)) for kind in ("ring", "cross") for i in range(each)}


def pack(path: Path, files: Mapping[str, bytes]) -> Path:
    """A ZIP archive of these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path
