"""Serving on CUDA by onnxruntime-gpu: the provider in use, and the same answers as on the processor."""

from pathlib import Path

import numpy as np
import pytest

from engine.devices import CPU_PROVIDER, CUDA_PROVIDER
from engine.inference import sessions


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A graph of one multiplication."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    weights = np.random.default_rng(0).normal(size=(64, 8)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "one",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", 64])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["rows", 8])],
        [numpy_helper.from_array(weights, "w")],
    )
    path = tmp_path / "model.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10), path)
    return path


def test_models_are_opened_on_cuda_and_answer_as_on_the_processor(model: Path) -> None:
    import onnxruntime

    if CUDA_PROVIDER not in onnxruntime.get_available_providers():
        pytest.skip("onnxruntime-gpu is not installed (make setup-gpu)")
    session = sessions.open_session(model, 1)
    assert session.get_providers()[0] == CUDA_PROVIDER
    x = np.random.default_rng(1).normal(size=(5, 64)).astype(np.float32)
    plain = onnxruntime.InferenceSession(str(model), providers=[CPU_PROVIDER])
    assert np.allclose(session.run(["y"], {"x": x})[0], plain.run(["y"], {"x": x})[0], atol=1e-2)
