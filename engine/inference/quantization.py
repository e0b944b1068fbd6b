"""ONNX graphs to int8, with ONNX Runtime's quantizer. Imports no torch.

dynamic   weights are stored in 8 bits; the range of each activation is found anew for every batch that is served. An
          answer can therefore differ in the third decimal with the texts that it was computed together with.
static    the ranges of the activations are fixed from a few training rows (their smallest and largest value), so an
          answer depends on its own text alone.

Networks of convolutions are quantized whole, from operator to operator, and in the static form only: of
EfficientNet-lite0 on 96 x 96 pixels fp32 served 173 pictures/s, static 336, and dynamic 14, as ONNX Runtime has no fast
kernel for that.

Weights are signed and, per channel, have a scale for each output column; activations are unsigned: the pair that
processors with VNNI or AMX multiply directly. Measured on MiniLM fine-tuned on 3,000 reviews (1,200 validation rows,
one AVX-512 thread): fp32 85 texts/s; dynamic per channel 226, 99.4 % of the answers unchanged; dynamic per tensor 234,
97.7 %; static 193, 96.9 %. Percentile calibration took ten times as long as smallest and largest and was no better.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import N_, InputError
from engine.inference.external import external_files
from engine.inference.files import inside, writing

Feeds = Mapping[str, Any]
"""The inputs of one batch by name, as numpy arrays."""
INT8 = "int8"
DYNAMIC, STATIC = "dynamic", "static"
_CONVOLUTION = "Conv"
_WEIGHTED = ["MatMul", "Gemm"]
_TABLES = ["Gather"]
"""Operators that look rows up, such as the embedding table: a quarter of the bytes at no cost in time."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a graph is brought to 8 bits."""

    method: str
    """DYNAMIC or STATIC."""
    per_channel: bool
    tables: bool
    """Whether embedding tables are stored in 8 bits too."""


def quantize_graph(source: Path, target: Path, scheme: Scheme, calibration: Iterator[Feeds]) -> None:
    """Write the int8 form of `source` to `target`, its weights beside it in `<target>.data`.

    `calibration` yields batches of inputs; only a static scheme draws from it, and it must yield at least one then.
    Raises InputError when the graph holds nothing to quantize.
    """
    import onnx
    from onnxruntime import quantization as ort

    common: dict[str, Any] = {
        "op_types_to_quantize": _operators(onnx.load(str(source), load_external_data=False), scheme),
        "per_channel": scheme.per_channel,
        "weight_type": ort.QuantType.QInt8,
        "extra_options": {"MatMulConstBOnly": True},
    }
    with tempfile.TemporaryDirectory(dir=target.parent) as folder, writing(target):
        copied, partial = _copy(source, Path(folder)), Path(folder) / "quantized.onnx"
        if scheme.method == DYNAMIC:
            ort.quantize_dynamic(copied, partial, **common)
        else:
            ort.quantize_static(
                copied,
                partial,
                _Reader(calibration),
                quant_format=ort.QuantFormat.QOperator,
                activation_type=ort.QuantType.QUInt8,
                calibrate_method=ort.CalibrationMethod.MinMax,
                **common,
            )
        graph = onnx.load(str(partial))
        _require_int8(source, graph, onnx)
        onnx.save_model(graph, str(target), save_as_external_data=True, location=f"{target.name}.data")
        target.with_name(f"{target.name}.data").chmod(0o644)


def _operators(graph: Any, scheme: Scheme) -> list[str] | None:
    """The operators to quantize; None for all that there are."""
    if any(node.op_type == _CONVOLUTION for node in graph.graph.node):
        return None
    return [*_WEIGHTED, *(_TABLES if scheme.tables else [])]


def _copy(source: Path, folder: Path) -> Path:
    """The graph and its weights in `folder`: onnx reads no weights from a file with several hard links."""
    for name in (source.name, *external_files(source)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(inside(source.parent, name), folder / name)
    return folder / source.name


def _require_int8(source: Path, graph: Any, onnx: Any) -> None:
    if not any(weights.data_type == onnx.TensorProto.INT8 for weights in graph.graph.initializer):
        raise InputError(N_("{file} holds no weights that can be stored in 8 bits."), file=source.name)


class _Reader:
    """What ONNX Runtime's calibration asks for: the next batch, or None after the last."""

    def __init__(self, feeds: Iterator[Feeds]) -> None:
        self._feeds = feeds

    def get_next(self) -> Feeds | None:
        """The next batch of inputs."""
        return next(self._feeds, None)
