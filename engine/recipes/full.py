"""Fine-tune every weight of a pretrained model, with or without its table of input vectors."""

from contextlib import nullcontext
from dataclasses import dataclass

from engine.errors import N_
from engine.spec import Asked, FitContext, Outcome, Recipe, Work, setting, with_default
from engine.training.fitting import (
    card_of,
    check_trainable,
    count_weights,
    export_whole,
    material_of,
    open_learner,
    train,
)
from engine.training.settings import TrainingConfig
from engine.training.workload.shape import EncoderShape
from engine.training.workload.training import Part, text_training, used_tokens


@dataclass(frozen=True, slots=True)
class Config(TrainingConfig):
    """Settings of a training of all weights."""

    checkpoint_every: int = with_default(TrainingConfig, "checkpoint_every", 100)
    freeze_embeddings: bool = setting(
        False,
        N_("Freeze the embedding table"),
        N_("Words keep the vectors they came with. Faster, needs less memory, and usually as accurate."),
        only="text",
    )


def work(config: Config, asked: Asked) -> Work:
    """A pass forward and two back for every row and epoch, through all layers."""

    def part(shape: EncoderShape) -> Part:
        table = 0 if config.freeze_embeddings else used_tokens(shape, config, asked) * shape.hidden
        return Part(trained=shape.parameters - shape.table_parameters + table, passes=3.0)

    return text_training(config, asked, part)


def fit(context: FitContext) -> Outcome:
    """Train, restore the best weights by macro F1 on validation, and export."""
    from engine.training.table import narrowed

    config: Config = context.config
    learner = open_learner(context)
    material = material_of(learner, context)
    table = learner.embedding()
    if table is not None and config.freeze_embeddings:
        table.weight.requires_grad_(False)
    weights = count_weights(learner.model)
    trains_table = table is not None and table.weight.requires_grad
    rows = [*material.train, *material.validation] if trains_table else []
    with narrowed(learner.model, table, rows) if trains_table else nullcontext():
        best = train(context, learner.model, material)
    return export_whole(context, learner, card_of(context, learner, material, best), weights)


RECIPE = Recipe(
    name="full",
    title=N_("Full fine-tuning: every weight"),
    summary=N_(
        "Adjusts the whole model on all your examples. Takes a little longer than an adapter and more memory; can win "
        "where there are thousands of examples or their language is special."
    ),
    tasks=("text_classification", "image_classification"),
    config=Config,
    fit=fit,
    order=40,
    work=work,
    resumes=True,
    gpus="several",
    check=check_trainable,
)
