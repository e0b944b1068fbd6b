"""Low-rank adapters on a pretrained classifier (LoRA: Hu et al., 2021), by way of peft."""

import warnings
from dataclasses import dataclass
from pathlib import Path

from engine.errors import N_, InputError
from engine.training.modality import Learner


@dataclass(frozen=True, slots=True)
class Adapter:
    """Settings of the adapter; the update of a weight is alpha / rank times a product of two thin matrices."""

    rank: int
    alpha: int
    dropout: float


def known_layers(name: str, family: str) -> list[str]:
    """The layers that peft's own list names for an architecture: query and value for BERT.

    Raises InputError for an architecture that the list does not have.
    """
    from peft.utils.constants import TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING as LAYERS

    if family not in LAYERS:
        raise InputError(
            N_("{model} is of the architecture “{family}”, for which no adapter layers are known. Known: {known}."),
            model=name,
            family=family,
            known=", ".join(sorted(LAYERS)),
        )
    return list(LAYERS[family])


def add_adapter(learner: Learner, adapter: Adapter, seed: int) -> None:
    """Freeze the learner's model and put adapters on the layers it names; the head stays trainable."""
    import peft
    import transformers

    layers = learner.adapter_layers()
    transformers.set_seed(seed)
    settings = peft.LoraConfig(
        task_type=peft.TaskType.SEQ_CLS if learner.embedding() is not None else None,  # else peft hands on no tokens
        modules_to_save=["classifier", "score"],
        r=adapter.rank,
        lora_alpha=adapter.alpha,
        lora_dropout=adapter.dropout,
        target_modules=layers,
    )
    with warnings.catch_warnings():
        # peft 0.21 asks transformers 5 under the name of transformers 4.
        warnings.filterwarnings("ignore", message="`is_gradient_checkpointing` is deprecated", category=FutureWarning)
        learner.model = peft.get_peft_model(learner.model, settings)


def merge_adapter(learner: Learner, folder: Path, card: str) -> None:
    """Write the adapter as a Hugging Face folder, then put the merged model in its place."""
    learner.model.save_pretrained(folder, safe_serialization=True)
    (folder / "README.md").write_text(card, encoding="utf-8")
    learner.model = learner.model.merge_and_unload()
