"""Sparing what the head does not read changes neither an answer nor a gradient."""

from typing import Any

import pytest

from engine.inference.first_token import CLASSIFIERS, first_token_alone


def _classifier(family: str, attention: str, **changes: Any) -> Any:
    import torch
    import transformers

    torch.manual_seed(0)
    kind = getattr(transformers, CLASSIFIERS[family])
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    config = kind.config_class(vocab_size=50, embedding_size=16, **sizes, **changes)
    assert config.model_type == family
    return kind._from_config(config, attn_implementation=attention).eval()


def _batch() -> dict[str, Any]:
    import torch

    ids, mask = torch.randint(5, 50, (3, 7)), torch.ones((3, 7), dtype=torch.long)
    ids[1, 4:], mask[1, 4:] = 1, 0
    return {"input_ids": ids, "attention_mask": mask, "labels": torch.tensor([0, 1, 0])}


def _answered(model: Any, batch: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    model.zero_grad()
    found = model(**batch)
    found.loss.backward()
    return found.logits, {name: weight.grad.clone() for name, weight in model.named_parameters()}


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize("family", CLASSIFIERS)
def test_answers_and_gradients_are_the_same(family: str, attention: str) -> None:
    import torch

    model = _classifier(family, attention)
    batch, sizes = _batch(), []
    logits, gradients = _answered(model, batch)
    last = model.base_model.encoder.layer[-1]
    hook = last.intermediate.register_forward_hook(lambda module, inputs, output: sizes.append(output.shape[1]))
    with first_token_alone(model):
        spared, spared_gradients = _answered(model, batch)
    assert torch.allclose(spared, logits, atol=1e-6)
    assert all(torch.allclose(spared_gradients[name], gradient, atol=1e-6) for name, gradient in gradients.items())
    _answered(model, batch)
    hook.remove()
    assert sizes == [1, 7]


def test_a_decoder_is_left_as_it_is() -> None:
    model = _classifier("bert", "sdpa", is_decoder=True)
    with first_token_alone(model):
        assert not any("forward" in part.__dict__ for part in model.modules())
