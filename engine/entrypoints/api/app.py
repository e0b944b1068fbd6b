"""The HTTP interface of finished runs.

GET  /health                      state of the server
GET  /v1/models                   all models
GET  /v1/models/{run}             one model
POST /v1/models/{run}/predict     answers for one or several texts, or pictures in base64
POST /v1/models/{run}/predict/picture   answers for one picture, sent as its file
POST /v1/models/{run}/explain     how much each word of a text, or part of a picture, spoke for the answer
GET  /openapi.json                this interface in OpenAPI
"""

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import FastAPI, Path, Response
from fastapi.concurrency import run_in_threadpool

from engine.entrypoints.api import answers, faults, schema
from engine.entrypoints.api.explaining import add_explaining
from engine.entrypoints.api.library import ModelLibrary
from engine.entrypoints.api.limits import MAX_BODY, MAX_PICTURE_BODY, RequestLimits
from engine.entrypoints.api.memory import keep_small
from engine.entrypoints.api.pictures import add_pictures, decode_all
from engine.entrypoints.api.short_way import ShortWay
from engine.entrypoints.api.usage import UsageLog
from engine.errors import ProspectusError
from engine.inference.manifest import Manifest
from engine.inference.runtimes import input_kind

Run = Annotated[str, Path(pattern=schema.RUN_PATTERN, description="Id of a finished run.")]
PREDICTING = re.compile(r"/v1/models/([^/]+)/(?:predict(?:/picture)?|explain)")
_ERRORS: dict[int | str, dict[str, Any]] = {
    404: {"model": schema.ErrorResponse, "description": "No such model; the message lists those there are."},
    409: {"model": schema.ErrorResponse, "description": "The model does not fit the server's memory limit."},
    413: {"model": schema.ErrorResponse, "description": "The body, or a picture in it, is too large."},
    415: {"model": schema.ErrorResponse, "description": "The body is of a type, or a picture of a format, not read."},
    422: {"model": schema.ErrorResponse, "description": "The request is not as documented."},
    500: {"model": schema.ErrorResponse, "description": "The model's files are damaged."},
    503: {"model": schema.ErrorResponse, "description": "Too many requests, or a package is not installed."},
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Where models are found and what they may take."""

    home: FilePath
    threads: int = 1
    memory_bytes: int = 1_000_000_000


def create_app(settings: Settings) -> FastAPI:
    """The application; it owns the loaded models and the usage file, and closes both when it ends."""
    usage = UsageLog(settings.home)
    library = ModelLibrary(
        settings.home,
        threads=settings.threads,
        limit_bytes=settings.memory_bytes,
        on_batch=usage.record,
        on_charge=usage.charge,
    )
    started = time.monotonic()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        tidying = asyncio.create_task(keep_small(lambda: usage.batches, settings.home))
        yield
        tidying.cancel()
        await run_in_threadpool(library.close)
        usage.close()

    # No /docs page: FastAPI's loads its scripts from another host.
    app = FastAPI(
        title="Prospectus models", summary="Finished runs, ready to be asked.", version="1",
        docs_url=None, redoc_url=None, lifespan=lifespan,
    )  # fmt: skip
    app.add_middleware(ShortWay, library=library)
    app.add_middleware(RequestLimits, max_body=lambda path: _largest_body(library, path))
    faults.install(app)

    @app.get("/health", response_model=schema.Health)
    def health() -> schema.Health:
        """Answers as soon as the server takes requests."""
        loaded = library.loaded()
        return schema.Health(
            status="ok",
            uptime_seconds=time.monotonic() - started,
            threads=settings.threads,
            models_loaded=len(loaded),
            memory_bytes=sum(loaded.values()),
            memory_limit_bytes=settings.memory_bytes,
        )

    _add_models(app, library)
    add_explaining(app, library, _ERRORS)
    return app


def _largest_body(library: ModelLibrary, path: str) -> int:
    """Bytes that a request to this path may have: more for a model that reads pictures."""
    asked = PREDICTING.fullmatch(path)
    try:
        reads = input_kind(library.manifest(asked[1])) if asked else "text"
    except ProspectusError:
        reads = "text"  # the route says what is wrong with the run
    return MAX_PICTURE_BODY if reads == "image" else MAX_BODY


def _add_models(app: FastAPI, library: ModelLibrary) -> None:
    @app.get("/v1/models", response_model=schema.ModelList)
    def models() -> schema.ModelList:
        """All finished runs, and those whose files are damaged."""
        found, damaged = library.manifests()
        loaded = library.loaded()
        return schema.ModelList(
            models=[_info(run, manifest, run in loaded) for run, manifest in found.items()],
            damaged=[
                schema.DamagedModel(run=run, error=schema.ErrorInfo(**error.as_dict()))
                for run, error in damaged.items()
            ],
        )

    @app.get("/v1/models/{run}", response_model=schema.ModelInfo, responses=_ERRORS)
    def model(run: Run) -> schema.ModelInfo:
        """One finished run."""
        return _info(run, library.manifest(run), run in library.loaded())

    async def answered(run: str, inputs: Sequence[Any], begun: float) -> Response:
        queued = library.submit_ready(run, inputs)
        loaded, future = queued if queued else await run_in_threadpool(library.submit, run, inputs)
        return answers.response(run, loaded, await asyncio.wrap_future(future), begun)

    @app.post("/v1/models/{run}/predict", response_model=schema.PredictResponse, responses=_ERRORS)
    async def predict(run: Run, request: schema.PredictRequest) -> Response:
        """Classify one or several texts, or pictures in base64. The model is loaded at its first request."""
        begun = time.perf_counter()
        given = answers.given(request)
        if input_kind(library.manifest(run)) == "image":
            return await answered(run, await decode_all(given), begun)
        answers.refuse_long(given)
        return await answered(run, given, begun)

    add_pictures(app, library, answered, _ERRORS)


def _info(run: str, manifest: Manifest, loaded: bool) -> schema.ModelInfo:
    return schema.ModelInfo(
        run=run,
        task=manifest.task,
        recipe=manifest.recipe,
        labels=list(manifest.labels),
        language=manifest.language,
        input_kind=input_kind(manifest),
        base_model=dict(manifest.base_model) if manifest.base_model else None,
        parameters=manifest.parameters,
        bytes=manifest.served_bytes,
        loaded=loaded,
        written_at=manifest.written_at,
    )
