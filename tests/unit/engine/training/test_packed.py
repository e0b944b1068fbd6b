"""Leaving out what rows are padded with changes neither an answer nor a gradient."""

from typing import Any

import pytest

from engine.inference.first_token import CLASSIFIERS
from engine.training.packed import Places, picked
from engine.training.swift import Masks, swift
from tests.unit.engine.inference.material import answered, classifier, padded_batch


def _sizes(layers: Any) -> list[int]:
    """Filled with the number of tokens that each layer's widest part computes."""
    found: list[int] = []
    for layer in layers:
        layer.intermediate.register_forward_hook(lambda module, inputs, output: found.append(len(output)))
    return found


@pytest.mark.parametrize("family", CLASSIFIERS)
def test_answers_and_gradients_are_the_same(family: str) -> None:
    import torch

    model = classifier(family, "sdpa")
    for batch in (padded_batch(), padded_batch() | {"attention_mask": torch.ones((3, 7), dtype=torch.long)}):
        logits, gradients = answered(model, batch)
        with swift(model, Masks(0)):
            found, found_gradients = answered(model, batch)
        assert torch.allclose(found, logits, atol=1e-6)
        assert all(torch.allclose(found_gradients[name], gradient, atol=1e-6) for name, gradient in gradients.items())


def test_padding_is_not_computed() -> None:
    model = classifier("bert", "sdpa")
    batch = padded_batch()
    sizes = _sizes(model.base_model.encoder.layer)
    with swift(model, Masks(0)):
        answered(model, batch)
    assert sizes == [int(batch["attention_mask"].sum()), len(batch["labels"])]


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")
def test_an_adapter_around_layers_of_unlike_heads() -> None:
    import torch
    from peft import LoraConfig, get_peft_model

    model = classifier("bert", "sdpa")
    attention = model.base_model.encoder.layer[0].attention  # one head of two is left, as after pruning
    for name in ("query", "key", "value"):
        setattr(attention.self, name, torch.nn.Linear(16, 8))
    attention.output.dense = torch.nn.Linear(8, 16)
    adapted = get_peft_model(model, LoraConfig(target_modules=["query", "value"], r=2, init_lora_weights=False)).eval()
    batch = padded_batch()
    with torch.inference_mode():
        expected = adapted(**batch).logits
        with swift(adapted, Masks(0)):
            found = adapted(**batch).logits
    assert torch.allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("heads", [1, 3])
def test_heads_are_spread_and_gathered_again(heads: int) -> None:
    import torch

    mask = torch.zeros((2, 1, 4, 4))
    mask[0, :, :, 2:] = torch.finfo(torch.float32).min
    places = Places((2, 4), mask)
    assert places.tokens.tolist() == [0, 1, 4, 5, 6, 7]
    assert places.firsts.tolist() == [0, 2]
    vectors = torch.arange(6 * heads * 2, dtype=torch.float32).view(6, heads * 2).requires_grad_()
    spread = places.spread(vectors, heads)
    assert spread.shape == (2 * heads, 4, 2)
    assert torch.equal(spread[heads - 1, 1], vectors[1, -2:])
    gathered = places.gathered(spread, heads)
    assert torch.equal(gathered, vectors)
    gathered.sum().backward()
    assert torch.equal(vectors.grad, torch.ones_like(vectors))
    assert torch.equal(picked(vectors, places.firsts), vectors[[0, 2]])
