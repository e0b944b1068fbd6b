"""Pictures in requests: base64 in JSON, or one file as it is; decoded before they are queued.

A picture that cannot be read fails its own request and no other's, because what is queued can be read. Two are decoded
at a time, so that many large ones do not fill the memory together.
"""

import base64
import binascii
import re
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Body, FastAPI, Path, Request, Response
from fastapi.concurrency import run_in_threadpool

from engine.entrypoints.api import schema
from engine.entrypoints.api.library import ModelLibrary
from engine.errors import N_, InputError
from engine.inference.manifest import Manifest
from engine.inference.pictures import NotAPicture, open_picture
from engine.inference.runtimes import input_kind

if TYPE_CHECKING:
    from PIL.Image import Image

Answering = Callable[[str, Sequence[Any], float], Awaitable[Response]]
DATA_URL = re.compile(r"data:image/[\w.+-]+;base64,", re.ASCII)
_decoding = threading.BoundedSemaphore(2)


def add_pictures(
    app: FastAPI, library: ModelLibrary, answered: Answering, errors: dict[int | str, dict[str, Any]]
) -> None:
    """Add the route that takes a file as it is."""

    @app.post("/v1/models/{run}/predict/picture", response_model=schema.PredictResponse, responses=errors)
    async def predict_picture(
        run: Annotated[str, Path(pattern=schema.RUN_PATTERN, description="Id of a finished run.")],
        request: Request,
        content: Annotated[
            bytes, Body(min_length=1, media_type="image/*", description="A PNG, JPEG, WebP, GIF, BMP or TIFF file.")
        ],
    ) -> Response:
        """Classify one picture, sent as the file itself. Turned upright and shrunk as in training."""
        begun = time.perf_counter()
        sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if sent and not sent.startswith("image/") and sent != "application/octet-stream":
            raise NotAPicture(N_("The request is of the type {type}; a picture is image/…."), type=sent)
        require(library.manifest(run), "image")
        picture = await run_in_threadpool(_decoded, content, N_("The picture"))
        return await answered(run, [picture], begun)


async def decode_all(texts: Sequence[str]) -> "list[Image]":
    """Pictures in base64 or as data URLs. Raises InputError naming the place of the first that is none."""
    if len(texts) > schema.MAX_PICTURES:
        raise InputError(
            N_("A request takes 1 to {limit} pictures, not {count}."), limit=schema.MAX_PICTURES, count=len(texts)
        )
    names = [N_("The picture")] if len(texts) == 1 else [f"Picture {place + 1}" for place in range(len(texts))]
    return [await run_in_threadpool(_from_base64, *one) for one in zip(texts, names, strict=True)]


def require(manifest: Manifest, wanted: str) -> None:
    """Raise InputError when a model reads another kind of input."""
    found = input_kind(manifest)
    if found != wanted:
        raise InputError(
            N_("Model {run} reads {found}, not {wanted}."), run=manifest.run, found=KINDS[found], wanted=KINDS[wanted]
        )


KINDS = {"text": N_("texts"), "image": N_("pictures")}


def _from_base64(text: str, name: str) -> "Image":
    found = DATA_URL.match(text[:100])
    try:
        content = base64.b64decode(text[found.end() :] if found else text, validate=True)
    except (binascii.Error, ValueError):
        raise InputError(N_("{file} is not in base64."), file=name) from None
    return _decoded(content, name)


def _decoded(content: bytes, name: str) -> "Image":
    with _decoding:
        return open_picture(content, name)
