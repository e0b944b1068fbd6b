"""A table narrowed to the rows in use learns what the whole table would."""

from typing import Any

import pytest

from engine.training.table import narrowed

ROWS: list[dict[str, Any]] = [{"input_ids": [5, 9, 2], "labels": 0}, {"input_ids": [9, 7], "labels": 1}]


def _model() -> Any:
    import torch

    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Embedding(20, 4, padding_idx=0), torch.nn.Flatten(), torch.nn.Linear(12, 2))


def _train(model: Any) -> None:
    import torch

    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1, weight_decay=0.0)
    ids, labels = torch.tensor([[5, 9, 2], [9, 7, 0]]), torch.tensor([0, 1])
    for _ in range(3):
        torch.nn.functional.cross_entropy(model(ids), labels).backward()
        optimizer.step()
        optimizer.zero_grad()


def test_it_learns_what_the_whole_table_would() -> None:
    import torch

    whole, small = _model(), _model()
    untrained = small[0].weight.detach().clone()
    _train(whole)
    table = small[0]
    with narrowed(small, table, ROWS):
        assert small[0].weight.shape == (5, 4)
        _train(small)
    assert small[0] is table
    assert torch.allclose(table.weight, whole[0].weight, atol=1e-6)
    assert torch.equal(table.weight[[0, 1, 3, 19]], untrained[[0, 1, 3, 19]])
    assert not torch.equal(table.weight[5], untrained[5])


def test_a_token_that_no_row_has_is_an_error_and_not_another_word() -> None:
    import torch

    model = _model()
    with narrowed(model, model[0], ROWS), pytest.raises(IndexError):
        model(torch.tensor([[5, 9, 3]]))
