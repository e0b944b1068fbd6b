"""A classifier's encoder that computes the tokens of a batch, and not what rows were padded with.

Rows of unlike length are padded to the longest of their batch: 8 % of the numbers of a batch of review sentences are
padding. Layers like BERT's treat each token on its own but for the attention, so all else is computed of the tokens
packed one after the other. The attention reads and writes them through two lists of places, made once for a batch, in
place of the copies by which heads are set apart. The last layer is computed of the first token alone, as in
`engine.inference.first_token`. Answers and gradients are those of the padded batch. Imports torch inside its functions.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from engine.inference.first_token import classifier_in

Attend = Callable[[Any, Any, Any, Any, float, float], Any]
"""(queries, keys, values, what is added to the scores or None, scale, share left out) to what was attended to; all of
them (rows x heads, tokens, width of a head)."""


@contextmanager
def packed(model: Any, attend: Attend) -> Iterator[None]:
    """While the block lasts, the encoder of a classifier of a known class in `model` computes no padding.

    Each row is to begin with a token of its own, as all are that are padded at their end. Other models stay as they
    are. The mask is that of transformers' eager attention, (rows, 1, tokens, tokens), added to the scores, or None.
    """
    found = classifier_in(model)
    if found is None:
        yield
        return
    encoder = found.base_model.encoder
    encoder.__dict__["forward"] = _forward_of(encoder, attend)
    try:
        yield
    finally:
        del encoder.__dict__["forward"]


def _forward_of(encoder: Any, attend: Attend) -> Any:
    """What the encoder says of the first tokens: (rows, tokens, width) to (rows, 1, width)."""
    from transformers.modeling_outputs import BaseModelOutputWithPastAndCrossAttentions

    def forward(hidden: Any, attention_mask: Any = None, *_: Any, **__: Any) -> Any:
        places = Places(hidden.shape[:2], attention_mask)
        states = picked(hidden.reshape(-1, hidden.shape[-1]), places.tokens)
        *below, last = encoder.layer
        for layer in below:
            states = _layer(layer, states, states, places, attend)
        first = _layer(last, states, picked(states, places.firsts), places, attend)
        return BaseModelOutputWithPastAndCrossAttentions(last_hidden_state=first.unsqueeze(1))

    return forward


def _layer(layer: Any, states: Any, asking: Any, places: "Places", attend: Attend) -> Any:
    """A layer of all tokens `states` (tokens, width) for those that ask: all of them, or the first of each row."""
    own = layer.attention.self
    width = own.attention_head_size
    heads, whole = own.key.out_features // width, asking is states
    query = own.query(asking)
    attended = attend(
        places.spread(query, heads) if whole else query.view(-1, 1, width),
        places.spread(own.key(states), heads),
        places.spread(own.value(states), heads),
        places.added(heads, query.dtype),
        own.scaling,
        own.dropout.p if own.training else 0.0,
    )
    attended = places.gathered(attended, heads) if whole else attended.reshape(len(asking), -1)
    return layer.feed_forward_chunk(layer.attention.output(attended, asking))


class Places:
    """Where the tokens of a padded batch stand when they are packed, and the other way round.

    `tokens`: for each packed token its place in the batch read row by row. `firsts`: where each row begins.
    """

    def __init__(self, shape: tuple[int, int], mask: Any) -> None:
        import torch

        self._rows, self._longest = shape
        self._mask = mask
        real = torch.ones(shape, dtype=torch.bool) if mask is None else mask[:, 0, 0] == 0
        self.tokens = real.flatten().nonzero().flatten()
        self._packed = (real.flatten().cumsum(0) - 1).view(shape)  # of padding: some token, which the mask hides
        self.firsts = self._packed[:, 0]
        self._of_heads: dict[int, tuple[Any, Any, Any]] = {}

    def _for(self, heads: int) -> tuple[Any, Any, Any]:
        """Places to spread heads from and to gather them from, and the mask of each head."""
        import torch

        if heads not in self._of_heads:
            each = torch.arange(heads)
            spread = self._packed[:, None, :] * heads + each[:, None]
            row, token = self.tokens // self._longest, self.tokens % self._longest
            gather = ((row[:, None] * heads + each) * self._longest) + token[:, None]
            mask = self._mask
            if mask is not None:
                mask = mask[:, :, :1].expand(-1, heads, -1, -1).reshape(self._rows * heads, 1, -1)
            self._of_heads[heads] = spread.flatten(), gather.flatten(), mask
        return self._of_heads[heads]

    def spread(self, vectors: Any, heads: int) -> Any:
        """(tokens, heads x width) to (rows x heads, longest row, width)."""
        spread, gather, _mask = self._for(heads)
        narrow = vectors.reshape(len(vectors) * heads, -1)
        return _spread().apply(narrow, spread, gather).view(self._rows * heads, self._longest, -1)

    def gathered(self, vectors: Any, heads: int) -> Any:
        """(rows x heads, longest row, width) to (tokens, heads x width)."""
        _spread_from, gather, _mask = self._for(heads)
        return picked(vectors.reshape(-1, vectors.shape[-1]), gather).view(len(self.tokens), -1)

    def added(self, heads: int, dtype: Any) -> Any:
        """What is added to the scores of (rows x heads, 1, longest row), or None."""
        mask = self._for(heads)[2]
        return mask if mask is None else mask.to(dtype)


def picked(vectors: Any, places: Any) -> Any:
    """The vectors at these places, each of which is named once: (all, width) to (places, width)."""
    return _picked().apply(vectors, places)


@cache
def _picked() -> type[Any]:
    import torch

    class Picked(torch.autograd.Function):  # type: ignore[misc]
        """Rows at places that are named once: their gradients are put back, not added up."""

        @staticmethod
        def forward(ctx: Any, vectors: Any, places: Any) -> Any:
            ctx.save_for_backward(places)
            ctx.count = len(vectors)
            return vectors.index_select(0, places)

        @staticmethod
        def backward(ctx: Any, gradient: Any) -> Any:
            (places,) = ctx.saved_tensors
            return gradient.new_zeros((ctx.count, gradient.shape[1])).index_copy_(0, places, gradient), None

    return Picked


@cache
def _spread() -> type[Any]:
    import torch

    class Spread(torch.autograd.Function):  # type: ignore[misc]
        """Rows with padding in between, which has no gradient: the mask hides it as a key, and nothing asks for it."""

        @staticmethod
        def forward(ctx: Any, vectors: Any, spread: Any, gather: Any) -> Any:
            ctx.save_for_backward(gather)
            return vectors.index_select(0, spread)

        @staticmethod
        def backward(ctx: Any, gradient: Any) -> Any:
            return gradient.index_select(0, ctx.saved_tensors[0]), None, None

    return Spread
