"""Any picture that is brought becomes the same upright RGB, or an error that says why not."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image  # noqa: TID253

from engine.inference.pictures import (
    LONGEST_SIDE,
    NotAPicture,
    PictureFault,
    PictureTooLarge,
    open_picture,
    probe,
    read_pixels,
    stack_pixels,
)
from tests.unit.engine.data.images.material import claiming, encoded, shape

RED, BLUE = (255, 0, 0), (0, 0, 255)


def halves(width: int = 40, height: int = 20) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    return picture


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(halves(), "PNG", exif=exif)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_known_formats_are_read(format: str) -> None:
    picture = open_picture(encoded(halves(), format))
    assert (picture.mode, picture.size) == ("RGB", (40, 20))
    red, _, blue = picture.getpixel((5, 10))  # type: ignore[misc]
    assert red > 200 and blue < 60
    assert probe(encoded(halves(), format)).format == format


def test_it_stands_upright() -> None:
    """Orientation 6: the camera was turned so that the picture must be turned a quarter clockwise (EXIF 2.32)."""
    picture = open_picture(turned(6))
    assert picture.size == (20, 40)
    assert picture.getpixel((10, 5)) == RED
    assert picture.getpixel((10, 35)) == BLUE
    assert open_picture(turned(3)).getpixel((5, 10)) == BLUE
    assert probe(turned(6)).turned and not probe(turned(1)).turned


def test_depths_and_transparency_become_eight_bits_on_white() -> None:
    clear = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    assert open_picture(encoded(clear)).getpixel((0, 0)) == (255, 255, 255)
    palette = Image.new("P", (4, 4), 0)
    assert open_picture(encoded(palette, "PNG", transparency=0)).getpixel((0, 0)) == (255, 255, 255)
    deep = Image.fromarray(np.full((4, 4), 257 * 100, dtype=np.uint16))
    assert open_picture(encoded(deep)).getpixel((0, 0)) == (100, 100, 100)
    floats = Image.fromarray(np.full((4, 4), 0.5, dtype=np.float32))
    assert open_picture(encoded(floats, "TIFF")).getpixel((0, 0)) == (128, 128, 128)
    ink = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    red, green, blue = open_picture(encoded(ink, "TIFF")).getpixel((0, 0))  # type: ignore[misc]
    assert (red, green, blue) == RED


def test_a_moving_picture_gives_its_first_frame() -> None:
    data = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, BLUE)]
    frames[0].save(data, "GIF", save_all=True, append_images=frames[1:])
    assert open_picture(data.getvalue()).getpixel((0, 0)) == RED
    assert probe(data.getvalue()).frames == 2


def test_large_ones_are_shrunk_and_small_ones_left() -> None:
    assert max(open_picture(encoded(halves(3_000, 1_500), "JPEG")).size) == LONGEST_SIDE
    assert open_picture(encoded(halves(8, 4))).size == (8, 4)


def test_pixels_are_the_whole_picture_in_a_square(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded(halves()))
    pixels = read_pixels(path, 32)
    assert (pixels.shape, pixels.dtype) == ((32, 32, 3), np.uint8)
    assert tuple(pixels[16, 2]) == RED and tuple(pixels[16, 29]) == BLUE
    assert np.array_equal(stack_pixels([path, path.read_bytes(), open_picture(path)], 32), np.stack([pixels] * 3))


WHOLE = encoded(shape("ring", 1, 300), "JPEG")
DEEP = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (WHOLE[: len(WHOLE) // 2], PictureFault, "ends too early"),
        (encoded(halves())[:60], PictureFault, "ends too early|damaged"),
        (b"", NotAPicture, "no picture that can be read"),
        (b"<svg onload='x'/>", NotAPicture, "Known formats: PNG, JPEG"),
        (DEEP, PictureFault, "ends too early"),
        (encoded(halves(), "PPM"), NotAPicture, "no picture"),
        (claiming(30_000, 30_000), PictureTooLarge, "more than 50 million pixels"),
        (encoded(Image.new("1", (5_000, 10))), PictureFault, "at most 100 times the other"),
    ],
    ids=["jpeg cut", "png cut", "empty", "svg", "header", "format", "bomb", "line"],
)
def test_what_is_none_says_why(content: bytes, kind: type[PictureFault], said: str) -> None:
    with pytest.raises(kind, match=said):
        open_picture(content, "x")


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(PictureFault, match=r"no file gone\.png"):
        open_picture(tmp_path / "gone.png")
