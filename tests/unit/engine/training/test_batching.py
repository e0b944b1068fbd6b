import numpy as np
import pytest

from engine.training.batching import BucketSampler, PaddingCollator
from engine.training.plan import Best, Plan, Standing


def _lengths(rows: int) -> list[int]:
    return np.random.default_rng(0).integers(3, 60, rows).tolist()


@pytest.mark.parametrize("rows", [1, 7, 8, 9, 63, 400])
def test_every_row_once_an_epoch(rows: int) -> None:
    sampler = BucketSampler(_lengths(rows), 8, seed=1)
    assert sorted(sampler) == list(range(rows))
    assert len(sampler) == rows
    assert [len(b) for b in sampler.batches()][:-1] == [8] * (-(-rows // 8) - 1)


def test_order_follows_from_seed_and_epoch() -> None:
    lengths = _lengths(200)
    first, again = BucketSampler(lengths, 8, seed=1), BucketSampler(lengths, 8, seed=1)
    again.set_epoch(3)
    list(again)
    again.set_epoch(0)
    assert list(first) == list(again)
    again.set_epoch(1)
    assert list(first) != list(again)
    assert list(first) != list(BucketSampler(lengths, 8, seed=2))


def test_batches_hold_like_lengths_and_come_in_no_order() -> None:
    lengths = np.array(_lengths(1600))
    batches = BucketSampler(lengths.tolist(), 8, seed=1).batches()
    padded = sum(len(b) * lengths[b].max() for b in batches)
    shuffled = np.random.default_rng(0).permutation(1600).reshape(-1, 8)
    assert padded < 0.75 * sum(8 * lengths[b].max() for b in shuffled)
    means = [lengths[b].mean() for b in batches]
    assert abs(np.corrcoef(means, range(len(means)))[0, 1]) < 0.2


def test_collator_pads_to_the_longest_row() -> None:
    rows = [{"input_ids": [5, 6, 7], "labels": 1}, {"input_ids": [8], "labels": 0}]
    found = PaddingCollator(pad_id=9)(rows)
    assert found["input_ids"].tolist() == [[5, 6, 7], [8, 9, 9]]
    assert found["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert found["labels"].tolist() == [1, 0]
    assert PaddingCollator(0, multiple=8)(rows)["input_ids"].shape == (2, 8)


def _plan(**changes: float) -> Plan:
    values = {
        "rows": 53,
        "epochs": 3,
        "max_steps": 0,
        "batch_size": 8,
        "learning_rate": 1e-3,
        "weight_decay": 0.0,
        "warmup_share": 0.1,
        "patience": 2,
        "evaluations_per_epoch": 2,
        "checkpoint_every": 5,
        "precision": "fp32",
        "threads": 1,
        "seed": 0,
    }
    return Plan(**(values | changes))  # type: ignore[arg-type]


def test_plan_counts_steps() -> None:
    assert (_plan().steps_per_epoch, _plan().total_steps, _plan().evaluate_every) == (7, 21, 4)
    assert _plan(epochs=0.5).total_steps == 4
    assert _plan(max_steps=5).total_steps == 5
    assert _plan(evaluations_per_epoch=50).evaluate_every == 1
    assert _plan(evaluations_per_epoch=0).evaluate_every == 21
    assert _plan(rows=80_000).log_every == 300


def test_standing_keeps_the_first_of_equal_evaluations() -> None:
    standing = Standing()
    assert standing.evaluated(Best(1, 0.5, 0.5, 0.7))
    assert not standing.evaluated(Best(2, 0.5, 0.6, 0.6))
    assert standing.without_gain == 1
    assert standing.evaluated(Best(3, 0.6, 0.6, 0.6))
    assert (standing.without_gain, standing.best) == (0, Best(3, 0.6, 0.6, 0.6))
