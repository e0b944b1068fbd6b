"""Probe: what a few units of work take on this machine, measured in a quarter of a minute, before it has trained."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import N_
from engine.inference.basemodels import MINILM
from engine.inference.encoders import load_encoder
from engine.inference.files import write_whole
from engine.spec.config import setting
from engine.spec.routine import Routine, RoutineContext
from engine.training.stop import obey_stop
from engine.training.workload.shape import encoder_shape
from engine.training.workload.texts import merged, reading

FOUND_FILE = "found.json"
WORDS = ["parcel", "arrived", "late", "and", "the", "box", "was", "damaged", "but", "the", "lamp", "works"]
TEXT_WORDS = (6, 12, 24)
ROWS, TOKENS = 8, 64


@dataclass(frozen=True)
class Config:
    """How long each part is measured."""

    seconds: float = setting(
        3.0, N_("Seconds a measurement"), N_("Longer is steadier."), minimum=0.2, maximum=60.0, unit="s"
    )


def run(context: RoutineContext) -> None:
    """Write `found.json`: threads, and pairs of amounts of work and the seconds that they took."""
    seconds, threads = context.config.seconds, context.job.threads
    parts: list[Callable[[], tuple[dict[str, float], float]]] = [
        _starting,
        _importing,
        lambda: _training(seconds, threads),
        lambda: _reading(seconds, threads, Path(context.job.cache_folder)),
    ]
    observed = []
    for place, part in enumerate(parts):
        obey_stop(context.recorder)
        context.recorder.progress(
            place / len(parts), N_("Measurement {place} of {count}"), place=place + 1, count=len(parts)
        )
        observed.append(part())
    write_whole(context.output / FOUND_FILE, json.dumps({"threads": threads, "observed": observed}).encode())
    trained = observed[2]
    rate = trained[0]["gflop_trained"] / trained[1]
    context.recorder.note(N_("Training computes {rate} billion operations a second."), rate=round(rate, 1))


def _starting() -> tuple[dict[str, float], float]:
    """A process that imports what every run does."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import engine.execute, pyarrow.parquet"], check=True)
    return {"start": 1.0}, time.perf_counter() - begun


def _importing() -> tuple[dict[str, float], float]:
    begun = time.perf_counter()
    import torch  # noqa: F401
    import transformers
    from transformers import Trainer  # noqa: F401

    transformers.logging.set_verbosity_error()
    _model()
    return {"torch": 1.0}, time.perf_counter() - begun


def _model() -> Any:
    import transformers

    from engine.inference.basemodels import resolve

    transformers.logging.disable_progress_bar()
    return transformers.AutoModelForSequenceClassification.from_pretrained(resolve(MINILM).path, dtype="float32")


def _training(seconds: float, threads: int) -> tuple[dict[str, float], float]:
    """Steps forward and back on random tokens, in float32."""
    import torch

    torch.set_num_threads(threads)
    shape, model = encoder_shape(MINILM), _model().train()
    ids = torch.randint(1000, 20000, (ROWS, TOKENS), generator=torch.Generator().manual_seed(0))
    labels = torch.zeros(ROWS, dtype=torch.long)
    steps, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        model(input_ids=ids, attention_mask=torch.ones_like(ids), labels=labels).loss.backward()
        model.zero_grad(set_to_none=True)
        steps += 1
    spent = time.perf_counter() - begun
    tokens, pairs = steps * ROWS * TOKENS, steps * ROWS * TOKENS**2
    return {"gflop_trained": 3 * shape.gflop(tokens, pairs), "mpairs_trained": shape.score_mpairs(pairs)}, spent


def _reading(seconds: float, threads: int, cache: Path) -> tuple[dict[str, float], float]:
    """Texts read by the encoder as it is served."""
    encoder, shape = load_encoder(MINILM, cache, threads), encoder_shape(MINILM)
    generator = np.random.default_rng(0)
    texts = [" ".join(generator.choice(WORDS, size=size)) for size in TEXT_WORDS for _ in range(16)]
    lengths = np.array([len(text.split()) + 2 for text in texts])
    encoder.encode(texts[:4])
    found: dict[str, float] = {}
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        encoder.encode(texts)
        found = merged(found, reading(shape, lengths))
    return found, time.perf_counter() - begun


ROUTINE = Routine(
    name="probe",
    title=N_("Measure this machine"),
    summary=N_(
        "Times a few units of work in a quarter of a minute, so that estimates fit this machine before anything was "
        "trained on it."
    ),
    config=Config,
    run=run,
    page="estimate",
)
