"""A smaller network that learns from a finished run's answers as well as from the labels."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, InputError
from engine.inference.files import write_whole
from engine.inference.manifest import Manifest
from engine.inference.runtimes import load_predictor
from engine.spec import Asked, DataFacts, FitContext, Outcome, Recipe, Work, setting, with_default
from engine.spec.work import uncounted
from engine.training import distilling
from engine.training.fitting import card_of, count_weights, drawn_rows, export_whole, material_of, open_learner, train
from engine.training.modality import Learner, modality_of
from engine.training.recovery import open_source, source_manifest, source_network
from engine.training.settings import TrainingConfig
from engine.training.stop import obey_stop
from engine.training.workload.finished import finished_shape, trained_again

LAYERS = "auto"
"""The student is the teacher's network with fewer layers."""
TEACHER_FILE = "teacher.npz"
CHUNK = 64
"""Rows that the teacher answers between two looks at whether the run shall stop."""


@dataclass(frozen=True, slots=True)
class Config(TrainingConfig):
    """Settings of distillation."""

    model: str = setting(
        LAYERS,
        N_("Student"),
        N_("auto: the finished run's network with fewer layers. Or a smaller base model: its name, an id, a folder."),
    )
    layers: int = setting(
        0, N_("Layers of the student"), N_("0 for half of the teacher's; for auto only."), minimum=0, maximum=96
    )
    temperature: float = setting(
        2.0,
        N_("Temperature"),
        N_("Above 1 the teacher's second thoughts count for more."),
        minimum=0.1,
        maximum=20.0,
        advanced=True,
    )
    alpha: float = setting(
        0.5,
        N_("Weight of the teacher"),
        N_("Share of the loss that is the teacher's answer; the rest is the label."),
        minimum=0.0,
        maximum=1.0,
        advanced=True,
    )
    learning_rate: float = with_default(TrainingConfig, "learning_rate", 1e-4)


def check(config: Config, facts: DataFacts) -> None:
    """Raise InputError when the student would not be smaller than its teacher, or cannot be made."""
    manifest = source_manifest(facts)
    if config.model.strip() == LAYERS:
        manifest, network = source_network(facts)
        _student_layers(config, manifest, int(network.get("num_hidden_layers", network.get("n_layers", 0))))
        return
    modality = modality_of(facts.input_kind)
    base = modality.resolve(config.model)
    modality.check(base, facts)
    whole = int((manifest.base_model or {}).get("parameters", 0))
    _require_smaller(base.name, base.parameters, manifest, has=min(whole or manifest.parameters, manifest.parameters))


def work(config: Config, asked: Asked) -> Work:
    """The teacher reads the training rows once, the student is trained on them."""
    if asked.input_kind != "text" or config.model.strip() != LAYERS:
        return uncounted(config, asked)
    has = finished_shape(asked)[0].layers
    return trained_again(config, asked, kept=(config.layers or max(1, has // 2)) / has, further=1.0)


def fit(context: FitContext) -> Outcome:
    """Let the teacher answer the training rows once, train the student on answers and labels, export it."""
    config: Config = context.config
    assert context.source is not None
    facts = DataFacts(
        context.job.task, context.job.language, source_folder=context.source, input_kind=context.input_kind
    )
    manifest = source_manifest(facts)
    learner = _student(context, manifest)
    weights = count_weights(learner.model)
    _require_smaller(str(learner.description["name"]), weights[0], manifest, has=manifest.parameters)
    material = material_of(learner, context)
    teacher = distilling.softened(_teacher(context), config.temperature)
    best = train(context, learner.model, distilling.taught(material, teacher, config.alpha, config.temperature))
    context.recorder.facts(weights_before=manifest.parameters)
    return export_whole(context, learner, card_of(context, learner, material, best), weights)


def _student(context: FitContext, manifest: Manifest) -> Learner:
    """The network to train: the teacher's with fewer layers, or a fresh one of the named base model."""
    config: Config = context.config
    if config.model.strip() != LAYERS:
        return open_learner(context)
    learner = open_source(context)
    distilling.every_other(learner, _student_layers(config, manifest, len(learner.blocks())))
    return learner


def _student_layers(config: Config, manifest: Manifest, has: int) -> int:
    """How many layers the student gets. Raises InputError when that is not fewer than the teacher has."""
    if not has:
        raise InputError(
            N_("The network of run {run} has no layers that can be left out."),
            run=manifest.run,
            remedy=N_("Name a smaller base model as the student."),
        )
    wanted = config.layers or max(1, has // 2)
    if wanted >= has:
        raise InputError(
            N_("A student of {wanted} layers is not smaller than its teacher, run {run}, which has {has}."),
            wanted=wanted,
            run=manifest.run,
            has=has,
            remedy=N_("Give the student fewer layers."),
        )
    return wanted


def _require_smaller(student: str, weights: int, manifest: Manifest, *, has: int) -> None:
    """Before a run `has` leaves out the teacher's last layer, as the student's own is not counted then either."""
    if weights >= has:
        raise InputError(
            N_("The student {student} has {weights} weights; its teacher, run {run}, has {has}. It must be smaller."),
            student=student,
            weights=f"{weights:,}",
            run=manifest.run,
            has=f"{has:,}",
            remedy=N_("Name a smaller base model, or leave layers out."),
        )


def _teacher(context: FitContext) -> NDArray[np.float32]:
    """The teacher's probabilities of the chosen training rows (rows, classes); computed once a run."""
    path = context.checkpoints / TEACHER_FILE
    if not path.is_file():
        content = io.BytesIO()
        np.savez_compressed(content, allow_pickle=False, probabilities=_answers(context))
        write_whole(path, content.getvalue())
    with np.load(path, allow_pickle=False) as stored:
        probabilities: NDArray[np.float32] = stored["probabilities"]
    return probabilities


def _answers(context: FitContext) -> NDArray[np.float32]:
    source: Path | None = context.source
    assert source is not None
    predictor = load_predictor(source / "artifact", context.job.threads)
    inputs: list[Any] = [context.inputs["train"][row] for row in drawn_rows(context)]
    parts = []
    for start in range(0, len(inputs), CHUNK):
        obey_stop(context.recorder)
        parts.append(predictor.predict(inputs[start : start + CHUNK]))
        context.recorder.progress(
            0.1 * start / len(inputs), N_("Asking the teacher: {done} of {total}"), done=start, total=len(inputs)
        )
    return np.concatenate(parts)


RECIPE = Recipe(
    name="distill",
    title=N_("Distil: a small student of a finished run"),
    summary=N_(
        "Trains a smaller network on a finished run's answers as well as on the labels. Slower to make than the other "
        "ways to a smaller model, and saves the most time."
    ),
    tasks=("text_classification",),
    config=Config,
    fit=fit,
    order=130,
    work=work,
    resumes=True,
    gpus="one",
    check=check,
    cannot={
        "image_classification": N_(
            "The network for pictures has no layers that can be left out, and no smaller one is bundled. A "
            "smaller side in pixels saves time: name efficientnet_lite0@64."
        )
    },
    over_run=True,
)
