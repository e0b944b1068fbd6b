"""ONNX Runtime sessions, opened the same way everywhere. Imports no torch."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from engine.errors import N_, StoredFileError

_QUIET = 3
"""ONNX Runtime's severity for errors."""


class Session(Protocol):
    """What is used of onnxruntime.InferenceSession."""

    def run(self, outputs: Sequence[str] | None, feeds: Mapping[str, np.ndarray[Any, Any]]) -> list[Any]:
        """Compute the named outputs, all of them for None."""

    def get_inputs(self) -> list[Any]:
        """The graph's inputs; each has a `name`."""


def open_session(model: Path, threads: int) -> Session:
    """Open a model on CUDA when ONNX Runtime offers it, else on the processor with `threads` threads.

    Idle threads sleep instead of spinning: a spinning thread takes a core from the other processes of a small
    machine. Memory of a batch goes back to the system, so that one long text does not enlarge the process for good.
    Raises StoredFileError when the file is no model.
    """
    import onnxruntime

    onnxruntime.set_default_logger_severity(_QUIET)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = max(1, threads)
    options.inter_op_num_threads = 1
    options.log_severity_level = _QUIET
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    offered = onnxruntime.get_available_providers()
    providers = [p for p in ("CUDAExecutionProvider", "CPUExecutionProvider") if p in offered]
    try:
        session: Session = onnxruntime.InferenceSession(str(model), options, providers=providers)
    except Exception as error:
        raise StoredFileError(
            N_("{file} is no model that ONNX Runtime can open: {reason}"), file=model, reason=_first_line(error)
        ) from error
    return session


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
