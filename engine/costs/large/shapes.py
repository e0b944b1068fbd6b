"""A decoder model by its shape: how many weights it has, and of what kind."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from engine.errors import N_, InputError, UnknownName

FILE = Path(__file__).parent / "shapes.yml"
CONFIG_NAMES = {
    "hidden": ("hidden_size", "n_embd", "d_model"),
    "layers": ("num_hidden_layers", "n_layer", "n_layers"),
    "heads": ("num_attention_heads", "n_head", "n_heads"),
    "kv_heads": ("num_key_value_heads",),
    "ffn": ("intermediate_size", "n_inner"),
    "vocab": ("vocab_size",),
    "head_size": ("head_dim",),
    "tied": ("tie_word_embeddings",),
}
"""Our name, and what Hugging Face configs call it."""
UNGATED = ("gpt2", "mpt", "gpt_neox", "opt", "bloom", "phi", "falcon")
"""Families whose feed-forward part has two matrices and not three."""
LARGEST = 1_000_000
"""No number of a shape is larger."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers of a decoder-only transformer."""

    name: str
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    ffn: int
    vocab: int
    tied: bool = False
    """Whether the output layer is the embedding table itself."""
    gated: bool = True
    """Three feed-forward matrices (SwiGLU) and not two."""
    qkv_bias: bool = False
    head_size: int = 0
    """0 for hidden / heads."""
    cached_layers: int = 0
    """Layers that keep keys and values; 0 for all. Hybrid models have fewer."""
    source: str = ""

    @property
    def head(self) -> int:
        """Width of one attention head."""
        return self.head_size or self.hidden // self.heads

    @property
    def linear_weights(self) -> int:
        """Weights of the matrices inside the layers: what LoRA adapts and 4-bit formats compress."""
        query, key_value = self.heads * self.head, self.kv_heads * self.head
        attention = 2 * self.hidden * query + 2 * self.hidden * key_value
        return self.layers * (attention + (3 if self.gated else 2) * self.hidden * self.ffn)

    @property
    def embedding_weights(self) -> int:
        """Embedding table and output layer."""
        return self.vocab * self.hidden * (1 if self.tied else 2)

    @property
    def small_weights(self) -> int:
        """Norms, and biases of query, key and value."""
        bias = (self.heads + 2 * self.kv_heads) * self.head if self.qkv_bias else 0
        return (2 * self.layers + 1) * self.hidden + self.layers * bias

    @property
    def weights(self) -> int:
        """All of them."""
        return self.linear_weights + self.embedding_weights + self.small_weights

    @property
    def largest_matrix(self) -> int:
        """Weights of the largest matrix inside a layer."""
        return self.hidden * max(self.ffn, self.heads * self.head)

    def lora_weights(self, rank: int, targets: str = "all") -> int:
        """Weights of adapters of this rank: rank x (in + out) for each adapted matrix (Hu et al. 2021, section 4.1).

        targets: "all" matrices of a layer, with query, key and value as one where all heads have their own keys
        (as Qwen packs them), or "qv" for query and value alone.
        """
        query, key_value = self.heads * self.head, self.kv_heads * self.head
        if targets == "qv":
            return self.layers * rank * (2 * self.hidden + query + key_value)
        if targets != "all":
            raise UnknownName(N_("choice of matrices"), targets, ["all", "qv"])
        packed = self.hidden + query + 2 * key_value
        feed_forward = (3 if self.gated else 2) * (self.hidden + self.ffn)
        return self.layers * rank * (packed + query + self.hidden + feed_forward)


@cache
def shapes() -> dict[str, Shape]:
    """The shapes that are known by name."""
    rows = yaml.safe_load(FILE.read_text("utf-8"))
    return {name: Shape(name=name, **row) for name, row in rows.items()}


def shape(name: str) -> Shape:
    """One shape; raises UnknownName listing the known ones."""
    if name not in shapes():
        raise UnknownName(N_("model shape"), name, list(shapes()))
    return shapes()[name]


def from_config(name: str, config: Mapping[str, Any]) -> Shape:
    """The shape that a Hugging Face `config.json` of a decoder describes.

    Raises InputError naming the first number that is missing or not a whole one between 1 and a million.
    """
    found = {ours: _first(config, theirs) for ours, theirs in CONFIG_NAMES.items()}
    hidden = _whole(name, "hidden_size", found["hidden"])
    numbers = {
        "layers": _whole(name, "num_hidden_layers", found["layers"]),
        "heads": _whole(name, "num_attention_heads", found["heads"]),
        "vocab": _whole(name, "vocab_size", found["vocab"]),
        "ffn": _whole(name, "intermediate_size", found["ffn"] or 4 * hidden),
        "head_size": _whole(name, "head_dim", found["head_size"]) if found["head_size"] else 0,
    }
    family = str(config.get("model_type", ""))
    return Shape(
        name=name,
        hidden=hidden,
        kv_heads=_whole(name, "num_key_value_heads", found["kv_heads"] or numbers["heads"]),
        tied=bool(found["tied"]),
        gated=family not in UNGATED,
        qkv_bias=family in ("qwen", "qwen2"),
        source=f"config.json of {name}",
        **numbers,
    )


def _first(config: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((config[name] for name in names if config.get(name) is not None), None)


def _whole(model: str, field: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST:
        raise InputError(
            N_("The config of {model} needs {field} as a whole number from 1 to {most}, not {value}."),
            model=model,
            field=field,
            most=LARGEST,
            value=repr(value),
        )
    return value


FIELDS = tuple(field.name for field in fields(Shape))
