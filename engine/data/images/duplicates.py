"""Pictures that show the same: equal in every pixel, or so near that only packing, size or a camera's noise differs.

Near means both: a difference hash (64 bits, each telling whether a pixel of a 9 x 8 grey miniature is darker than its
right neighbour; Krawetz, "Kind of like that", 2013) that differs in at most 4 bits, and a 16 x 16 colour miniature
that differs by at most 2 % of the range on average. The hash alone would take two digits, or a red and a blue shirt of
one cut, for the same picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BITS = 4
MOST_DIFFERENCE = 0.02
"""Mean absolute difference of the miniatures as a share of the range 0 to 255."""
MINIATURE = 16


@dataclass(frozen=True, slots=True)
class Look:
    """What a picture is compared by."""

    pixels: str
    """sha256 of size and pixels."""
    difference_hash: int
    miniature: NDArray[np.uint8]
    """(16 * 16 * 3,)."""


def look_of(picture: "Image") -> Look:
    """Hashes and miniature of a decoded RGB picture."""
    import hashlib

    from PIL.Image import Resampling

    grey = np.asarray(picture.convert("L").resize((9, 8), Resampling.BOX), dtype=np.int16)
    bits = np.packbits((grey[:, :-1] < grey[:, 1:]).ravel())
    small = np.asarray(picture.resize((MINIATURE, MINIATURE), Resampling.BOX), dtype=np.uint8).ravel()
    pixels = hashlib.sha256(f"{picture.size}".encode() + picture.tobytes()).hexdigest()
    return Look(pixels, int(bits.view(">u8")[0]), small)


def groups(looks: Sequence[Look]) -> list[int]:
    """For each picture the place of the first one that shows the same, itself where there is none before it."""
    first: list[int] = list(range(len(looks)))
    hashes = np.array([look.difference_hash for look in looks], dtype=np.uint64)
    miniatures = np.stack([look.miniature for look in looks]) if looks else np.empty((0, 1), np.uint8)
    by_pixels: dict[str, int] = {}
    for place, look in enumerate(looks):
        known = by_pixels.setdefault(look.pixels, place)
        first[place] = first[known] if known != place else _nearest(place, hashes, miniatures, first)
    return first


def _nearest(place: int, hashes: NDArray[np.uint64], miniatures: NDArray[np.uint8], first: Sequence[int]) -> int:
    near = np.flatnonzero(np.bitwise_count(hashes[:place] ^ hashes[place]) <= MOST_BITS)
    if not len(near):
        return place
    differences = np.abs(miniatures[near].astype(np.int16) - miniatures[place]).mean(axis=1)
    best = int(differences.argmin())
    return first[int(near[best])] if differences[best] <= MOST_DIFFERENCE * 255 else place
