"""The settings that every recipe of gradient descent shares; a recipe's Config inherits them and adds its own."""

from dataclasses import dataclass

from engine.errors import N_
from engine.spec import setting
from engine.training.choices import choose, read_accelerator
from engine.training.plan import Plan


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Settings of a training."""

    model: str = setting(
        "auto",
        N_("Base model"),
        N_("auto: the bundled one for such inputs. Or its name, a Hugging Face id[@revision], a folder."),
    )
    epochs: float = setting(3.0, N_("Epochs"), N_("How often every training row is seen."), minimum=0.1, maximum=100.0)
    max_steps: int = setting(
        0,
        N_("Most steps"),
        N_("Ends training after so many batches; 0 for as many as the epochs need."),
        minimum=0,
        zero=N_("no bound"),
    )
    learning_rate: float = setting(
        1e-4, N_("Learning rate"), N_("Size of the first steps; falls to zero in a line."), minimum=1e-6, maximum=0.1
    )
    batch_size: int = setting(16, N_("Batch size"), N_("Rows per step."), minimum=1, maximum=512, unit="rows")
    max_length: int = setting(
        128,
        N_("Longest text"),
        N_("Texts are cut after so many tokens."),
        minimum=8,
        maximum=512,
        unit="tokens",
        only="text",
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
        zero=N_("never"),
    )
    evaluations_per_epoch: int = setting(
        2,
        N_("Evaluations per epoch"),
        N_("On validation; the best one is kept. 0 for one at the end: few rows choose badly."),
        minimum=0,
        maximum=50,
        advanced=True,
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
        0,
        N_("Most training rows"),
        N_("A random part of train, the same for the same seed; 0 for all."),
        minimum=0,
        zero=N_("all of them"),
    )
    max_evaluation_rows: int = setting(
        0,
        N_("Rows to evaluate on"),
        N_("Most rows of validation and of test that are scored; 0 for all. The same rows in every run."),
        minimum=0,
        zero=N_("all of them"),
    )
    precision: str = setting(
        "auto",
        N_("Precision"),
        N_("auto takes the fastest that the hardware multiplies by itself: bf16 or fp16 where it does, else fp32."),
        choices=("auto", "fp32", "bf16", "fp16"),
        advanced=True,
    )
    augment: str = setting(
        "none",
        N_("Altered copies"),
        N_("More training texts: words swapped or left out, keys mistyped, or translated there and back."),
        choices=("none", "words", "typos", "back_translation"),
        advanced=True,
        only="text",
    )
    augment_copies: float = setting(
        1.0, N_("Copies for each text"), minimum=0.05, maximum=8.0, advanced=True, only="text"
    )
    augment_strength: float = setting(
        0.1,
        N_("Share of words altered"),
        N_("More than a few in a hundred make wrong labels."),
        minimum=0.01,
        maximum=0.5,
        advanced=True,
        only="text",
    )
    translate_there: str = setting(
        "",
        N_("Translation model there"),
        N_("For back-translation: a Marian folder or id, or an NLLB one as folder#eng_Latn>fra_Latn."),
        advanced=True,
        only="text",
    )
    translate_back: str = setting("", N_("Translation model back"), advanced=True, only="text")


def plan_of(config: TrainingConfig, rows: int, seed: int, threads: int, *, devices: int = 1, loaders: int = 0) -> Plan:
    """The loop's plan for training on so many rows, in the precision that suits what torch can use here."""
    choice = choose(read_accelerator(), config.precision)
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
        precision=choice.precision,
        threads=threads,
        seed=seed,
        loaders=loaders,
        devices=devices,
    )
