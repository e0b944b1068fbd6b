"""What in a picture speaks for an answer: by covering patches of it, for any model that can be asked, and by the
gradients of a network, by way of captum.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.explanation.results import PictureExplanation, log_odds
from engine.inference.pictures import Pixels, open_picture
from engine.spec import Input

if TYPE_CHECKING:
    from PIL.Image import Image

GRID = 7
"""Patches a side: 49 pictures are asked beside the whole one."""
LONGEST_SIDE = 256
"""Pictures are shrunk to this before patches of them are covered, the whole one too."""
SALIENCY_GRID = 28
"""Cells a side that the gradients of pixels are averaged over."""


@dataclass(frozen=True, slots=True)
class Cover:
    """One picture and its copies that each have a patch painted over."""

    pixels: Pixels
    """(height, width, 3)"""
    rows: tuple[tuple[int, int], ...]
    """First and last pixel row of each row of patches."""
    columns: tuple[tuple[int, int], ...]

    @property
    def count(self) -> int:
        """How many pictures are to be asked: the whole one and one for each patch."""
        return 1 + len(self.rows) * len(self.columns)

    def asked(self, start: int = 0, end: int | None = None) -> "list[Image]":
        """Those of the pictures to ask, the whole one first, then one for each patch, row by row."""
        return [self._picture(place) for place in range(start, min(self.count, self.count if end is None else end))]

    def _picture(self, place: int) -> "Image":
        from PIL import Image

        pixels = self.pixels
        if place:
            (top, bottom), (left, right) = (
                self.rows[(place - 1) // len(self.columns)],
                self.columns[(place - 1) % len(self.columns)],
            )
            pixels = pixels.copy()
            pixels[top:bottom, left:right] = self.pixels.reshape(-1, 3).mean(axis=0).round().astype(np.uint8)
        return Image.fromarray(pixels)

    def explained(
        self, probabilities: NDArray[np.floating[Any]], labels: Sequence[str], target: int | None = None
    ) -> PictureExplanation:
        """Read the answers, (pictures asked, labels); explains the class `target`, or the answer when none is named."""
        chosen = int(np.argmax(probabilities[0])) if target is None else target
        shares = [float(p) for p in probabilities[:, chosen]]
        value = log_odds(shares[0])
        losses = iter(value - log_odds(share) for share in shares[1:])
        grid = tuple(tuple(next(losses) for _ in self.columns) for _ in self.rows)
        return PictureExplanation("occlusion_pixels", labels[chosen], shares[0], value, grid)


def cover(source: Input, patches: int = GRID) -> Cover:
    """What to ask about a picture: a path, bytes, or decoded. Raises PictureFault for one that cannot be read."""
    picture = open_picture(source).copy()
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    pixels = np.asarray(picture, dtype=np.uint8)
    return Cover(pixels, _parts(pixels.shape[0], patches), _parts(pixels.shape[1], patches))


def explain_by_saliency(
    model: Any, pixels: Pixels, labels: Sequence[str], target: int | None = None
) -> PictureExplanation:
    """Size of the gradient of the answer's log-odds by pixel (Simonyan et al. 2014), averaged over cells.

    model: forward(pixels (rows, side, side, 3)) has `.logits`. pixels: (side, side, 3) of 0 to 255.
    """
    import torch

    from engine.explanation.gradients import captum_attr

    given = torch.from_numpy(pixels.astype(np.float32))[None]
    probabilities, chosen = _answer(model, given, target)
    # The largest of the three colours' gradients, as in the paper.
    sizes = captum_attr().Saliency(_log_odds_of(model, chosen)).attribute(given.requires_grad_())
    heat = sizes[0].amax(dim=2).detach().numpy()
    cells = min(SALIENCY_GRID, len(heat))
    return _picture("saliency", labels[chosen], float(probabilities[chosen]), _averaged(heat, cells))


def explain_by_covering(
    model: Any, pixels: Pixels, labels: Sequence[str], target: int | None = None, patches: int = GRID
) -> PictureExplanation:
    """captum's Occlusion of a network: how far the answer's log-odds fall under each patch of the mean colour."""
    import torch

    from engine.explanation.gradients import captum_attr

    given = torch.from_numpy(pixels.astype(np.float32))[None]
    probabilities, chosen = _answer(model, given, target)
    size = -(-len(pixels) // patches)
    with torch.no_grad():
        losses = (
            captum_attr()
            .Occlusion(_log_odds_of(model, chosen))
            .attribute(
                given,
                sliding_window_shapes=(size, size, 3),
                strides=(size, size, 3),
                baselines=given.mean(dim=(1, 2), keepdim=True).expand_as(given),
                perturbations_per_eval=8,
            )
        )
    heat = losses[0, :, :, 0].numpy()
    return _picture("occlusion_pixels", labels[chosen], float(probabilities[chosen]), _averaged(heat, patches))


def _answer(model: Any, given: Any, target: int | None) -> tuple[NDArray[np.float64], int]:
    import torch

    with torch.no_grad():
        probabilities = torch.softmax(model(given).logits[0].double(), dim=0).numpy()
    return probabilities, int(np.argmax(probabilities)) if target is None else target


def _log_odds_of(model: Any, target: int) -> Any:
    import torch

    def figures(pixels: Any) -> Any:
        logits = model(pixels).logits
        rest = [place for place in range(logits.shape[1]) if place != target]
        return logits[:, target] - torch.logsumexp(logits[:, rest], dim=1)

    return figures


def _picture(method: Any, label: str, probability: float, grid: NDArray[np.floating[Any]]) -> PictureExplanation:
    cells = tuple(tuple(float(cell) for cell in row) for row in grid)
    return PictureExplanation(method, label, probability, log_odds(probability), cells)


def _averaged(heat: NDArray[np.floating[Any]], cells: int) -> NDArray[np.float64]:
    """(side, side) as the means of (cells, cells) parts."""
    parts = _parts(len(heat), cells)
    return np.array([[heat[a:b, c:d].mean() for c, d in parts] for a, b in parts])


def _parts(length: int, count: int) -> tuple[tuple[int, int], ...]:
    """`length` cut into at most `count` stretches of nearly equal size."""
    size = -(-length // min(count, length))
    return tuple((start, min(start + size, length)) for start in range(0, length, size))
