"""Small pictures for screens, made from stored or brought files."""

import io

from engine.inference.pictures import open_picture
from engine.spec import Input

SIDE = 96


def thumbnail(source: Input, name: str = "", side: int = SIDE) -> bytes:
    """A PNG or JPEG of at most `side` pixels a side; tiny pictures are enlarged in whole steps, not blurred.

    Raises PictureFault.
    """
    from PIL import Image

    picture = open_picture(source, name)
    share = side / max(picture.size)
    if share >= 1:
        whole = max(1, int(share))
        picture = picture.resize((picture.width * whole, picture.height * whole), Image.Resampling.NEAREST)
    else:
        picture.thumbnail((side, side), Image.Resampling.BICUBIC)
    data = io.BytesIO()
    if share >= 1:
        picture.save(data, "PNG")
    else:
        picture.save(data, "JPEG", quality=85)
    return data.getvalue()
