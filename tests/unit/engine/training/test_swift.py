"""What is computed fast is what would be computed slowly."""

from typing import Any

import pytest

from engine.training.swift import Masks, attention, dropout_class, dropped, optimizer_class, swift


@pytest.mark.parametrize("name", ["float32", "bfloat16"])
def test_masks_leave_out_a_share_and_keep_the_mean(name: str) -> None:
    import torch

    like = torch.zeros((100, 1003), dtype=getattr(torch, name))
    mask = Masks(1).scaled(like, 0.25)
    assert mask.shape == like.shape
    assert mask.dtype == like.dtype
    assert sorted({float(v) for v in mask.unique()}) == [0.0, pytest.approx(4 / 3, rel=0.01)]
    # Standard error of a share of 0.25 among 100,300 draws: 0.0014.
    assert float((mask == 0).float().mean()) == pytest.approx(0.25, abs=0.006)


def test_masks_follow_from_seed_and_step_alone() -> None:
    import torch

    like = torch.zeros(64)
    masks, again = Masks(3), Masks(3)
    masks.scaled(like, 0.5)
    for each in (masks, again):
        each.begin(8)
    assert torch.equal(masks.scaled(like, 0.5), again.scaled(like, 0.5))
    again.begin(9)
    masks.begin(8)
    assert not torch.equal(masks.scaled(like, 0.5), again.scaled(like, 0.5))


def test_the_gradient_goes_where_the_value_went() -> None:
    import torch

    inputs = torch.ones(4000, requires_grad=True)
    found = dropped(inputs, 0.1, Masks(0))
    found.sum().backward()
    assert torch.equal(found.detach(), inputs.grad)


def test_attention_is_that_of_torch() -> None:
    import torch

    torch.manual_seed(0)
    query, key, value = (torch.randn(2, 3, 5, 4) for _ in range(3))
    mask = torch.zeros(2, 1, 5, 5)
    mask[1, :, :, 3:] = torch.finfo(torch.float32).min
    for given in (None, mask):
        expected = torch.nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=given).transpose(1, 2)
        found = attention(query, key, value, given, scaling=None, dropout=0.0, masks=Masks(0))
        assert torch.allclose(found, expected, atol=1e-6)


def test_the_optimizer_cuts_gradients_as_clipping_does() -> None:
    import torch

    torch.manual_seed(0)
    start = torch.randn(50)
    plain, ours = (torch.nn.Parameter(start.clone()) for _ in range(2))
    one = torch.optim.AdamW([plain], lr=0.01, fused=True)
    two = optimizer_class()([ours], lr=0.01, fused=True)
    for scale in (0.01, 30.0, 2.0):
        gradient = torch.randn(50) * scale
        plain.grad, ours.grad = gradient.clone(), gradient.clone()
        torch.nn.utils.clip_grad_norm_([plain], 1.0)
        one.step()
        two.step()
    assert torch.allclose(plain, ours, atol=1e-6)


def test_the_model_is_as_it_was_afterwards() -> None:
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    model: Any = BertForSequenceClassification(BertConfig(vocab_size=50, **sizes)).eval()
    batch = {"input_ids": torch.tensor([[4, 5, 6], [7, 8, 0]]), "attention_mask": torch.tensor([[1, 1, 1], [1, 1, 0]])}
    kinds = [type(part) for part in model.modules()]
    before = model(**batch).logits
    model.training = True  # as of an adapter around a model that was loaded for evaluation
    with swift(model, Masks(0)):
        assert all(part.training for part in model.train().modules())
        assert not any(part.training for part in model.eval().modules())
        assert any(isinstance(part, dropout_class()) for part in model.modules())
        assert torch.allclose(model(**batch).logits, before, atol=1e-5)
        assert not torch.allclose(model.train()(**batch).logits, before, atol=1e-5)
        model.eval()
    assert [type(part) for part in model.modules()] == kinds
    assert model.config._attn_implementation == "sdpa"
    assert not {"train", "zero_grad"} & model.__dict__.keys()
    assert torch.equal(model(**batch).logits, before)
