"""Memory that a large model needs, by part, in bytes.

Sources
- Weights, gradients, Adam: Rajbhandari et al. 2020 (ZeRO), section 3.1: mixed precision keeps 2 + 2 bytes of weights
  and gradients and 12 of optimizer state (fp32 copy, momentum, variance) for each trained weight.
- Sharding by ZeRO stage: the same paper, figure 1; `deepspeed_bytes` is DeepSpeed's own estimate (docs, memory.rst).
- Activations: counted from the layer as Korthikanti et al. 2022 (section 4) do, for a layer without dropout whose
  attention matrix is never stored (FlashAttention) and whose feed-forward part is gated.
- 4-bit weights: Dettmers et al. 2023 (QLoRA), section 3: 4 bits and a constant for each block of 64, itself compressed
  to 8 bits by double quantisation. GPTQ stores a 16-bit scale and a 4-bit zero for each group of 128.
- Cache: 2 (keys and values) x layers x key heads x head width x tokens x bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.costs.large.shapes import Shape
from engine.errors import N_, InputError, UnknownName

BITS16 = 2.0
FORMATS: Mapping[str, float] = {
    "fp32": 4.0,
    "bf16": BITS16,
    "int8": 1.0 + 2 / 128,
    "nf4": 0.5 + 4 / 64,
    "nf4-dq": 0.5 + 1 / 64 + 4 / (64 * 256),
    "gptq4": 0.5 + 2.5 / 128,
}
"""Bytes of one weight of a layer's matrices; everything else stays in 16 bits (in 32 with fp32)."""
QUANTISED = ("int8", "nf4", "nf4-dq", "gptq4")
OPTIMIZERS: Mapping[str, float] = {"adamw": 12.0, "adamw-bf16": 4.0, "adamw-8bit": 2.0, "paged": 0.0, "none": 0.0}
"""Bytes of optimizer state of one trained weight, a 32-bit copy of it included where there is one."""
HIDDEN_KEPT = 11
"""Vectors of hidden width that one layer keeps for each token: two norms' inputs and outputs, query, key, value, their
rotated copies, attention output, residual sum."""
FFN_KEPT = 4
"""Vectors of feed-forward width: gate, up, the activated gate, their product."""
LOGIT_BYTES: Mapping[str, float] = {"fp32": 12.0, "bf16": 8.0, "chunked": 1.5}
"""Bytes of one logit at the peak of the loss: 16-bit logits, a 32-bit copy, 32-bit probabilities and a gradient; 8
without the copy; an eighth of 12 where the loss is computed in eight chunks (torchtune's CEWithChunkedOutputLoss)."""
DEVICE_OVERHEAD = 1.83e9
"""Fitted: what a process holds beside all that is counted: context of the device, libraries, communication buffers,
fragments of the allocator. Nothing of it is in figures that an allocator reports of itself."""
QUANTISED_OVERHEAD = 0.36e9
"""Fitted: workspace of 4-bit kernels, beside one matrix in 16 bits."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes by part, of one device."""

    weights: float
    cache: float = 0.0
    gradients: float = 0.0
    optimizer: float = 0.0
    activations: float = 0.0
    overhead: float = 0.0

    @property
    def total(self) -> float:
        """All of it."""
        return self.weights + self.cache + self.gradients + self.optimizer + self.activations + self.overhead

    def parts(self) -> dict[str, float]:
        """By name, without the total."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Training:
    """How a model is trained. Tokens are those of one micro-batch on one device."""

    method: str
    """full, lora or qlora."""
    tokens: int
    weight_format: str = "bf16"
    optimizer: str = "adamw"
    rank: int = 64
    targets: str = "all"
    checkpointing: bool = True
    """Only each layer's input is kept, the rest is computed again on the way back."""
    logits: str = "fp32"
    devices: int = 1
    zero_stage: int = 0
    counts_overhead: bool = True
    """False for the figure that an allocator reports of itself."""
    fused_gradients: bool = False
    """Each weight is updated as soon as its gradient is there, which is then freed."""

    def __post_init__(self) -> None:
        _known(N_("method"), self.method, ("full", "lora", "qlora"))
        _known(N_("weight format"), self.weight_format, tuple(FORMATS))
        _known(N_("optimizer"), self.optimizer, tuple(OPTIMIZERS))
        _known(N_("kind of logits"), self.logits, tuple(LOGIT_BYTES))
        for name in ("tokens", "rank", "devices"):
            if getattr(self, name) < 1:
                raise InputError(N_("{name} must be at least 1, not {value}."), name=name, value=getattr(self, name))
        if self.zero_stage not in (0, 1, 2, 3):
            raise InputError(N_("The ZeRO stage must be 0, 1, 2 or 3, not {value}."), value=self.zero_stage)


def weight_bytes(shape: Shape, weight_format: str = "bf16") -> float:
    """Bytes of the weights; matrices inside the layers in the format, the rest in 16 bits, or 32 with fp32."""
    _known(N_("weight format"), weight_format, tuple(FORMATS))
    rest = FORMATS["fp32"] if weight_format == "fp32" else BITS16
    return shape.linear_weights * FORMATS[weight_format] + (shape.embedding_weights + shape.small_weights) * rest


def cache_bytes(shape: Shape, tokens: int, bytes_each: float = BITS16) -> float:
    """Keys and values of so many tokens, all sequences together."""
    layers = shape.cached_layers or shape.layers
    return 2 * layers * shape.kv_heads * shape.head * tokens * bytes_each


def inference_memory(
    shape: Shape, tokens: int, weight_format: str = "bf16", *, counts_overhead: bool = False
) -> Memory:
    """Serving with `tokens` in the cache, all sequences together."""
    overhead = DEVICE_OVERHEAD if counts_overhead else 0.0
    if weight_format in QUANTISED:
        overhead += QUANTISED_OVERHEAD + BITS16 * shape.largest_matrix
    return Memory(weight_bytes(shape, weight_format), cache_bytes(shape, tokens), overhead=overhead)


def training_memory(shape: Shape, how: Training) -> Memory:
    """One device's share while training; see the module's sources."""
    trained = shape.weights if how.method == "full" else shape.lora_weights(how.rank, how.targets)
    quantised = how.weight_format in QUANTISED
    overhead = DEVICE_OVERHEAD if how.counts_overhead else 0.0
    if quantised:
        overhead += QUANTISED_OVERHEAD + BITS16 * shape.largest_matrix
    shards = [how.devices if how.zero_stage >= stage else 1 for stage in (1, 2, 3)]
    adapters = 0.0 if how.method == "full" else BITS16 * trained
    return Memory(
        weights=(weight_bytes(shape, how.weight_format) + adapters) / shards[2],
        gradients=0.0 if how.fused_gradients else BITS16 * trained / shards[1],
        optimizer=OPTIMIZERS[how.optimizer] * trained / shards[0],
        activations=activation_bytes(shape, how),
        overhead=overhead,
    )


def activation_bytes(shape: Shape, how: Training) -> float:
    """Bytes kept for the way back at its fullest moment.

    With checkpointing: every layer's input, and the larger of the loss's logits and one layer computed again, which
    never live at once. Without: what every layer keeps, and the logits.
    """
    layer = BITS16 * (HIDDEN_KEPT * shape.hidden + FFN_KEPT * shape.ffn)
    logits = LOGIT_BYTES[how.logits] * shape.vocab
    if how.checkpointing:
        return how.tokens * (BITS16 * shape.hidden * shape.layers + max(logits, layer))
    return how.tokens * (layer * shape.layers + logits)


def deepspeed_bytes(weights: float, devices: int, stage: int, largest_layer: float = 0.0) -> float:
    """DeepSpeed's estimate of one GPU's share without offloading (its docs, memory.rst).

    ZeRO-2: 4 x weights + 16 x weights / GPUs. ZeRO-3: 4 x largest layer + 18 x weights / GPUs.
    """
    if stage == 2:
        return 4 * weights + 16 * weights / devices
    if stage == 3:
        return 4 * largest_layer + 18 * weights / devices
    raise InputError(N_("DeepSpeed's formula is for ZeRO stages 2 and 3, not {value}."), value=stage)


def _known(kind: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise UnknownName(kind, name, list(known))
