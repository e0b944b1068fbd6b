"""The baseline of pictures in numpy: features with known values, and scikit-learn's own probabilities."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import StoredFileError
from engine.inference.linear_image import (
    DIMENSIONS,
    GRADIENTS,
    ORIENTATIONS,
    LinearImage,
    export_linear_image,
    gradients,
    picture_features,
)
from tests.unit.engine.data.images.material import shapes


def test_gradients_of_an_even_picture_are_nothing_and_of_a_ramp_point_one_way() -> None:
    assert not gradients(np.full((32, 32), 0.5, dtype=np.float32)).any()
    ramp = np.tile(np.linspace(0, 1, 32, dtype=np.float32), (32, 1))
    by_orientation = gradients(ramp).reshape(-1, ORIENTATIONS)
    assert (by_orientation[:, 0] > 0).all()
    assert not by_orientation[:, 1:].any()
    blocks = gradients(ramp).reshape(-1, 4 * ORIENTATIONS)
    assert np.allclose(np.linalg.norm(blocks, axis=1), 1.0, atol=1e-3)


def test_the_exported_model_answers_as_scikit_learn(tmp_path: Path) -> None:
    from sklearn.linear_model import LogisticRegression

    pictures = list(shapes(10).values())
    features = picture_features(pictures)
    assert features.shape == (20, DIMENSIONS) and features.dtype == np.float32
    assert np.abs(features[:, GRADIENTS:]).max() <= 0.5
    fitted = LogisticRegression(max_iter=300).fit(features, [0] * 10 + [1] * 10)
    runtime = export_linear_image(fitted, tmp_path)
    served = LinearImage(tmp_path / runtime["weights"], ("ring", "cross"))
    assert np.abs(served.predict(pictures) - fitted.predict_proba(features)).max() < 1e-6
    assert served.predict([]).shape == (0, 2)
    with pytest.raises(StoredFileError, match="does not fit"):
        LinearImage(tmp_path / runtime["weights"], ("ring",))
    (tmp_path / runtime["weights"]).write_bytes(b"x")
    with pytest.raises(StoredFileError, match="cannot be read"):
        LinearImage(tmp_path / runtime["weights"], ("ring", "cross"))
