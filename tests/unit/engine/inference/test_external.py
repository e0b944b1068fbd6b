from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import StoredFileError
from engine.inference.external import external_files, require_inside
from engine.inference.sessions import open_session

OUTSIDE = ["../secret.data", "/etc/hostname", "a/../../secret.data", "link.data"]


def tensor(name: str, location: str = "") -> Any:
    """A tensor whose bytes lie in another file when a location is given."""
    import onnx

    made = onnx.numpy_helper.from_array(np.arange(4, dtype=np.float32), name)
    if location:
        onnx.external_data_helper.set_external_data(made, location, length=16)
        made.ClearField("raw_data")
    return made


def model(**places: str) -> Any:
    """A model with one tensor in every place where ONNX allows one; `places` says which lie in other files."""
    from onnx import TensorProto, helper

    def at(place: str) -> Any:
        return tensor(place, places.get(place, ""))

    sparse = helper.make_sparse_tensor(at("sparse"), helper.make_tensor("i", TensorProto.INT64, [4], range(4)), [9])
    inner = helper.make_graph([helper.make_node("Constant", [], ["c"], value=at("attribute"))], "inner", [], [])
    inner.initializer.append(at("subgraph"))
    nodes = [
        helper.make_node("If", ["go"], ["x"], then_branch=inner, else_branch=inner),
        helper.make_node("Own", ["x"], ["z"], domain="own", many=[at("list"), at("list")]),
        helper.make_node("Add", ["x", "initializer"], ["y"]),
    ]
    value = helper.make_tensor_value_info("y", TensorProto.FLOAT, [4])
    graph = helper.make_graph(nodes, "outer", [], [value], [at("initializer")], sparse_initializer=[sparse])
    body = [helper.make_node("Constant", [], ["b"], value=at("function"))]
    function = helper.make_function("own", "Own", ["a"], ["b"], body, [helper.make_opsetid("", 18)])
    return helper.make_model(graph, functions=[function])


def write(folder: Path, made: Any) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "model.onnx").write_bytes(made.SerializeToString())
    return folder / "model.onnx"


@pytest.mark.parametrize("place", ["initializer", "sparse", "subgraph", "attribute", "list", "function"])
def test_a_tensor_in_another_file_is_found_wherever_it_stands(tmp_path: Path, place: str) -> None:
    assert external_files(write(tmp_path, model(**{place: "there.data"}))) == {"there.data"}
    assert external_files(write(tmp_path, model())) == set()


@pytest.mark.parametrize("location", OUTSIDE)
def test_weights_outside_the_folder_are_refused_before_the_graph_is_opened(tmp_path: Path, location: str) -> None:
    (tmp_path / "secret.data").write_bytes(b"\0" * 16)
    path = write(tmp_path / "artifact", model(initializer=location))
    (tmp_path / "artifact" / "link.data").symlink_to(tmp_path / "secret.data")
    with pytest.raises(StoredFileError, match="is not inside"):
        open_session(path, 1)


def test_weights_that_are_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(StoredFileError, match=r"gone\.data is missing"):
        require_inside(write(tmp_path, model(initializer="gone.data")))


@pytest.mark.parametrize("content", [b"", b"\xff" * 40, b"\x3a\x7f", b"\x3b\x01", b"not a model at all"])
def test_what_is_no_model_is_said_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.onnx").write_bytes(content)
    with pytest.raises(StoredFileError, match=r"model\.onnx"):
        open_session(tmp_path / "model.onnx", 1)


def test_a_torn_model_is_said_so(tmp_path: Path) -> None:
    path = write(tmp_path, model())
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(StoredFileError, match="ends in the middle"):
        require_inside(path)
