"""Integrated gradients over the tokens of a text classifier (Sundararajan, Taly, Yan 2017), by way of captum.

The figure is the log-odds of one class, F = logit(class) - ln(sum of exp of the other logits). The path leads from the
embedding of padding at every token to the text's own embeddings; the marks that the tokenizer adds ([CLS], [SEP]) stay
as they are, so that everything is split over the text. Positions and the attention mask stay too.

Completeness: the attributions add up to F(text) - F(padding). What the sum misses is the gap; the path is walked in
more steps until it is small, and where it does not become so the explanation carries it and the screen says it.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, InputError
from engine.explanation.results import Term, TextExplanation, pieces_of, strongest
from engine.explanation.words import Span, unspaced, word_spans
from engine.inference.tokens import clean

STEPS = (32, 64, 128, 256)
"""Points of the Gauss-Legendre rule on the path; the next number when the gap is too large."""
GAP_SHARE = 0.02
"""Largest gap that is accepted, as a share of what is split, or of 1 where less than 1 is split."""
ROWS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Attributed:
    """The figure of a text and of padding, and the share of every token."""

    spans: tuple[Span, ...]
    """(0, 0) for the tokenizer's own marks."""
    shares: NDArray[np.float64]
    value: float
    base: float
    probabilities: NDArray[np.float64]
    steps: int

    @property
    def gap(self) -> float:
        """What the shares miss of value - base."""
        return self.value - self.base - float(self.shares.sum())

    @property
    def complete(self) -> bool:
        """Whether the gap is within GAP_SHARE."""
        return abs(self.gap) <= GAP_SHARE * max(1.0, abs(self.value - self.base))


def explain_by_gradients(
    model: Any, tokenizer: Any, text: str, labels: Sequence[str], *, max_length: int, target: int | None = None
) -> TextExplanation:
    """Explain the class `target`, or the answer, of a transformers sequence classifier in evaluation mode.

    Raises InputError for a text of which no token is read.
    """
    read = clean(text)
    encoded = tokenizer(read, truncation=True, max_length=max_length, return_offsets_mapping=True, return_tensors="pt")
    spans = tuple((int(a), int(b)) for a, b in encoded.pop("offset_mapping")[0])
    if not any(end > start for start, end in spans):
        raise InputError(N_("There is nothing to explain: the text has no words."))
    chosen = _answer(model, encoded) if target is None else target
    found = attribute(model, encoded, spans, int(tokenizer.pad_token_id or 0), chosen)
    merged, values = by_word(read, spans, found.shares)
    terms = [Term(read[a:b], value) for (a, b), value in zip(merged, values, strict=True)]
    return TextExplanation(
        method="integrated_gradients",
        figure="log_odds",
        label=labels[chosen],
        probability=float(found.probabilities[chosen]),
        value=found.value,
        base=found.base,
        gap=found.gap,
        pieces=pieces_of(read, merged, values),
        terms=strongest(terms),
        words_read=len(merged),
        words=len(merged) + sum(start >= merged[-1][1] for start, _ in word_spans(read)),
    )


def attribute(model: Any, encoded: Any, spans: tuple[Span, ...], pad_id: int, target: int) -> Attributed:
    """Attributions of one encoded text (1, tokens), walked in more steps until they are complete."""
    import torch

    captum = captum_attr()
    others = {name: tensor for name, tensor in encoded.items() if name != "input_ids"}
    embed = model.get_input_embeddings()
    with torch.no_grad():
        reached = embed(encoded["input_ids"])
        own = torch.tensor([[end > start] for start, end in spans])
        begun = torch.where(own, embed(torch.tensor(pad_id)), reached[0]).unsqueeze(0)

    def figures(embeddings: Any) -> Any:
        repeated = {name: tensor.expand(len(embeddings), -1) for name, tensor in others.items()}
        logits = model(inputs_embeds=embeddings, **repeated).logits.double()
        rest = [place for place in range(logits.shape[1]) if place != target]
        return logits[:, target] - torch.logsumexp(logits[:, rest], dim=1)

    with torch.no_grad():
        value, base = (float(figures(start)[0]) for start in (reached, begun))
        probabilities = torch.softmax(model(**encoded).logits[0].double(), dim=0).numpy()
    for steps in STEPS:
        shares = captum.IntegratedGradients(figures).attribute(
            reached, begun, n_steps=steps, internal_batch_size=ROWS_AT_ONCE
        )
        found = Attributed(spans, shares[0].sum(dim=1).detach().double().numpy(), value, base, probabilities, steps)
        if found.complete:
            break
    return found


def by_word(text: str, spans: Sequence[Span], shares: NDArray[np.float64]) -> tuple[list[Span], list[float]]:
    """Tokens of one word made one span with the sum of their shares; unspaced scripts keep their tokens.

    A token belongs to the word before when no space, and no unspaced character, stands between or in them.
    """
    merged: list[Span] = []
    values: list[float] = []
    for (start, end), share in zip(spans, shares.tolist(), strict=True):
        if end <= start:
            continue
        # SentencePiece counts the space before a word to it.
        begun = next((i for i in range(start, end) if not text[i].isspace()), end)
        if merged and (begun == end or _one_word(text, merged[-1], (begun, end))):
            merged[-1] = (merged[-1][0], end if begun < end else merged[-1][1])
            values[-1] += share
        else:
            merged.append((begun if begun < end else start, end))
            values.append(share)
    return merged, values


def _one_word(text: str, before: Span, after: Span) -> bool:
    both = text[before[0] : before[1]] + text[after[0] : after[1]]
    return after[0] <= before[1] and both.isalnum() and not unspaced(both)


def _answer(model: Any, encoded: Any) -> int:
    import torch

    with torch.no_grad():
        return int(model(**encoded).logits[0].argmax())


def captum_attr() -> Any:
    """captum's attribution methods."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # matplotlib's, which captum loads for pictures that are not drawn here
        import captum.attr

    return captum.attr
