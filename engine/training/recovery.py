"""What recipes over a finished network share: the source's model, and the settings of training it again a little."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import N_, InputError
from engine.inference.files import read_fault
from engine.inference.manifest import Manifest, read_manifest
from engine.spec import DataFacts, FitContext, with_default
from engine.training.modality import WHOLE_FOLDER, Learner, modality_of
from engine.training.settings import TrainingConfig

CONFIG_FILE = "config.json"


@dataclass(frozen=True, slots=True)
class RecoveryConfig:
    """The settings of a training that do not choose a base model: it is the source's."""

    epochs: float = with_default(TrainingConfig, "epochs", 1.0)
    max_steps: int = with_default(TrainingConfig, "max_steps", 0)
    learning_rate: float = with_default(TrainingConfig, "learning_rate", 5e-5)
    batch_size: int = with_default(TrainingConfig, "batch_size", 16)
    weight_decay: float = with_default(TrainingConfig, "weight_decay", 0.01)
    warmup_share: float = with_default(TrainingConfig, "warmup_share", 0.1)
    patience: int = with_default(TrainingConfig, "patience", 4)
    evaluations_per_epoch: int = with_default(TrainingConfig, "evaluations_per_epoch", 2)
    checkpoint_every: int = with_default(TrainingConfig, "checkpoint_every", 25)
    max_train_rows: int = with_default(TrainingConfig, "max_train_rows", 0)
    max_evaluation_rows: int = with_default(TrainingConfig, "max_evaluation_rows", 0)
    precision: str = with_default(TrainingConfig, "precision", "auto")


def source_manifest(facts: DataFacts) -> Manifest:
    """The manifest of the finished run. Raises InputError when none was chosen, StoredFileError when it is gone."""
    if facts.source_folder is None:
        raise InputError(N_("Choose the finished run whose model shall be made smaller."))
    return read_manifest(facts.source_folder / "artifact")


def source_network(facts: DataFacts) -> tuple[Manifest, dict[str, Any]]:
    """Manifest and network configuration of the finished run.

    Raises InputError when its model is no network that can be trained on.
    """
    manifest = source_manifest(facts)
    assert facts.source_folder is not None
    path: Path = facts.source_folder / "artifact" / WHOLE_FOLDER / CONFIG_FILE
    if not path.is_file() or manifest.base_model is None:
        raise InputError(
            N_("The model of run {run} ({recipe}) is no network that can be trained on."),
            run=manifest.run,
            recipe=manifest.recipe,
            remedy=N_("Choose a run that has trained a network, such as a fine-tuned one."),
        )
    try:
        config: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise read_fault(path, error) from error
    return manifest, config


def open_source(context: FitContext) -> Learner:
    """The finished run's model with all its weights trainable. Raises InputError or StoredFileError."""
    assert context.source is not None
    context.recorder.progress(0.0, N_("Opening the model of run {run}"), run=context.job.source_run)
    return modality_of(context.input_kind).finished(context.source / "artifact")
