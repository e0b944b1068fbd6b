"""Fine-tune a pretrained encoder: a small adapter on its attention and a fresh classification head."""

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
from engine.training.workload.training import Part, text_training


@dataclass(frozen=True, slots=True)
class Config(TrainingConfig):
    """Settings of a LoRA fine-tuning."""

    learning_rate: float = with_default(TrainingConfig, "learning_rate", 1e-3)
    rank: int = setting(8, N_("Rank"), N_("Width of the adapter."), minimum=1, maximum=256, advanced=True)
    alpha: int = setting(
        16, N_("Alpha"), N_("Weight of the adapter, in parts of the rank."), minimum=1, maximum=1024, advanced=True
    )
    dropout: float = setting(
        0.1,
        N_("Dropout"),
        N_("Share of the adapter's inputs left out at random in training."),
        minimum=0.0,
        maximum=0.9,
        advanced=True,
    )


def work(config: Config, asked: Asked) -> Work:
    """A pass forward and one back for every row and epoch: frozen weights need no gradients of their own."""

    def part(shape: EncoderShape) -> Part:
        adapters = 2 * 2 * config.rank * shape.hidden * shape.layers  # two matrices on query and on value
        return Part(trained=adapters + shape.hidden * (shape.hidden + asked.labels), passes=2.0, adapters=True)

    return text_training(config, asked, part)


def fit(context: FitContext) -> Outcome:
    """Train, restore the best weights by macro F1 on validation, merge and export."""
    from engine.training.adapters import Adapter, add_adapter, merge_adapter

    config: Config = context.config
    learner = open_learner(context)
    material = material_of(learner, context)
    add_adapter(learner, Adapter(config.rank, config.alpha, config.dropout), context.job.seed)
    weights = count_weights(learner.model)
    best = train(context, learner.model, material)
    card = card_of(context, learner, material, best)
    merge_adapter(learner, context.artifact / "adapter", card)
    return export_whole(context, learner, card, weights)


RECIPE = Recipe(
    name="lora",
    title=N_("Fine-tuning: teach the model itself"),
    summary=N_(
        "Adjusts a small part of a model that already reads, on all your examples. Takes minutes, and is usually the "
        "most accurate when there are a few hundred examples or more."
    ),
    tasks=("text_classification", "image_classification"),
    config=Config,
    fit=fit,
    order=30,
    work=work,
    resumes=True,
    gpus="several",
    check=check_trainable,
)
