"""Limits of a request, enforced while its body arrives."""

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.entrypoints.api.faults import response
from engine.errors import N_, InputError, ProspectusError, StateError

MAX_BODY = 1_000_000
MAX_PICTURE_BODY = 12_000_000
"""Of a request to a model that reads pictures: a telephone's JPEG, also in base64."""
MAX_HELD = 96_000_000
"""Bytes of all requests above MAX_BODY that are held at once."""
MAX_REQUESTS = 128
BODY_SECONDS = 30.0


class RequestLimits:
    """ASGI middleware: body size (413), time to send it (408), and requests at once (503).

    The body is read here, block by block, and handed on whole, so that no route sees one that is too large.
    """

    def __init__(
        self, app: ASGIApp, max_body: Callable[[str], int] = lambda path: MAX_BODY, max_requests: int = MAX_REQUESTS
    ) -> None:
        self._app = app
        self._max_body = max_body
        self._max_requests = max_requests
        self._running = 0
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._running >= self._max_requests:
            fault = StateError(
                N_("The server has {count} requests at work, its limit; try again."), count=self._running
            )
            await _refuse(fault, 503, scope, receive, send)
            return
        self._running += 1
        try:
            await self._serve(scope, receive, send)
        finally:
            self._running -= 1

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self._max_body(scope["path"])
        if limit > MAX_BODY and self._held + limit > MAX_HELD:
            fault = StateError(
                N_("The server has {count} requests at work, its limit; try again."), count=self._running
            )
            await _refuse(fault, 503, scope, receive, send)
            return
        self._held += limit if limit > MAX_BODY else 0
        try:
            await self._answer(limit, scope, receive, send)
        finally:
            self._held -= limit if limit > MAX_BODY else 0

    async def _answer(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(BODY_SECONDS):  # wait_for would make a task of every request
                body = await self._read(limit, scope, receive)
        except TimeoutError:
            fault = InputError(N_("The request did not arrive within {seconds} s."), seconds=int(BODY_SECONDS))
            await _refuse(fault, 408, scope, receive, send)
            return
        if body is None:
            large = InputError(N_("A request may have at most {limit} bytes."), limit=limit)
            await _refuse(large, 413, scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)

    async def _read(self, limit: int, scope: Scope, receive: Receive) -> bytes | None:
        """The body, or None when it is larger than allowed, as announced or as it arrives."""
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit:
            return None
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > limit:
                return None
            if not message.get("more_body"):
                return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _refuse(fault: ProspectusError, status: int, scope: Scope, receive: Receive, send: Send) -> None:
    answer = response(fault, status)
    answer.headers["connection"] = "close"
    await answer(scope, receive, send)
