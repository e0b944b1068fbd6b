"""POST /v1/models/{run}/explain: why a model gives its answer to one text, without torch.

A linear model is taken apart exactly. Any other is asked again with one part of the text left out at a time, in small
requests through the same queue as all others, so that nobody waits for a whole explanation; they are metered alike.
"""

import asyncio
import time
from typing import Annotated, Any

import numpy as np
from fastapi import FastAPI, Path
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from engine.entrypoints.api import schema
from engine.entrypoints.api.library import ModelLibrary
from engine.entrypoints.api.pictures import require
from engine.errors import N_, InputError, UnknownName
from engine.explanation.linear import explain_linear
from engine.explanation.occlusion import leave_out
from engine.explanation.results import TextExplanation
from engine.inference.linear import LinearText

AT_ONCE = 8
"""Texts that one request of an explanation asks; others are served between them."""
Run = Annotated[str, Path(pattern=schema.RUN_PATTERN, description="Id of a finished run.")]


class ExplainRequest(BaseModel):
    """One text, and the label to explain when it is not the answer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"input": "Fits well."}]})

    input: schema.Text = Field(description=f"One text of at most {schema.MAX_CHARACTERS} characters.")
    label: str | None = Field(None, description="The label to explain; the answer when it is left out.")


class ExplainResponse(BaseModel):
    """How much each part spoke for the label, and what that took."""

    run: str
    recipe: str
    explanation: dict[str, Any] = Field(
        description="`method`, `figure` (log_odds or score), `label`, `probability`, `value`, `base`, `gap`, `pieces` "
        "(text and value, joined the text as it was read), `terms` (the strongest)."
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
        if len(request.input) > schema.MAX_CHARACTERS:
            raise InputError(
                N_("Text {place} has {characters} characters; at most {limit} are allowed."),
                place=1,
                characters=len(request.input),
                limit=schema.MAX_CHARACTERS,
            )
        require(library.manifest(run), "text")
        loaded = await run_in_threadpool(library.open, run)
        target = _place(loaded.predictor.labels, request.label)
        if isinstance(loaded.predictor, LinearText):
            started = time.perf_counter()
            found = await run_in_threadpool(explain_linear, loaded.predictor, request.input, target)
            asked, seconds = 1, time.perf_counter() - started
        else:
            found, asked, seconds = await _leave_out(library, run, request.input, target)
        return ExplainResponse(
            run=run,
            recipe=loaded.manifest.recipe,
            explanation=found.as_dict(),
            asked=asked,
            latency_ms=1_000 * (time.perf_counter() - begun),
            compute_seconds=seconds,
        )


async def _leave_out(
    library: ModelLibrary, run: str, text: str, target: int | None
) -> tuple[TextExplanation, int, float]:
    plan = leave_out(text)
    asked, answers, seconds = plan.asked, [], 0.0
    labels: tuple[str, ...] = ()
    for start in range(0, len(asked), AT_ONCE):
        loaded, future = await run_in_threadpool(library.submit, run, asked[start : start + AT_ONCE])
        answer = await asyncio.wrap_future(future)
        answers.append(answer.probabilities)
        seconds += answer.compute_seconds
        labels = loaded.predictor.labels
    return plan.explained(np.concatenate(answers), labels, target), len(asked), seconds


def _place(labels: tuple[str, ...], label: str | None) -> int | None:
    if label is None:
        return None
    if label not in labels:
        raise UnknownName(N_("label"), label, list(labels))
    return labels.index(label)
