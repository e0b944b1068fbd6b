"""Sparing what the head does not read changes neither an answer nor a gradient."""

import pytest

from engine.inference.first_token import CLASSIFIERS, first_token_alone
from tests.unit.engine.inference.material import answered, classifier, padded_batch


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize("family", CLASSIFIERS)
def test_answers_and_gradients_are_the_same(family: str, attention: str) -> None:
    import torch

    model = classifier(family, attention)
    batch, sizes = padded_batch(), []
    logits, gradients = answered(model, batch)
    last = model.base_model.encoder.layer[-1]
    hook = last.intermediate.register_forward_hook(lambda module, inputs, output: sizes.append(output.shape[1]))
    with first_token_alone(model):
        spared, spared_gradients = answered(model, batch)
    assert torch.allclose(spared, logits, atol=1e-6)
    assert all(torch.allclose(spared_gradients[name], gradient, atol=1e-6) for name, gradient in gradients.items())
    answered(model, batch)
    hook.remove()
    assert sizes == [1, 7]


def test_a_decoder_is_left_as_it_is() -> None:
    model = classifier("bert", "sdpa", is_decoder=True)
    with first_token_alone(model):
        assert not any("forward" in part.__dict__ for part in model.modules())
