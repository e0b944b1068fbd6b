"""Weights counted from a shape, against the counts that are published with the models."""

import pytest

from engine.costs.large.shapes import Shape, from_config, shape, shapes
from engine.errors import InputError, UnknownName

PUBLISHED = {
    # as the models' safetensors indexes state them; recalled
    "llama-2-7b": 6_738_415_616,
    "llama-2-13b": 13_015_864_320,
    "llama-2-70b": 68_976_648_192,
    "llama-3.1-8b": 8_030_261_248,
    "llama-3.1-70b": 70_553_706_496,
    "llama-3.2-1b": 1_235_814_400,
    "llama-3.2-3b": 3_212_749_824,
    "qwen-7b": 7_721_324_544,
}


@pytest.mark.parametrize(("name", "weights"), PUBLISHED.items())
def test_weights_are_counted_exactly(name: str, weights: int) -> None:
    assert shape(name).weights == weights


def test_adapters_are_counted_as_litgpt_reports_them() -> None:
    # Lightning-AI/litgpt tutorials/resource-tables.md: rank 8 on query and value
    assert shape("llama-2-7b").lora_weights(8, "qv") == 4_194_304
    assert shape("llama-2-13b").lora_weights(8, "qv") == 6_553_600


def test_every_shape_says_where_its_numbers_come_from() -> None:
    assert all(one.source for one in shapes().values())


def test_a_config_of_the_hub_gives_the_same_shape() -> None:
    config = {
        "model_type": "llama",
        "hidden_size": 4096,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "intermediate_size": 14336,
        "vocab_size": 128256,
        "tie_word_embeddings": False,
    }
    assert from_config("mine", config).weights == PUBLISHED["llama-3.1-8b"]


@pytest.mark.parametrize("value", [None, 0, -4, 3.5, "4096", True, 10**9])
def test_a_config_with_a_number_missing_or_wrong_is_refused_by_name(value: object) -> None:
    config = {"hidden_size": value, "num_hidden_layers": 2, "num_attention_heads": 2, "vocab_size": 10}
    with pytest.raises(InputError, match="hidden_size"):
        from_config("mine", config)


def test_unknown_names_list_the_known_ones() -> None:
    with pytest.raises(UnknownName, match=r"llama-2-7b"):
        shape("llama-9")
    with pytest.raises(UnknownName, match=r"all, qv"):
        Shape("x", 8, 1, 1, 1, 8, 8).lora_weights(8, "some")
