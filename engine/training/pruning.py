"""Taking weights out of a network: whole attention heads and neurons, or single weights.

structured   The importance of a head or neuron is |sum of x * dL/dx| over its outputs x and the tokens of a row, on
             average over rows: how much the loss would change to first order if it were gone. Heads: Michel, Levy and
             Neubig, "Are sixteen heads really better than one?", 2019, with their normalisation by layer; neurons: the
             Taylor criterion of Molchanov et al., "Pruning convolutional neural networks", 2017. The least important
             of the whole network go; at least one head and NEURON_MULTIPLE neurons of each block stay. What is left
             is a smaller dense network: fewer bytes, less time.
magnitude    The weights of least absolute value become zero (Han et al., "Learning both weights and connections",
             2015). Dense kernels multiply zeros as they do anything else: this saves no time and no bytes as served.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, InputError
from engine.training.modality import Learner, Row

NEURON_MULTIPLE = 16
"""Neurons of a block that stay are a multiple of this: what vector units compute at once."""
_LAYERS = (
    ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
     "intermediate.dense", "output.dense"),
    ("attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin", "ffn.lin1", "ffn.lin2"),
    ("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o",
     "intermediate.dense", "output.dense"),
)  # fmt: skip
"""Names of a block's linear layers: BERT and its kin, DistilBERT, MPNet."""
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Block:
    """The linear layers of one transformer block, by where they stand in it."""

    module: Any
    query: str
    key: str
    value: str
    joined: str
    """Takes what the heads give."""
    rising: str
    """Gives the neurons of the feed-forward part."""
    falling: str
    """Takes them."""

    def layer(self, name: str) -> Any:
        """The torch.nn.Linear of that name."""
        return self.module.get_submodule(name)

    def replace(self, name: str, layer: Any) -> None:
        """Put another layer in its place."""
        parent, _, last = name.rpartition(".")
        setattr(self.module.get_submodule(parent), last, layer)


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays of each block, in ascending order; JSON through `dataclasses.asdict`."""

    heads: list[list[int]]
    neurons: list[list[int]]
    head_size: int


def blocks_of(learner: Learner) -> list[Block]:
    """The blocks whose heads and neurons are known. Raises InputError for any other architecture."""
    found = []
    for module in learner.blocks():
        names = {name for name, _ in module.named_modules()}
        known = next((layers for layers in _LAYERS if names.issuperset(layers)), None)
        if known is None:
            raise InputError(
                N_("{model} has no attention heads and neurons that are known here."),
                model=learner.description["name"],
                remedy=N_("Set “Take out” to magnitude."),
            )
        found.append(Block(module, *known))
    return found


def importance(
    learner: Learner, batches: Sequence[Sequence[Row]], between: Callable[[], None]
) -> tuple[list[Scores], list[Scores]]:
    """Scores of the heads and of the neurons of each block, over rows in batches; `between` is called before each.

    Heads are divided by the root of the sum of squares of their block.
    """
    blocks = blocks_of(learner)
    size = head_size(learner)
    heads: list[Scores] = [np.zeros(b.layer(b.joined).in_features // size) for b in blocks]
    neurons: list[Scores] = [np.zeros(b.layer(b.falling).in_features) for b in blocks]
    learner.model.eval()
    for rows in batches:
        between()
        seen = _gradients(learner, blocks, rows)
        for place, (joined, fallen) in enumerate(seen):
            heads[place] += abs(joined.reshape(len(rows), -1, size).sum(axis=2)).sum(axis=0)
            neurons[place] += abs(fallen).sum(axis=0)
    return [h / (np.linalg.norm(h) or 1.0) for h in heads], neurons


def _gradients(learner: Learner, blocks: Sequence[Block], rows: Sequence[Row]) -> list[tuple[Scores, Scores]]:
    """Of each block x * dL/dx summed over tokens, (rows, inputs), at the two layers that take heads and neurons."""
    taken: dict[tuple[int, int], Any] = {}
    hooks = []
    for place, block in enumerate(blocks):
        for part, name in enumerate((block.joined, block.falling)):

            def keep(module: Any, inputs: Any, at: tuple[int, int] = (place, part)) -> None:
                inputs[0].retain_grad()
                taken[at] = inputs[0]

            hooks.append(block.layer(name).register_forward_pre_hook(keep))
    try:
        batch = learner.collate(rows)
        # The sum over rows: the mean would weigh a row by how many others stand beside it.
        (learner.model(**batch).loss * len(rows)).backward()
    finally:
        for hook in hooks:
            hook.remove()
        learner.model.zero_grad(set_to_none=True)

    def product(at: tuple[int, int]) -> Scores:
        x = taken[at]
        result: Scores = (x.detach() * x.grad).sum(dim=1).double().numpy()
        return result

    return [(product((place, 0)), product((place, 1))) for place in range(len(blocks))]


def choose(heads: Sequence[Scores], neurons: Sequence[Scores], shares: tuple[float, float], size: int) -> Kept:
    """What stays when these shares of all heads and of all neurons are taken out, the least important first."""
    return Kept(_most_important(heads, shares[0], 1), _most_important(neurons, shares[1], NEURON_MULTIPLE), size)


def _most_important(scores: Sequence[Scores], share: float, multiple: int) -> list[list[int]]:
    everything = np.concatenate(scores)
    gone = round(share * len(everything))
    limit = np.sort(everything)[gone - 1] if gone else -np.inf
    kept = []
    for block in scores:
        count = int((block > limit).sum())
        rounded = min(len(block), max(multiple, -(-count // multiple) * multiple))
        kept.append(sorted(int(i) for i in np.argsort(-block, kind="stable")[:rounded]))
    return kept


def head_size(learner: Learner) -> int:
    """Numbers that one attention head gives for a token."""
    config = learner.model.config
    return int(config.hidden_size) // int(config.num_attention_heads)


def narrow(learner: Learner, kept: Kept) -> None:
    """Cut the blocks' layers down to what stays; the model gives what it would with the rest at zero."""
    for block, heads, neurons in zip(blocks_of(learner), kept.heads, kept.neurons, strict=True):
        outputs = _outputs(heads, kept.head_size)
        for name in (block.query, block.key, block.value):
            block.replace(name, _sliced(block.layer(name), rows=outputs))
        block.replace(block.joined, _sliced(block.layer(block.joined), columns=outputs))
        block.replace(block.rising, _sliced(block.layer(block.rising), rows=neurons))
        block.replace(block.falling, _sliced(block.layer(block.falling), columns=neurons))


def widen(learner: Learner, kept: Kept) -> None:
    """Undo `narrow` in shape: what was taken out comes back as zeros, which gives the same answers.

    So the stored model has the shapes that its configuration states, and any library that knows it can load it.
    """
    config = learner.model.config
    width, inner = int(config.hidden_size), int(getattr(config, "intermediate_size", 0) or config.hidden_dim)
    for block, heads, neurons in zip(blocks_of(learner), kept.heads, kept.neurons, strict=True):
        outputs = _outputs(heads, kept.head_size)
        for name in (block.query, block.key, block.value):
            block.replace(name, _spread(block.layer(name), width, rows=outputs))
        block.replace(block.joined, _spread(block.layer(block.joined), width, columns=outputs))
        block.replace(block.rising, _spread(block.layer(block.rising), inner, rows=neurons))
        block.replace(block.falling, _spread(block.layer(block.falling), inner, columns=neurons))


def _outputs(heads: Sequence[int], size: int) -> list[int]:
    return [head * size + i for head in heads for i in range(size)]


def _sliced(layer: Any, *, rows: list[int] | None = None, columns: list[int] | None = None) -> Any:
    import torch

    with torch.no_grad():
        weight = layer.weight[rows] if rows is not None else layer.weight[:, columns]
        bias = layer.bias[rows] if rows is not None else layer.bias
        return _linear(weight.clone(), bias.clone())


def _spread(layer: Any, size: int, *, rows: list[int] | None = None, columns: list[int] | None = None) -> Any:
    import torch

    with torch.no_grad():
        if rows is not None:
            weight, bias = torch.zeros(size, layer.in_features), torch.zeros(size)
            weight[rows], bias[rows] = layer.weight, layer.bias
        else:
            weight, bias = torch.zeros(layer.out_features, size), layer.bias.clone()
            weight[:, columns] = layer.weight
        return _linear(weight, bias)


def _linear(weight: Any, bias: Any) -> Any:
    import torch

    made = torch.nn.Linear(weight.shape[1], weight.shape[0])
    made.weight, made.bias = torch.nn.Parameter(weight), torch.nn.Parameter(bias)
    return made


def thin(learner: Learner, share: float) -> Mapping[str, int]:
    """Hold the smallest weights of all linear and convolution layers of the blocks at zero; returns their counts.

    Training goes on with them at zero until `settle`.
    """
    import torch
    from torch.nn.utils import prune

    layers = [(layer, "weight") for layer in _weighted(learner)]
    prune.global_unstructured(layers, pruning_method=prune.L1Unstructured, amount=share)
    with torch.no_grad():
        zeros = sum(int((layer.weight == 0).sum()) for layer, _ in layers)
    return {"zeros": zeros, "of": sum(layer.weight.numel() for layer, _ in layers)}


def settle(learner: Learner) -> None:
    """Make the zeros of `thin` plain weights again."""
    from torch.nn.utils import prune

    for layer in _weighted(learner):
        prune.remove(layer, "weight")


def _weighted(learner: Learner) -> list[Any]:
    import torch

    kinds = (torch.nn.Linear, torch.nn.Conv2d)
    return [layer for block in learner.blocks() for layer in block.modules() if isinstance(layer, kinds)]
