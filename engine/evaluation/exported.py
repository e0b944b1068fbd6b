"""Scores what will be served: the exported artifact, on validation and test, and how fast it answers.

A fixed sample of the training rows is scored too, for the gap between what was learned and what was understood. It has
at most as many rows as validation, so that it costs at most what scoring validation does, and no choice looks at it.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, StoredFileError
from engine.evaluation.bootstrap import measure_quality
from engine.evaluation.calibration import ece_of
from engine.evaluation.metrics import majority_class, score_classes, scores
from engine.evaluation.stored import Predictions, evaluation_section, write_evaluation, write_predictions
from engine.evaluation.subset import evaluated_rows
from engine.evaluation.unnamed import with_wrong_answers
from engine.inference.hosted.model import RemoteText
from engine.inference.hosted.report import alone_milliseconds
from engine.inference.runtimes import Predictor
from engine.inference.serving import ServingPoint, latency_of, point_of, serving_curve, single_latency
from engine.recorder import EVENTS_FILE, Recorder, read_events
from engine.spec import Draws, Input, Split
from engine.training.stop import obey_stop

CHUNK = 256
"""Inputs that are scored between two looks at whether the run shall stop."""
CHECKED_ROWS = 16
"""Rows of each split on which an export is compared with the model that was fitted."""
TOLERANCE = 1e-3
"""Largest difference of a probability between the fitted and the exported model."""
LATENCY_CALLS = (40, 100)
"""Fewest and most single requests that latency is taken from; slow models get as many as fit in LATENCY_SECONDS."""
LATENCY_SECONDS = 3.0
SERVED_INPUTS = 500
LEAST_REMOTE = 10
"""Requests of one level of load below which a remote model's rate is not told."""
EVALUATED: tuple[Split, ...] = ("validation", "test")
TRAIN_ROWS = 1000
"""Most training rows that are scored, the same ones in every run on a data set."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one split."""

    row: list[int]
    """Line numbers in the source file."""
    inputs: list[Input]
    targets: list[int]


@dataclass(frozen=True, slots=True)
class Exported:
    """A run whose artifact is to be scored."""

    folder: Path
    run: str
    predictor: Predictor
    recorder: Recorder
    draws: Draws | None


def score_splits(exported: Exported, splits: dict[Split, Rows]) -> None:
    """Predict validation and test, and record figures with intervals, each beside the majority class's."""
    labels = exported.predictor.labels
    naive = majority_class(np.asarray(splits["train"].targets), len(labels))
    sections: dict[str, dict[str, Any]] = {}
    for split in EVALUATED:
        rows = splits[split]
        predictions = _predict(exported, split, rows)
        if isinstance(exported.predictor, RemoteText):
            predictions = with_wrong_answers(predictions, naive)
        write_predictions(exported.folder, split, predictions)
        y = predictions.y
        quality = measure_quality(y, predictions.answers(), len(labels))
        always = score_classes(y, np.full(len(y), naive), len(labels))
        for measure, figure in quality.overall.items():
            exported.recorder.summary(split, measure, figure, baseline=always.of(measure))
        if not isinstance(exported.predictor, RemoteText):  # which says nothing about how sure it is
            exported.recorder.summary(split, "quality.ece", ece_of(y, predictions.probabilities))
        shipped = scores(y, predictions.probabilities)
        sections[split] = evaluation_section(labels, shipped, quality.per_class, naive, always)
        exported.recorder.artifact(f"predictions.{split}", exported.folder / f"predictions.{split}.npz")
    exported.recorder.artifact("evaluation", write_evaluation(exported.folder, sections))
    if isinstance(exported.predictor, RemoteText):
        return  # it learnt nothing from these rows, and every one of them would be paid for
    _score_train(exported, splits["train"], len(splits["validation"].row))


def _score_train(exported: Exported, train: Rows, most: int) -> None:
    """Answer a sample of the training rows with the exported model; leaderboards and evidence do not look at it."""
    chosen = evaluated_rows(len(train.row), min(TRAIN_ROWS, most))
    rows = Rows(*([column[i] for i in chosen] for column in (train.row, train.inputs, train.targets)))
    y, row = np.asarray(rows.targets, dtype=np.int64), np.asarray(rows.row, dtype=np.int64)
    predictions = Predictions(exported.run, y, row, _answers(exported, "train", rows.inputs))
    path = write_predictions(exported.folder, "train", predictions)
    for measure, figure in measure_quality(y, predictions.answers(), len(exported.predictor.labels)).overall.items():
        exported.recorder.summary("train", measure, figure)
    exported.recorder.artifact("predictions.train", path)


def measure_serving(exported: Exported, inputs: Sequence[Input]) -> None:
    """Record latency of single requests and the curve of rate and latency over concurrency."""
    if isinstance(exported.predictor, RemoteText):
        _tell_remote(exported.recorder, exported.predictor)
        return
    recorder, served = exported.recorder, inputs[:SERVED_INPUTS]
    recorder.progress(0.97, N_("Measuring latency"))
    latency = single_latency(exported.predictor, served, _latency_calls(exported.predictor, served))
    obey_stop(recorder)
    recorder.progress(0.98, N_("Measuring how many requests a second it serves"))
    points = serving_curve(exported.predictor, served)
    recorder.summary("serving", "latency.p50_ms", latency.p50)
    recorder.summary("serving", "latency.p95_ms", latency.p95)
    known = _levels_logged(exported.folder)
    _log_points(recorder, [point for point in points if point.concurrency not in known])


def _log_points(recorder: Recorder, points: Sequence[ServingPoint]) -> None:
    figures = ("rate_rps", "rate_low", "rate_high", "p50_ms", "p95_ms", "p95_low", "p95_high")
    for point in points:
        recorder.log(point.concurrency, **{f"serving.{name}": getattr(point, name) for name in figures})


def _tell_remote(recorder: Recorder, predictor: RemoteText) -> None:
    """Latency and load of the requests that the evaluation sent: none is sent, and paid for, to be timed alone."""
    alone = np.asarray(alone_milliseconds(predictor))
    if len(alone):
        latency = latency_of(alone)
        recorder.summary("serving", "latency.p50_ms", latency.p50)
        recorder.summary("serving", "latency.p95_ms", latency.p95)
    loads = {n: load for n, load in sorted(predictor.told.loads.items()) if len(load.ends) >= LEAST_REMOTE}
    points = [point_of(n, np.sort(load.ends), np.asarray(load.milliseconds), load.elapsed) for n, load in loads.items()]
    _log_points(recorder, points)
    if not points:
        recorder.note(N_("How many requests a second it answers is not known: nearly all answers were kept ones."))


def _latency_calls(predictor: Predictor, inputs: Sequence[Input]) -> int:
    sample = inputs[:5]
    begun = time.perf_counter()
    for one in sample:
        predictor.predict([one])
    each = (time.perf_counter() - begun) / max(1, len(sample))
    fewest, most = LATENCY_CALLS
    return max(fewest, min(most, int(LATENCY_SECONDS / max(each, 1e-9))))


def _levels_logged(folder: Path) -> set[int]:
    """Concurrencies whose points an attempt killed a moment ago has logged: a point is logged once."""
    logged: set[int] = set()
    for event, _ in read_events(folder / EVENTS_FILE):
        if event["kind"] == "metric" and "serving.rate_rps" in event["values"]:
            logged.add(event["step"])
        if event["kind"] == "resume":
            logged = {level for level in logged if level <= event["step"]}
    return logged


def _predict(exported: Exported, split: Split, rows: Rows) -> Predictions:
    y, row = np.asarray(rows.targets, dtype=np.int64), np.asarray(rows.row, dtype=np.int64)
    if exported.draws is None:
        return Predictions(exported.run, y, row, _answers(exported, split, rows.inputs))
    drawn = np.stack(getattr(exported.draws, split)).astype(np.float32)
    shipped = drawn[exported.draws.shipped]
    _verify(exported, rows.inputs[:CHECKED_ROWS], shipped[:CHECKED_ROWS])
    return Predictions(exported.run, y, row, shipped, drawn)


def _answers(exported: Exported, split: Split, inputs: Sequence[Input]) -> NDArray[np.float32]:
    parts = []
    for start in range(0, len(inputs), CHUNK):
        obey_stop(exported.recorder)
        parts.append(exported.predictor.predict(inputs[start : start + CHUNK]))
        done = start + len(parts[-1])
        exported.recorder.progress(
            0.95, N_("Scoring {split}: {done} of {total}"), split=split, done=done, total=len(inputs)
        )
    return np.concatenate(parts)


def _verify(exported: Exported, inputs: Sequence[Input], expected: NDArray[np.float32]) -> None:
    """Raise StoredFileError when the exported model does not answer as the fitted one did."""
    difference = float(np.abs(exported.predictor.predict(inputs) - expected).max(initial=0.0))
    if not difference <= TOLERANCE:
        raise StoredFileError(
            N_("The exported model is {difference} off the fitted one in a probability; {tolerance} is allowed."),
            difference=round(difference, 6),
            tolerance=TOLERANCE,
        )
