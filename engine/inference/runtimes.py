"""From an artifact folder to a predictor. Imports no torch.

A runtime kind is one entry of `RUNTIMES`: the function that opens it from the artifact and its manifest.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, StoredFileError
from engine.inference.encoders import open_encoder
from engine.inference.files import inside
from engine.inference.head import EmbeddingHead
from engine.inference.hosted.model import KIND as REMOTE
from engine.inference.hosted.model import Remote, RemoteText
from engine.inference.linear import LinearText
from engine.inference.linear_image import LinearImage
from engine.inference.manifest import Manifest, read_manifest, verify
from engine.inference.onnx_image import OnnxImage
from engine.inference.onnx_text import OnnxText
from engine.spec import Input, InputKind


class Predictor(Protocol):
    """A model that is ready to answer. It holds no file open for writing and may be used from several threads."""

    labels: tuple[str, ...]
    """Class names in index order."""
    bytes: int
    """Size of the files that it serves from."""

    def predict(self, inputs: Sequence[Input], /) -> NDArray[np.float32]:
        """Class probabilities (inputs, labels); each row sums to 1. No inputs give shape (0, labels).

        Of one kind: texts, or pictures as paths or bytes. Raises PictureFault for a picture that cannot be read.
        """


def load_predictor(artifact: Path, threads: int = 1) -> Predictor:
    """Open the model of an artifact after checking the hash of every file that it serves from.

    Raises StoredFileError for a damaged, missing or foreign file, MissingPart when a package is not installed.
    """
    manifest = read_manifest(artifact)
    kind = manifest.runtime["kind"]
    if kind not in RUNTIMES:
        raise StoredFileError(
            N_("{folder} needs the runtime “{kind}”. Known: {known}."),
            folder=artifact,
            kind=kind,
            known=", ".join(RUNTIMES),
        )
    verify(artifact, manifest)
    try:
        return RUNTIMES[kind](artifact, manifest, threads)
    except KeyError as error:
        raise StoredFileError(
            N_("The manifest of {folder} lacks {setting} in its runtime."), folder=artifact, setting=error
        ) from error


def input_kind(manifest: Manifest) -> InputKind:
    """What a model reads. Raises nothing: a runtime that is not known reads texts as the oldest ones do."""
    kind = str(manifest.runtime.get("encoder", {}).get("kind", "")) or str(manifest.runtime["kind"])
    return "image" if kind in ("onnx_image", "linear_image") else "text"


def _linear_text(artifact: Path, manifest: Manifest, threads: int) -> Predictor:
    runtime = manifest.runtime
    return LinearText(inside(artifact, runtime["vocabulary"]), inside(artifact, runtime["weights"]), manifest.labels)


def _onnx_text(artifact: Path, manifest: Manifest, threads: int) -> Predictor:
    runtime = manifest.runtime
    return OnnxText(
        inside(artifact, runtime["model"]),
        inside(artifact, runtime["tokenizer"]),
        manifest.labels,
        size=manifest.served_bytes,
        max_length=int(runtime["max_length"]),
        pad_id=int(runtime["pad_id"]),
        threads=threads,
    )


def _embedding_head(artifact: Path, manifest: Manifest, threads: int) -> Predictor:
    runtime = manifest.runtime
    encoder = open_encoder(artifact, runtime["encoder"], threads)
    return EmbeddingHead(encoder, inside(artifact, runtime["head"]), manifest.labels, manifest.served_bytes)


def _onnx_image(artifact: Path, manifest: Manifest, threads: int) -> Predictor:
    runtime = manifest.runtime
    return OnnxImage(
        inside(artifact, runtime["model"]),
        manifest.labels,
        size=manifest.served_bytes,
        side=int(runtime["side"]),
        threads=threads,
    )


def _linear_image(artifact: Path, manifest: Manifest, threads: int) -> Predictor:
    return LinearImage(inside(artifact, manifest.runtime["weights"]), manifest.labels)


def _remote(artifact: Path, manifest: Manifest, threads: int) -> Predictor:
    runtime = dict(manifest.runtime)
    return RemoteText(inside(artifact, runtime["prompt"]), manifest.labels, manifest.served_bytes, Remote.of(runtime))


RUNTIMES: dict[str, Callable[[Path, Manifest, int], Predictor]] = {
    "linear_text": _linear_text,
    "onnx_text": _onnx_text,
    "embedding_head": _embedding_head,
    "onnx_image": _onnx_image,
    "linear_image": _linear_image,
    REMOTE: _remote,
}
