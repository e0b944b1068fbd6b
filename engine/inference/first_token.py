"""The last layer of a classifier, computed for the first token alone where that is all that the head reads.

BERT and its kin classify by what the last layer says of the first token. Of the other tokens only keys and values are
needed there; their queries, their attention and their feed-forward part decide nothing. Leaving those out changes no
answer and no gradient, and spares five sixths of a layer. Imports torch inside its functions.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

CLASSIFIERS = {
    "bert": "BertForSequenceClassification",
    "camembert": "CamembertForSequenceClassification",
    "electra": "ElectraForSequenceClassification",
    "roberta": "RobertaForSequenceClassification",
    "xlm-roberta": "XLMRobertaForSequenceClassification",
}
"""Architectures, as a model's config names them, and their classifiers in transformers: the head reads the first token,
and the layers are built like BERT's."""


@contextmanager
def first_token_alone(model: Any) -> Iterator[None]:
    """While the block lasts, a classifier of a known class in `model` spares what its head does not read."""
    found = classifier_in(model)
    if found is None:
        yield
        return
    last = found.base_model.encoder.layer[-1]
    last.__dict__["forward"] = _forward_of(last)
    try:
        yield
    finally:
        del last.__dict__["forward"]


def classifier_in(model: Any) -> Any | None:
    """The classifier of a known class inside `model`, such as one that adapters are put around; None for a decoder."""
    found = next((part for part in model.modules() if type(part).__name__ in CLASSIFIERS.values()), None)
    return None if found is None or found.config.is_decoder else found


def _forward_of(layer: Any) -> Any:
    """What the layer computes of the first token: (rows, tokens, width) to (rows, 1, width)."""
    from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS
    from transformers.models.bert.modeling_bert import eager_attention_forward

    own = layer.attention.self

    def heads(vectors: Any) -> Any:
        return vectors.view(*vectors.shape[:-1], -1, own.attention_head_size).transpose(1, 2)

    def forward(hidden: Any, attention_mask: Any = None, *_: Any, **__: Any) -> Any:
        first = hidden[:, :1]
        attend = ALL_ATTENTION_FUNCTIONS.get_interface(own.config._attn_implementation, eager_attention_forward)
        attended, _weights = attend(
            own,
            heads(own.query(first)),
            heads(own.key(hidden)),
            heads(own.value(hidden)),
            _of_first(attention_mask),
            dropout=own.dropout.p if own.training else 0.0,
            scaling=own.scaling,
        )
        attended = attended.reshape(*first.shape[:-1], -1)
        return layer.feed_forward_chunk(layer.attention.output(attended, first))

    return forward


def _of_first(mask: Any) -> Any:
    """The row of the first token in a mask of (rows, heads, tokens that ask, tokens); other masks ask for none."""
    return mask[:, :, :1] if mask is not None and mask.dim() == 4 else mask
