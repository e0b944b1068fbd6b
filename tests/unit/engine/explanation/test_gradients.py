"""Integrated gradients: complete, exact where the model is linear, and equal to what the served model answers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import InputError
from engine.explanation.gradients import GAP_SHARE, by_word, explain_by_gradients
from tests.unit.engine.inference.material import ODD, TEXTS, tiny_model

LABELS = ("a", "b", "c")


@pytest.fixture(scope="module", params=["bert", "distilbert"])
def tiny(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    model, tokenizer = tiny_model(tmp_path_factory.mktemp("tiny"), request.param)
    return model.eval(), tokenizer


@pytest.mark.parametrize("text", [*TEXTS[:3], *(text for text in ODD if text.strip()), " ".join(TEXTS * 9)])
def test_shares_add_up_to_what_the_text_adds_over_padding(tiny: tuple[Any, Any], text: str) -> None:
    found = explain_by_gradients(*tiny, text, LABELS, max_length=64)
    assert found.base is not None and found.gap is not None
    shared = sum(piece.value for piece in found.pieces if piece.value is not None)
    assert found.base + shared + found.gap == pytest.approx(found.value, abs=1e-6)
    assert abs(found.gap) <= GAP_SHARE * max(1.0, abs(found.value - found.base))


def test_figures_are_those_of_the_model(tiny: tuple[Any, Any]) -> None:
    import torch

    model, tokenizer = tiny
    found = explain_by_gradients(model, tokenizer, TEXTS[0], LABELS, max_length=64, target=2)
    with torch.no_grad():
        p = torch.softmax(model(**tokenizer(TEXTS[0], return_tensors="pt")).logits[0].double(), dim=0).numpy()
    assert found.label == "c"
    assert found.probability == pytest.approx(p[2], abs=1e-6)
    assert found.value == pytest.approx(np.log(p[2] / (1 - p[2])), abs=1e-5)


def test_a_linear_model_is_split_exactly() -> None:
    """For F = w . e summed over tokens, a token's share is w . (its embedding - padding's): the oracle."""
    import torch

    from engine.explanation.gradients import attribute

    torch.manual_seed(1)
    table, weights = torch.nn.Embedding(20, 4), torch.randn(4)

    class Linear(torch.nn.Module):  # type: ignore[misc]
        def get_input_embeddings(self) -> Any:
            return table

        def forward(self, input_ids: Any = None, inputs_embeds: Any = None, attention_mask: Any = None) -> Any:
            given = table(input_ids) if inputs_embeds is None else inputs_embeds
            scores = (given @ weights).sum(dim=1)
            return type("Output", (), {"logits": torch.stack([torch.zeros_like(scores), scores], dim=1)})

    ids = torch.tensor([[1, 7, 9, 2]])
    encoded = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    found = attribute(Linear(), encoded, ((0, 0), (0, 3), (4, 7), (0, 0)), 0, 1)
    with torch.no_grad():
        expected = ((table(ids[0]) - table(torch.tensor(0))) @ weights).numpy()
    assert found.shares == pytest.approx([0, expected[1], expected[2], 0], abs=1e-6)
    assert found.steps == 32
    assert abs(found.gap) < 1e-6


@pytest.mark.parametrize(
    ("text", "tokens", "words"),
    [
        ("unhappily so.", ["un", "happily", "so", "."], ["unhappily", "so", "."]),
        ("手机ok", ["手", "机", "ok"], ["手", "机", "ok"]),
        ("a b", ["a", " b"], ["a", "b"]),
    ],
)
def test_pieces_of_a_word_are_made_one(text: str, tokens: list[str], words: list[str]) -> None:
    spans, at = [(0, 0)], 0
    for token in tokens:
        at = text.index(token, at)
        spans.append((at, at + len(token)))
        at += len(token)
    merged, values = by_word(text, spans, np.arange(len(spans), dtype=float))
    assert [text[a:b] for a, b in merged] == words
    assert sum(values) == sum(range(len(spans)))


def test_a_text_that_is_cut_says_how_much_was_read(tiny: tuple[Any, Any]) -> None:
    found = explain_by_gradients(*tiny, "one two three four five six", LABELS, max_length=5)
    assert (found.words_read, found.words) == (3, 6)
    assert "".join(piece.text for piece in found.pieces) == "one two three four five six"


def test_a_text_without_words_is_refused(tiny: tuple[Any, Any]) -> None:
    with pytest.raises(InputError, match="no words"):
        explain_by_gradients(*tiny, " ", LABELS, max_length=16)


def test_a_planted_word_is_found(tmp_path: Path) -> None:
    """A model that was taught one word names it."""
    import torch

    model, tokenizer = tiny_model(tmp_path, classes=2)
    texts = [f"{'plum' if i % 2 else 'stone'} {TEXTS[i // 2 % 8]}" for i in range(32)]
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    model.eval()  # without dropout: it is to learn this by heart
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(60):
        loss = model(**batch, labels=torch.tensor([i % 2 for i in range(32)])).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    found = explain_by_gradients(model, tokenizer, "The plum fits well and looks lovely.", ("no", "yes"), max_length=32)
    assert (found.label, found.terms[0].text) == ("yes", "plum")
    assert found.terms[0].value > 0
