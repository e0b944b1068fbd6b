from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import InputError
from engine.training import pruning
from engine.training.modalities.text import TextLearner
from tests.unit.engine.inference.material import TEXTS, tiny_model

TARGETS = [0, 1, 2, 0, 1, 2, 0, 1]


def learner(folder: Path, architecture: str = "bert") -> TextLearner:
    model, tokenizer = tiny_model(folder, architecture)
    return TextLearner(model.eval(), tokenizer, {"name": "tiny"}, 24)


def logits(trained: TextLearner) -> Any:
    import torch

    with torch.inference_mode():
        return trained.model.eval()(**trained.collate(trained.rows(TEXTS, TARGETS))).logits.numpy()


def silence(trained: TextLearner, place: int, heads: list[int], neurons: list[int]) -> None:
    """Zero what heads and neurons of a block give to the rest."""
    import torch

    block = pruning.blocks_of(trained)[place]
    size = pruning.head_size(trained)
    with torch.no_grad():
        for head in heads:
            block.layer(block.joined).weight[:, head * size : (head + 1) * size] = 0
        block.layer(block.falling).weight[:, neurons] = 0


@pytest.mark.parametrize("architecture", ["bert", "distilbert"])
def test_a_narrowed_network_answers_as_the_whole_one_with_zeros(tmp_path: Path, architecture: str) -> None:
    trained = learner(tmp_path, architecture)
    kept = pruning.Kept([[1], [0, 1]], [list(range(16)), list(range(32))], pruning.head_size(trained))
    silence(trained, 0, [0], list(range(16, 32)))
    expected, shapes = logits(trained), {n: p.shape for n, p in trained.model.named_parameters()}
    pruning.narrow(trained, kept)
    assert sum(p.numel() for p in trained.model.parameters()) < sum(shape.numel() for shape in shapes.values())
    assert np.allclose(logits(trained), expected, atol=1e-6)
    pruning.widen(trained, kept)
    assert {n: p.shape for n, p in trained.model.named_parameters()} == shapes
    assert np.allclose(logits(trained), expected, atol=1e-6)


def test_importance_is_the_first_order_change_of_the_loss(tmp_path: Path) -> None:
    """Compared with finite differences of a gate on one head and on one neuron, row by row."""
    trained = learner(tmp_path)
    rows = trained.rows(TEXTS, TARGETS)
    heads, neurons = pruning.importance(trained, [rows[:5], rows[5:]], lambda: None)
    block, size = pruning.blocks_of(trained)[0], pruning.head_size(trained)
    expected_heads = [sum(abs(slope(trained, block.layer(block.joined), _span(h, size), row)) for row in rows)
                      for h in range(2)]  # fmt: skip
    assert heads[0] == pytest.approx(np.array(expected_heads) / np.linalg.norm(expected_heads), rel=0.02)
    expected = [sum(abs(slope(trained, block.layer(block.falling), [n], row)) for row in rows) for n in (0, 7)]
    assert neurons[0][[0, 7]] == pytest.approx(expected, rel=0.05, abs=1e-6)


def _span(head: int, size: int) -> list[int]:
    return list(range(head * size, (head + 1) * size))


def slope(trained: TextLearner, layer: Any, columns: list[int], row: Any) -> float:
    """dL/dgate at 1 of a gate on the inputs `columns` of a layer, by central differences, in float64."""
    import torch

    def loss(gate: float) -> float:
        weight = layer.weight.data.clone()
        layer.weight.data[:, columns] *= gate
        with torch.inference_mode():
            found = float(trained.model.double()(**trained.collate([row])).loss)
        layer.weight.data = weight
        return found

    trained.model.double()
    steep = (loss(1.001) - loss(0.999)) / 0.002
    trained.model.float()
    return steep


def test_the_least_important_of_the_whole_network_go_and_every_block_keeps_some() -> None:
    heads = [np.array([0.9, 0.1, 0.8, 0.2]), np.array([0.01, 0.02, 0.03, 0.04])]
    neurons = [np.arange(64.0), np.arange(64.0) + 1000]
    kept = pruning.choose(heads, neurons, (0.5, 0.25), size=8)
    assert kept.heads == [[0, 1, 2, 3], [3]]
    assert kept.neurons == [list(range(32, 64)), list(range(64))]
    assert pruning.choose(heads, neurons, (0.0, 0.0), size=8).heads == [[0, 1, 2, 3]] * 2


def test_thin_weights_stay_zero_while_the_rest_is_trained(tmp_path: Path) -> None:
    import torch

    trained = learner(tmp_path)
    counted = pruning.thin(trained, 0.5)
    assert counted["zeros"] == pytest.approx(counted["of"] / 2, abs=1)
    optimizer = torch.optim.SGD(trained.model.parameters(), lr=1.0)
    trained.model(**trained.collate(trained.rows(TEXTS, TARGETS))).loss.backward()
    optimizer.step()
    pruning.settle(trained)
    layers = [m.weight for b in trained.blocks() for m in b.modules() if isinstance(m, torch.nn.Linear)]
    assert sum(int((w == 0).sum()) for w in layers) == counted["zeros"]


def test_a_network_without_known_heads_is_named(tmp_path: Path) -> None:
    trained = learner(tmp_path)
    del trained.blocks()[0].attention
    with pytest.raises(InputError, match="tiny has no attention heads"):
        pruning.blocks_of(trained)
