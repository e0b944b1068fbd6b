"""From a request to the texts that it asks about, and from a batch to the response."""

import time
from collections.abc import Sequence

import numpy as np
from fastapi import Response

from engine.entrypoints.api import schema
from engine.entrypoints.api.library import Loaded
from engine.errors import N_, InputError
from engine.inference.batching import Answer


def given(request: schema.PredictRequest) -> list[str]:
    """What is to be classified. Raises InputError unless there is one input, or one list of a few."""
    if (request.input is None) == (request.inputs is None):
        raise InputError(N_("A request has either “input” (one text) or “inputs” (a list of texts)."))
    texts = [request.input] if request.input is not None else request.inputs or []
    if not 1 <= len(texts) <= schema.MAX_INPUTS:
        raise InputError(
            N_("A request takes 1 to {limit} texts, not {count}."), limit=schema.MAX_INPUTS, count=len(texts)
        )
    return texts


def refuse_long(texts: Sequence[str]) -> None:
    """Raise InputError naming the first text that is too long."""
    for place, text in enumerate(texts):
        if len(text) > schema.MAX_CHARACTERS:
            raise InputError(
                N_("Text {place} has {characters} characters; at most {limit} are allowed."),
                place=place + 1,
                characters=len(text),
                limit=schema.MAX_CHARACTERS,
            )


def response(run: str, loaded: Loaded, answer: Answer, begun: float) -> Response:
    """The answers as JSON; `begun` is when the request came, by the monotonic clock."""
    labels = loaded.predictor.labels
    best = np.argmax(answer.probabilities, axis=1)
    results = [
        schema.Prediction(label=labels[top], probabilities=dict(zip(labels, row, strict=True)))
        for top, row in zip(best.tolist(), answer.probabilities.tolist(), strict=True)
    ]
    body = schema.PredictResponse(
        run=run,
        task=loaded.manifest.task,
        recipe=loaded.manifest.recipe,
        results=results,
        latency_ms=1_000 * (time.perf_counter() - begun),
        compute_seconds=answer.compute_seconds,
        batch=answer.batch.texts,
    )
    # As JSON at once: FastAPI would check our own answer again and write it in Python.
    return Response(body.model_dump_json(), media_type="application/json")
