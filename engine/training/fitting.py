"""From a context to trained weights: what recipes of gradient descent do alike, whatever their inputs are."""

from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import N_
from engine.spec import DataFacts, FitContext, Outcome
from engine.training.card import model_card
from engine.training.choices import choose, read_accelerator
from engine.training.material import Material
from engine.training.modality import WHOLE_FOLDER, Learner, modality_of
from engine.training.plan import Best
from engine.training.settings import plan_of


def check_trainable(config: Any, facts: DataFacts) -> None:
    """Raise InputError when the base model cannot be trained on such data, MissingPart when it is not there."""
    modality = modality_of(facts.input_kind)
    modality.check(modality.resolve(modality.base_model(config.model, facts.language)), facts)


def open_learner(context: FitContext) -> Learner:
    """The base model of the config with a fresh head. Raises InputError or MissingPart."""
    modality, config, job = modality_of(context.input_kind), context.config, context.job
    base = modality.resolve(modality.base_model(config.model, job.language))
    modality.check(base, DataFacts(job.task, job.language, input_kind=context.input_kind))
    context.recorder.progress(0.0, N_("Opening the base model {model}"), model=base.name)
    return modality.fresh(base, job.labels, job.seed, config)


def chosen_rows(context: FitContext) -> list[int]:
    """The training rows that are used: all, or `max_train_rows` of them drawn by the seed, and said so."""
    drawn, rows = drawn_rows(context), len(context.inputs["train"])
    if len(drawn) < rows:
        context.recorder.note(
            N_("Trained on {used} of {rows} training rows, drawn by seed {seed}."),
            used=len(drawn),
            rows=rows,
            seed=context.job.seed,
        )
    return drawn


def drawn_rows(context: FitContext) -> list[int]:
    """The same rows, without saying so."""
    rows, most = len(context.inputs["train"]), int(context.config.max_train_rows)
    if not 0 < most < rows:
        return list(range(rows))
    drawn = np.random.default_rng([context.job.seed, rows]).permutation(rows)[:most]
    return sorted(int(r) for r in drawn)


def material_of(learner: Learner, context: FitContext) -> Material:
    """The chosen training rows and all of validation, as the learner reads them."""
    chosen = chosen_rows(context)
    inputs, targets = context.inputs, context.targets
    return Material(
        learner.rows([inputs["train"][r] for r in chosen], [targets["train"][r] for r in chosen]),
        learner.rows(inputs["validation"], targets["validation"]),
        len(context.job.labels),
        learner.collate,
        learner.lengths,
    )


def train(context: FitContext, model: Any, material: Material) -> Best:
    """Train the weights of `model` that require gradients; they end as those of the best evaluation.

    Continues from `context.checkpoints`. Raises StopRun after a checkpoint when asked to stop, and DiskFull.
    """
    from engine.training.trainer import fine_tune

    job = context.job
    loaders = choose(read_accelerator(), decodes=context.input_kind == "image").loaders
    plan = plan_of(context.config, len(material.train), job.seed, job.threads, devices=job.devices, loaders=loaders)
    best = fine_tune(model, material, plan, context.recorder, context.checkpoints)
    context.recorder.progress(0.95, N_("Writing the model"))
    context.recorder.facts(best_step=best.step, precision=plan.precision, train_rows=len(material.train))
    return best


def card_of(context: FitContext, learner: Learner, material: Material, best: Best) -> str:
    """The model card of what was trained."""
    return model_card(context.job, learner.description, best, len(material.train), len(material.validation))


def export_whole(context: FitContext, learner: Learner, card: str, weights: tuple[int, int]) -> Outcome:
    """Write the whole model to work on with, and what is served; `weights` are all and the trained ones."""
    folder: Path = context.artifact / WHOLE_FOLDER
    folder.mkdir(exist_ok=True)
    learner.save(folder, card)
    runtime = learner.export(context.artifact)
    return Outcome(
        runtime=runtime, base_model=learner.description, parameters=weights[0], trained_parameters=weights[1]
    )


def count_weights(model: Any) -> tuple[int, int]:
    """All weights of a model, and those that are trained."""
    sizes = [(p.numel(), p.requires_grad) for p in model.parameters()]
    return sum(n for n, _ in sizes), sum(n for n, trained in sizes if trained)
