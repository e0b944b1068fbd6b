"""POST /v1/models/{run}/explain: why a model gives its answer to one text or picture, without torch.

A linear model is taken apart exactly. Any other is asked again with one part left out, or covered, at a time, in small
requests through the same queue as all others, so that nobody waits for a whole explanation; they are metered alike.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from fastapi import FastAPI, Path
from fastapi.concurrency import run_in_threadpool
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from engine.entrypoints.api import schema
from engine.entrypoints.api.library import ModelLibrary
from engine.entrypoints.api.pictures import decode_all
from engine.errors import N_, InputError, StateError, UnknownName
from engine.explanation.linear import explain_linear
from engine.explanation.occlusion import LeaveOut, leave_out
from engine.explanation.pictures import Cover, cover
from engine.inference.hosted.model import RemoteText
from engine.inference.linear import LinearText
from engine.inference.runtimes import input_kind

AT_ONCE = 8
"""Texts that one request of an explanation asks; others are served between them."""
Run = Annotated[str, Path(pattern=schema.RUN_PATTERN, description="Id of a finished run.")]


class ExplainRequest(BaseModel):
    """One text or a picture in base64, and the label to explain when it is not the answer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"input": "Fits well."}]})

    input: schema.Text = Field(
        description=f"One text of at most {schema.MAX_CHARACTERS} characters, or a picture in base64."
    )
    label: str | None = Field(None, description="The label to explain; the answer when it is left out.")


class ExplainResponse(BaseModel):
    """How much each part spoke for the label, and what that took."""

    run: str
    recipe: str
    explanation: dict[str, Any] = Field(
        description="`method`, `figure` (log_odds or score), `label`, `probability`, `value`, `base`, `gap`, `pieces` "
        "(text and value, joined the text as it was read), `terms` (the strongest). Of a picture `grid`, rows from the "
        "top."
    )
    asked: int = Field(description="Texts that the model was asked.")
    latency_ms: float = Field(description="Milliseconds in the server: waiting, batching and computing.")
    compute_seconds: float = Field(description="Computing time of all texts that were asked.")


def add_explaining(app: FastAPI, library: ModelLibrary, errors: dict[int | str, dict[str, Any]]) -> None:
    """Add the route."""

    @app.post("/v1/models/{run}/explain", response_model=ExplainResponse, responses=errors)
    async def explain(run: Run, request: ExplainRequest) -> ExplainResponse:
        """Why the model gives its answer, or how it sees another label."""
        begun = time.perf_counter()
        loaded = await run_in_threadpool(library.open, run)
        target = _place(loaded.predictor.labels, request.label)
        if isinstance(loaded.predictor, RemoteText):
            raise StateError(
                N_("Answers of a hosted API are not explained: each word left out would be asked and paid for.")
            )
        if isinstance(loaded.predictor, LinearText):
            _refuse_long(request.input)
            started = time.perf_counter()
            exact = await run_in_threadpool(explain_linear, loaded.predictor, request.input, target)
            told, asked, seconds = exact.as_dict(), 1, time.perf_counter() - started
        else:
            plan = await _plan(input_kind(loaded.manifest), request.input)
            probabilities, seconds = await _ask(library, run, plan)
            told, asked = plan.explained(probabilities, loaded.predictor.labels, target).as_dict(), plan.count
        return ExplainResponse(
            run=run,
            recipe=loaded.manifest.recipe,
            explanation=told,
            asked=asked,
            latency_ms=1_000 * (time.perf_counter() - begun),
            compute_seconds=seconds,
        )


async def _plan(kind: str, given: str) -> LeaveOut | Cover:
    """What to ask of a model that is no linear one of texts."""
    if kind == "image":
        (picture,) = await decode_all([given])
        return await run_in_threadpool(cover, picture)
    _refuse_long(given)
    return leave_out(given)


async def _ask(library: ModelLibrary, run: str, plan: LeaveOut | Cover) -> tuple[NDArray[np.float32], float]:
    """Answers to all that the plan asks, and the computing time they took."""
    answers, seconds = [], 0.0
    for start in range(0, plan.count, AT_ONCE):
        inputs: Sequence[Any] = await run_in_threadpool(plan.asked, start, start + AT_ONCE)
        _loaded, future = await run_in_threadpool(library.submit, run, inputs)
        answer = await asyncio.wrap_future(future)
        answers.append(answer.probabilities)
        seconds += answer.compute_seconds
    return np.concatenate(answers), seconds


def _refuse_long(text: str) -> None:
    if len(text) > schema.MAX_CHARACTERS:
        raise InputError(
            N_("Text {place} has {characters} characters; at most {limit} are allowed."),
            place=1,
            characters=len(text),
            limit=schema.MAX_CHARACTERS,
        )


def _place(labels: tuple[str, ...], label: str | None) -> int | None:
    if label is None:
        return None
    if label not in labels:
        raise UnknownName(N_("label"), label, list(labels))
    return labels.index(label)
