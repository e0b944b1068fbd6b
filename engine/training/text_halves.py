"""A transformers encoder cut in two: the lower half computes what the upper half is trained on.

Both are shallow copies of the classifier with some modules left out, so that masks, pooling and head stay what the
architecture makes of them, and every weight is shared with the whole model.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import N_, InputError
from engine.training.modality import Row

if TYPE_CHECKING:
    from engine.training.modalities.text import TextLearner

TOLERANCE = 1e-4
"""Of the logits; both ways compute the same in another order."""


@dataclass(frozen=True, slots=True)
class TextHalves:
    """`Halves` of a text classifier; the features of a row are (tokens, width)."""

    lower: Any
    upper: Any
    width: int
    multiple: int
    """Tokens that batches are padded to a multiple of."""

    def shape(self, row: Row) -> tuple[int, ...]:
        """(tokens, width)."""
        return len(row["input_ids"]), self.width

    def collate(self, features: Sequence[Any], labels: Sequence[int]) -> Mapping[str, Any]:
        """inputs_embeds (rows, tokens, width) in float32, attention_mask (rows, tokens), labels (rows,)."""
        import torch

        longest = max(len(row) for row in features)
        tokens = -(-longest // self.multiple) * self.multiple
        hidden = torch.zeros((len(features), tokens, self.width))
        mask = torch.zeros((len(features), tokens), dtype=torch.long)
        for i, row in enumerate(features):
            hidden[i, : len(row)] = torch.from_numpy(row)
            mask[i, : len(row)] = 1
        return {"inputs_embeds": hidden, "attention_mask": mask, "labels": torch.tensor(labels)}


def cut_encoder(learner: "TextLearner", depth: int, multiple: int) -> TextHalves:
    """The halves below and above block `depth`.

    Raises InputError when there is no such block, or the two halves together do not answer as the whole does.
    """
    blocks = list(learner.blocks())
    if not 0 < depth < len(blocks):
        raise InputError(
            N_("{model} has {layers} layers, so that between 1 and {most} can be frozen, not {depth}."),
            model=learner.description["name"],
            layers=len(blocks),
            most=len(blocks) - 1,
            depth=depth,
        )
    lower, upper = _lower(learner.model, blocks, depth).eval(), _upper(learner.model, blocks, depth)
    shared = {id(weight) for weight in upper.parameters()}  # what stands above the blocks, such as a pooler
    for weight in lower.parameters():
        weight.requires_grad_(id(weight) in shared and weight.requires_grad)
    halves = TextHalves(lower, upper, int(learner.model.config.hidden_size), multiple)
    _require_same(learner, halves)
    return halves


def _lower(model: Any, blocks: list[Any], depth: int) -> Any:
    """Embeddings and the first blocks, giving their last hidden state."""
    import torch

    base = _replaced(model.base_model, _path_of(model.base_model, blocks), torch.nn.ModuleList(blocks[:depth]))

    class Lower(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.base = base

        def forward(self, **batch: Any) -> Any:
            return self.base(**batch).last_hidden_state

    return Lower()


def _upper(model: Any, blocks: list[Any], depth: int) -> Any:
    """The classifier from block `depth` on; takes `inputs_embeds` for what comes out of the block below."""
    import torch

    class Given(torch.nn.Module):  # type: ignore[misc]
        def forward(self, *args: Any, inputs_embeds: Any = None, **_: Any) -> Any:
            return inputs_embeds if inputs_embeds is not None else args[1]

    prefix = model.base_model_prefix
    upper = _replaced(model, f"{prefix}.{_path_of(model.base_model, blocks)}", torch.nn.ModuleList(blocks[depth:]))
    return _replaced(upper, f"{prefix}.embeddings", Given())


def _path_of(base: Any, blocks: list[Any]) -> str:
    """The dotted name of the list that holds the blocks."""
    return next(str(name).rpartition(".")[0] for name, module in base.named_modules() if module is blocks[0])


def _replaced(module: Any, path: str, child: Any) -> Any:
    """A shallow copy of a module with another child at a dotted path; everything else is shared."""
    name, _, rest = path.partition(".")
    made = copy.copy(module)
    made._modules = dict(module._modules)
    made._modules[name] = _replaced(module._modules[name], rest, child) if rest else child
    return made


def _require_same(learner: "TextLearner", halves: TextHalves) -> None:
    """Compare both ways on two made-up rows, one of them padded."""
    import torch

    rows: list[Row] = [{"input_ids": list(range(5, 5 + tokens)), "labels": 0} for tokens in (6, 3)]
    batch = {name: value for name, value in learner.collate(rows).items() if name != "labels"}
    training = learner.model.training
    learner.model.eval()
    halves.upper.eval()
    with torch.inference_mode():
        whole = learner.model(**batch).logits
        hidden = halves.lower(**batch).numpy()
        parts = halves.upper(**halves.collate([hidden[0, :6], hidden[1, :3]], [0, 0])).logits
    learner.model.train(training)
    halves.upper.train(training)
    if not torch.allclose(whole, parts, atol=TOLERANCE):
        raise InputError(
            N_("{model} is of the architecture “{family}”, which cannot be cut between its layers."),
            model=learner.description["name"],
            family=learner.description["family"],
            remedy=N_("Train all of it with full, or an adapter with lora."),
        )
