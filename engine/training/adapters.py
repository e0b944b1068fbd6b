"""Low-rank adapters on a pretrained classifier (LoRA: Hu et al., 2021), by way of peft."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import N_, InputError
from engine.inference.basemodels import BaseModel


@dataclass(frozen=True, slots=True)
class Adapter:
    """Settings of the adapter; the update of a weight is alpha / rank times a product of two thin matrices."""

    rank: int
    alpha: int
    dropout: float


def load_classifier(base: BaseModel, labels: Sequence[str], seed: int) -> tuple[Any, Any]:
    """The base model with a fresh classification head, and its fast tokenizer; the same head for the same seed.

    Raises InputError when transformers cannot load it.
    """
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    transformers.set_seed(seed)
    try:
        model = transformers.AutoModelForSequenceClassification.from_pretrained(
            base.path,
            num_labels=len(labels),
            id2label=dict(enumerate(labels)),
            label2id={label: i for i, label in enumerate(labels)},
            use_safetensors=True,
            trust_remote_code=False,
            dtype="float32",
        )
        tokenizer = transformers.AutoTokenizer.from_pretrained(base.path, use_fast=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise InputError(
            N_("{model} cannot be loaded as a text classifier: {reason}"), model=base.name, reason=str(error)
        ) from error
    return model, tokenizer


def add_adapter(model: Any, base: BaseModel, adapter: Adapter, seed: int) -> Any:
    """Freeze the model and put adapters on its attention; the head stays trainable.

    Which layers, by architecture, is peft's own list (query and value for BERT). Raises InputError for an
    architecture that the list does not have.
    """
    import peft
    import transformers
    from peft.utils.constants import TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING as LAYERS

    if base.family not in LAYERS:
        raise InputError(
            N_("{model} is of the architecture “{family}”, for which no adapter layers are known. Known: {known}."),
            model=base.name,
            family=base.family,
            known=", ".join(sorted(LAYERS)),
        )
    transformers.set_seed(seed)
    settings = peft.LoraConfig(
        task_type=peft.TaskType.SEQ_CLS,
        r=adapter.rank,
        lora_alpha=adapter.alpha,
        lora_dropout=adapter.dropout,
        target_modules=list(LAYERS[base.family]),
    )
    with warnings.catch_warnings():
        # peft 0.21 asks transformers 5 under the name of transformers 4.
        warnings.filterwarnings("ignore", message="`is_gradient_checkpointing` is deprecated", category=FutureWarning)
        return peft.get_peft_model(model, settings)


def count_weights(model: Any) -> tuple[int, int]:
    """All weights of an adapted model, and those that are trained."""
    sizes = [(p.numel(), p.requires_grad) for p in model.parameters()]
    return sum(n for n, _ in sizes), sum(n for n, trained in sizes if trained)


def save_adapted(model: Any, tokenizer: Any, artifact: Path, card: str) -> Any:
    """Write `adapter/` and `merged/` (Hugging Face folders, safetensors, model card); returns the merged model."""
    model.save_pretrained(artifact / "adapter", safe_serialization=True)
    merged = model.merge_and_unload()
    merged.save_pretrained(artifact / "merged", safe_serialization=True)
    tokenizer.save_pretrained(artifact / "merged")
    for folder in ("adapter", "merged"):
        (artifact / folder / "README.md").write_text(card, encoding="utf-8")
    return merged
