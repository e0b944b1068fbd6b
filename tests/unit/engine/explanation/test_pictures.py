"""Pictures: a planted patch is found by covering and by gradients."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.explanation.pictures import GRID, cover, explain_by_covering, explain_by_saliency
from engine.explanation.results import PictureExplanation, explanation_from, log_odds

LABELS = ("plain", "marked")
SIDE = 56
MARK = (slice(8, 16), slice(40, 48))
"""Rows and columns of a white mark: the patch at (1, 5) of a 7 x 7 grid."""


def marked() -> NDArray[np.uint8]:
    pixels = np.full((SIDE, SIDE, 3), 40, dtype=np.uint8)
    pixels[MARK] = 255
    return pixels


def png(pixels: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def predict(pictures: Sequence[Any]) -> NDArray[np.float32]:
    """Sees the mark by its brightness."""
    bright = [np.asarray(p)[MARK].mean() > 128 for p in pictures]
    return np.array([[0.1, 0.9] if seen else [0.8, 0.2] for seen in bright], dtype=np.float32)


def strongest(grid: Sequence[Sequence[float]]) -> tuple[int, int]:
    place = int(np.argmax(np.array(grid)))
    return divmod(place, len(grid[0]))


def test_covering_finds_the_mark_with_the_figure_worked_out_by_hand() -> None:
    plan = cover(png(marked()))
    assert plan.count == len(plan.asked()) == 1 + GRID * GRID
    assert [one.tobytes() for one in plan.asked(3, 5)] == [one.tobytes() for one in plan.asked()[3:5]]
    found = plan.explained(predict(plan.asked()), LABELS)
    assert (found.method, found.label) == ("occlusion_pixels", "marked")
    assert strongest(found.grid) == (1, 5)
    assert found.grid[1][5] == pytest.approx(log_odds(0.9) - log_odds(0.2), abs=1e-5)
    assert found.grid[0][0] == pytest.approx(0.0, abs=1e-6)
    assert explanation_from(found.as_dict()) == found


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (900, 30)])
def test_pictures_of_any_shape_are_covered_whole(size: tuple[int, int]) -> None:
    plan = cover(png(np.zeros((*size, 3), dtype=np.uint8)))
    height, width, _ = plan.pixels.shape
    assert max(height, width) <= 256
    for parts, length in ((plan.rows, height), (plan.columns, width)):
        assert [a for a, _ in parts] == [0, *(b for _, b in parts[:-1])]
        assert parts[-1][1] == length
        assert len(parts) <= GRID


def network() -> Any:
    """Logit of `marked`: the mean brightness of the mark's place, in hundredths, less 1."""
    import torch

    class Seeing(torch.nn.Module):  # type: ignore[misc]
        def forward(self, pixels: Any) -> Any:
            score = pixels[:, MARK[0], MARK[1]].mean(dim=(1, 2, 3)) / 100 - 1
            return type("Output", (), {"logits": torch.stack([torch.zeros_like(score), score], dim=1)})

    return Seeing()


def test_the_gradient_is_that_of_the_mark_and_nothing_else() -> None:
    """d log-odds / d pixel = 1 / (100 x 8 x 8 x 3) within the mark, 0 elsewhere: the oracle."""
    found = explain_by_saliency(network(), marked(), LABELS)
    grid = np.array(found.grid)
    assert found.label == "marked"
    assert grid.shape == (28, 28)
    assert grid[4:8, 20:24] == pytest.approx(1 / (100 * 8 * 8 * 3), rel=1e-4)
    assert grid.sum() == pytest.approx(grid[4:8, 20:24].sum())


def test_covering_a_network_says_the_same_as_working_it_out() -> None:
    pixels = marked()
    found = explain_by_covering(network(), pixels, LABELS)
    assert strongest(found.grid) == (1, 5)
    assert found.grid[1][5] == pytest.approx((255 - pixels.mean()) / 100, abs=1e-3)
    assert isinstance(found, PictureExplanation)
    assert found.probability == pytest.approx(1 / (1 + np.exp(-1.55)), abs=1e-5)
