"""The short way of the commonest request: texts for a model that is in memory.

For a short text, FastAPI's routing, parsing and dependencies are half of the server's work beside the model's. So what
is asked as documented of a model that is ready is answered before it. Everything else goes the long way, through the
documented route: other models, pictures, and every request with a fault, which is told there.
"""

import asyncio
import re
import time
from concurrent.futures import Future

from pydantic import ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.entrypoints.api import answers, faults
from engine.entrypoints.api.library import Loaded, ModelLibrary
from engine.entrypoints.api.schema import PredictRequest
from engine.errors import ProspectusError
from engine.inference.batching import Answer
from engine.inference.runtimes import input_kind

_PREDICT = re.compile(r"/v1/models/([^/]+)/predict")
_JSON = b"application/json"


class ShortWay:
    """ASGI middleware. Stands behind `RequestLimits`, which hands bodies on whole."""

    def __init__(self, app: ASGIApp, library: ModelLibrary) -> None:
        self._app = app
        self._library = library

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        run = _asked(scope)
        if run is None:
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        message = await receive()
        queued = self._queued(run, message.get("body", b""))
        if queued is None:
            await self._app(scope, _again(message, receive), send)
            return
        loaded, future = queued
        try:
            reply = answers.response(run, loaded, await asyncio.wrap_future(future), begun)
        except ProspectusError as error:
            reply = faults.told(error, scope["method"], scope["path"])
        await reply(scope, receive, send)

    def _queued(self, run: str, body: bytes) -> "tuple[Loaded, Future[Answer]] | None":
        """The request in the queue of its model; None for what must go the long way."""
        try:
            texts = answers.given(PredictRequest.model_validate_json(body))
            answers.refuse_long(texts)
            loaded = self._library.ready(run)
            if loaded is None or input_kind(loaded.manifest) != "text":
                return None
            return loaded, loaded.batcher.submit(texts)
        except (ValidationError, ProspectusError):
            return None


def _asked(scope: Scope) -> str | None:
    """The run that a request in JSON asks for predictions."""
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    found = _PREDICT.fullmatch(scope["path"])
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return found[1] if found and kind.partition(b";")[0].strip().lower() == _JSON else None


def _again(message: Message, receive: Receive) -> Receive:
    """Give the message that was taken once more, then what follows."""
    waiting = [message]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
