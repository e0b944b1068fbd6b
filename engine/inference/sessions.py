"""ONNX Runtime sessions, opened the same way everywhere. Imports no torch."""

import logging
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.devices import CPU_PROVIDER, CUDA_PROVIDER, onnx_providers, read_machine
from engine.errors import N_, StoredFileError
from engine.inference.arithmetic import softmax
from engine.inference.external import require_inside

log = logging.getLogger("prospectus")
_QUIET = 3
"""ONNX Runtime's severity for errors."""
PROVIDER_OPTIONS: dict[str, dict[str, str]] = {
    CUDA_PROVIDER: {"arena_extend_strategy": "kSameAsRequested"},
    CPU_PROVIDER: {},
}
"""On CUDA, memory grows by what is asked for and not to the next power of two, as several models share the device."""


class Session(Protocol):
    """What is used of onnxruntime.InferenceSession."""

    def run(self, outputs: Sequence[str] | None, feeds: Mapping[str, np.ndarray[Any, Any]]) -> list[Any]:
        """Compute the named outputs, all of them for None."""

    def get_inputs(self) -> list[Any]:
        """The graph's inputs; each has a `name`."""

    def get_providers(self) -> list[str]:
        """Names of the execution providers that it uses, the preferred one first."""


def open_session(model: Path, threads: int) -> Session:
    """Open a model on CUDA where there is a device and onnxruntime-gpu, else on the processor with `threads` threads.

    Idle threads sleep instead of spinning: a spinning thread takes a core from the other processes of a small
    machine. Memory of a batch goes back to the system, so that one long text does not enlarge the process for good.
    Raises StoredFileError when the file is no model, or its weights lie outside its folder; nothing was opened then.
    """
    import onnxruntime

    require_inside(model)
    onnxruntime.set_default_logger_severity(_QUIET)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = max(1, threads)
    options.inter_op_num_threads = 1
    options.log_severity_level = _QUIET
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False  # hardly two batches have one shape: 11 MB less at their peak, as fast
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    chosen = [(name, PROVIDER_OPTIONS[name]) for name in providers()]
    try:
        session: Session = onnxruntime.InferenceSession(str(model), options, providers=chosen)
    except Exception as error:
        raise StoredFileError(
            N_("{file} is no model that ONNX Runtime can open: {reason}"), file=model, reason=_first_line(error)
        ) from error
    _tell_when_refused(session)
    return session


@cache
def providers() -> tuple[str, ...]:
    """Names of the execution providers that models are opened with here, the preferred one first."""
    import onnxruntime

    found = tuple(onnx_providers(tuple(onnxruntime.get_available_providers()), read_machine()))
    if CUDA_PROVIDER in found:
        onnxruntime.preload_dlls()  # the CUDA libraries that torch or pip brought, where the system has none
    return found


def class_probabilities(logits: Any, labels: Sequence[str], file: Path) -> NDArray[np.float64]:
    """Softmax of the logits (rows, classes) of `file`. Raises StoredFileError unless there are as many labels."""
    if logits.shape[1] != len(labels):
        raise StoredFileError(
            N_("{file} gives {classes} classes, its manifest names {labels}."),
            file=file,
            classes=logits.shape[1],
            labels=len(labels),
        )
    return softmax(logits)


def _tell_when_refused(session: Session) -> None:
    """ONNX Runtime takes the processor when CUDA's libraries do not load; that is much slower and must be known."""
    if providers()[0] not in session.get_providers():
        log.warning("ONNX Runtime could not use %s; models run on the processor", providers()[0])


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
