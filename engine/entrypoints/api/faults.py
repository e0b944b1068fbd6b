"""Every fault as JSON of one shape: {"error": {...}}. A stack trace goes to the log, never to the caller."""

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from engine.errors import N_, InputError, MissingPart, ProspectusError, StateError, StoredFileError, UnknownName
from engine.inference.hosted.account import CapReached
from engine.inference.hosted.protocol import ApiFault
from engine.inference.pictures import NotAPicture, PictureTooLarge
from engine.recorder import DiskFull

log = logging.getLogger("prospectus.api")

STATUS: tuple[tuple[type[ProspectusError], int], ...] = (
    (PictureTooLarge, 413),
    (NotAPicture, 415),
    (UnknownName, 404),
    (InputError, 422),
    (StateError, 409),
    (MissingPart, 503),
    (CapReached, 402),
    (ApiFault, 502),
    (DiskFull, 507),
    (StoredFileError, 500),
    (ProspectusError, 500),
)


def response(error: ProspectusError, status: int | None = None) -> JSONResponse:
    """The answer for an error; its kind decides the status."""
    status = status or next(code for kind, code in STATUS if isinstance(error, kind))
    return JSONResponse({"error": error.as_dict()}, status)


def told(error: ProspectusError, method: str, path: str) -> JSONResponse:
    """The answer for an error at a request; what is not the caller's fault goes to the log too."""
    if not isinstance(error, InputError):
        log.error("%s %s: %s", method, path, error)
    return response(error)


def install(app: FastAPI) -> None:
    """Give `app` the handlers for all kinds of faults."""
    app.add_exception_handler(ProspectusError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unknown)


async def _known(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProspectusError)
    return told(error, request.method, request.url.path)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent and not sent.endswith("json") and not request.url.path.endswith("/picture"):
        return response(InputError(N_("The request is of the type {type}; it must be JSON."), type=sent), 415)
    faults = "; ".join(_sentence(fault) for fault in list(error.errors())[:5])
    return response(InputError(N_("The request is not as documented: {faults}"), faults=faults))


def _sentence(fault: Any) -> str:
    place = ".".join(str(part) for part in _place(fault["loc"]))
    return f"{place}: {fault['msg']}"


def _place(location: Sequence[Any]) -> Sequence[Any]:
    return location[1:] if len(location) > 1 and location[0] == "body" else location


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    fault = ProspectusError(
        N_("{method} {path}: {reason}"), method=request.method, path=request.url.path, reason=str(error.detail)
    )
    answer = response(fault, error.status_code)
    answer.headers.update(error.headers or {})
    return answer


async def _unknown(request: Request, error: Exception) -> JSONResponse:
    return response(ProspectusError(N_("The model server failed at this request; its log says why.")), 500)
