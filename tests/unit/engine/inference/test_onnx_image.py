"""EfficientNet-lite0: trained, exported and served alike; its encoder kept in the cache."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError
from engine.inference.basemodels import resolve
from engine.inference.onnx_image import OnnxImage
from engine.inference.picture_encoders import load_picture_encoder, resolve_picture_model
from engine.inference.pictures import PictureFault, stack_pixels
from tests.unit.engine.data.images.material import shapes

SIDE = 64
LABELS = ("cross", "ring")


@pytest.fixture(scope="module")
def pictures() -> list[bytes]:
    return list(shapes(5).values())


def test_the_exported_classifier_answers_as_torch_and_is_loaded_again(tmp_path: Path, pictures: list[bytes]) -> None:
    import torch

    from engine.inference.efficientnet import (
        export_classifier,
        load_body,
        load_classifier,
        make_classifier,
        save_classifier,
    )

    torch.manual_seed(0)
    model = make_classifier(load_body(resolve("efficientnet_lite0"), SIDE), LABELS, SIDE)
    save_classifier(model, tmp_path / "merged")
    runtime = export_classifier(model, tmp_path)
    served = OnnxImage(tmp_path / runtime["model"], LABELS, size=1, side=runtime["side"], threads=1)
    found = served.predict(pictures)
    with torch.inference_mode():
        pixels = torch.from_numpy(stack_pixels(pictures, SIDE))
        wanted = torch.softmax(model(pixels).logits, dim=1).numpy()
        again = torch.softmax(load_classifier(tmp_path / "merged").eval()(pixels).logits, dim=1).numpy()
    assert np.abs(found - wanted).max() < 1e-4
    assert np.array_equal(wanted, again)
    rows = [row for rows, _ in served.feeds(pictures) for row in rows.tolist()]
    assert rows == list(range(len(pictures)))
    assert served.predict([]).shape == (0, 2)
    with pytest.raises(PictureFault):
        served.predict([pictures[0], b"no picture"])


def test_training_leaves_the_statistics_of_normalisation_alone(pictures: list[bytes]) -> None:
    import torch

    from engine.inference.efficientnet import load_body, make_classifier

    model = make_classifier(load_body(resolve("efficientnet_lite0"), SIDE), LABELS, SIDE).train()
    before = {name: value.clone() for name, value in model.named_buffers()}
    loss = model(torch.from_numpy(stack_pixels(pictures, SIDE)), torch.zeros(10, dtype=torch.long)).loss
    loss.backward()
    assert all(torch.equal(before[name], value) for name, value in model.named_buffers())
    assert model.classifier.weight.grad is not None


def test_features_are_unit_vectors_and_kept(tmp_path: Path, pictures: list[bytes]) -> None:
    encoder = load_picture_encoder(f"efficientnet_lite0@{SIDE}", tmp_path)
    vectors = encoder.encode(pictures)
    assert vectors.shape == (10, 1280)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    (kept,) = (tmp_path / "encoders").iterdir()
    stamp = (kept / "encoder.onnx").stat().st_mtime_ns
    assert np.array_equal(load_picture_encoder(f"efficientnet_lite0@{SIDE}", tmp_path).encode(pictures), vectors)
    assert (kept / "encoder.onnx").stat().st_mtime_ns == stamp


def test_names_and_sides_are_checked() -> None:
    assert resolve_picture_model("efficientnet_lite0")[1] == 96
    assert resolve_picture_model("efficientnet_lite0@224")[1] == 224
    with pytest.raises(InputError, match="reads no pictures; known: efficientnet_lite0"):
        resolve_picture_model("minilm")
    with pytest.raises(InputError, match="the side must be one of 64, 96"):
        resolve_picture_model("efficientnet_lite0@100")
