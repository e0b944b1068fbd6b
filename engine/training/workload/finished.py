"""Work of recipes that start from a finished run: its network's shape is read from its artifact."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.lengths import WORDS
from engine.errors import N_, InputError
from engine.inference.files import read_fault
from engine.inference.manifest import read_manifest
from engine.spec.work import Asked, Work
from engine.training.modality import WHOLE_FOLDER
from engine.training.workload.shape import EncoderShape, encoder_shape, shape_from
from engine.training.workload.texts import (
    FLOAT,
    MB,
    by_leaving_out,
    cut,
    evaluated,
    explaining,
    merged,
    one_call,
    reading,
    scoring,
    serving,
)
from engine.training.workload.training import Part, training_of

MAX_LENGTH = 128


def finished_shape(asked: Asked) -> tuple[EncoderShape, str, int]:
    """The network of the finished run, the base model whose tokens it reads, and what texts are cut to.

    Raises InputError when it has no network whose numbers are known.
    """
    if asked.source_folder is None:
        raise InputError(N_("Choose the finished run whose model shall be made smaller."))
    artifact = asked.source_folder / "artifact"
    manifest = read_manifest(artifact)
    base = manifest.base_model or {}
    name = str(base.get("name", ""))
    path: Path = artifact / WHOLE_FOLDER / "config.json"
    longest = int(manifest.runtime.get("max_length", MAX_LENGTH))
    if not path.is_file():
        return encoder_shape(name), name, 256
    try:
        config = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise read_fault(path, error) from error
    return shape_from(name, config, manifest.parameters).classifier(), name, longest


def trained_again(config: Any, asked: Asked, *, kept: float, further: float = 0.0) -> Work:
    """A finished network with a share of its layers' weights kept, trained on all of them.

    further: forward passes' worth of other reading of the training rows, such as a teacher's answers.
    """
    whole, name, longest = finished_shape(asked)
    layers = max(1, round(whole.layers * kept))
    small = replace(
        whole, layers=layers, parameters=whole.parameters - (whole.layers - layers) * whole.layer_parameters
    )
    settings = _Cut(config, getattr(config, "max_length", longest))
    work = training_of(small, name, settings, asked, lambda shape: Part(trained=shape.parameters, passes=3.0))
    rows = cut(np.asarray(asked.counts(name)["train"] or [1]), longest)
    seen = np.resize(rows, config.max_train_rows or asked.rows["train"])
    teaching = {kind: further * amount for kind, amount in reading(whole, seen).items()}
    return Work({**work.phases, "fit": merged(work.phases["fit"], teaching)}, work.moments)


class _Cut:
    """A config with the length that the finished run cuts texts to."""

    def __init__(self, config: Any, max_length: int) -> None:
        self._config, self.max_length = config, max_length

    def __getattr__(self, name: str) -> Any:
        return getattr(self._config, name)


def in_eight_bits(config: Any, asked: Asked) -> Work:
    """A finished model stored in 8 bits: nothing is trained; it answers like the whole one, somewhat faster."""
    shape, name, longest = finished_shape(asked)
    rows = {
        split: cut(found, longest)
        for split, found in evaluated(asked, asked.counts(name), config.max_evaluation_rows).items()
    }
    mean = float(rows["validation"].mean())
    words = float(np.mean(asked.counts(WORDS)["validation"] or [1]))
    served = serving(one_call(shape, mean))
    weights = FLOAT * shape.parameters / MB
    return Work(
        phases={
            "setup": {"start": 1.0, "krows_read": sum(asked.rows.values()) / 1000},
            "fit": {"opens": 1.0, "gweights_quantized": shape.parameters / 1e9},
            "evaluate": scoring(shape, rows),
            "serve": merged(served, served),  # the finished run's model is measured again beside it
            "explain": {"seconds_explained": explaining(by_leaving_out(shape, words, mean))},
        },
        moments={"quantize": {"mb_python": 1.0, "mb_served": 3 * weights}},
    )
