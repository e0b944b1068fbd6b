from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError
from engine.training import distilling
from engine.training.batching import BucketSampler
from engine.training.material import Material
from engine.training.modalities.text import TextLearner
from tests.unit.engine.inference.material import TEXTS, tiny_model

TARGETS = [0, 1, 2, 0, 1, 2, 0, 1]


def learner(folder: Path) -> TextLearner:
    model, tokenizer = tiny_model(folder)
    return TextLearner(model.eval(), tokenizer, {"name": "tiny"}, 24)


def test_softening_probabilities_is_softening_logits() -> None:
    logits = np.array([[3.0, -1.0, 0.5], [0.0, 0.0, 9.0]])
    plain = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    expected = np.exp(logits / 4) / np.exp(logits / 4).sum(axis=1, keepdims=True)
    assert distilling.softened(plain, 4.0) == pytest.approx(expected, abs=1e-6)
    assert distilling.softened(plain, 1.0) == pytest.approx(plain, abs=1e-6)
    sure = distilling.softened(np.array([[1.0, 0.0]], dtype=np.float32), 2.0)
    assert np.isfinite(sure).all() and sure.sum() == pytest.approx(1.0)


@pytest.mark.parametrize(("alpha", "temperature"), [(0.0, 2.0), (1.0, 3.0), (0.3, 2.0)])
def test_the_loss_is_that_of_hinton_and_others(tmp_path: Path, alpha: float, temperature: float) -> None:
    student = learner(tmp_path)
    rows = student.rows(TEXTS, TARGETS)
    teacher = np.random.default_rng(0).dirichlet([1.0] * 3, size=len(rows))
    soft = distilling.softened(teacher, temperature)
    plain = Material(rows, rows, 3, student.collate, student.lengths)
    material = distilling.taught(plain, soft, alpha, temperature)
    assert material.loss is not None
    batch = material.collate([material.train[i] for i in range(len(rows))])
    loss, outputs = material.loss(student.model, batch)
    logits = outputs.logits.detach().numpy().astype(np.float64)

    def log_softmax(z: np.ndarray) -> np.ndarray:
        return z - np.log(np.exp(z).sum(axis=1, keepdims=True))

    cross_entropy = -log_softmax(logits)[np.arange(len(rows)), TARGETS].mean()
    divergence = (soft * (np.log(soft) - log_softmax(logits / temperature))).sum(axis=1).mean()
    expected = alpha * temperature**2 * divergence + (1 - alpha) * cross_entropy
    assert float(loss.detach()) == pytest.approx(expected, rel=1e-4)
    validated, _ = material.loss(student.model, material.collate(material.validation))
    assert float(validated.detach()) == pytest.approx(cross_entropy, rel=1e-4)
    assert list(material.lengths(material.train)) == student.lengths(rows)
    assert len(BucketSampler(material.lengths(material.train), 4, 0)) == len(rows)


def test_a_student_keeps_layers_from_the_first_to_the_last(tmp_path: Path) -> None:
    student = learner(tmp_path / "a")
    first = student.blocks()[0]
    distilling.every_other(student, 1)
    assert list(student.blocks()) == [first]
    assert student.model.config.num_hidden_layers == 1
    (tmp_path / "b").mkdir()
    student.save(tmp_path / "b", "card")
    from transformers import AutoModelForSequenceClassification

    again = AutoModelForSequenceClassification.from_pretrained(tmp_path / "b").eval()
    batch = student.collate(student.rows(TEXTS, TARGETS))
    assert np.allclose(again(**batch).logits.detach(), student.model.eval()(**batch).logits.detach(), atol=1e-6)


def test_a_network_without_like_layers_is_named(tmp_path: Path) -> None:
    class Chained(TextLearner):
        def blocks(self) -> tuple[object, ...]:
            return ("stem", "head")

    made = learner(tmp_path)
    student = Chained(made.model, made.tokenizer, made.description, made.max_length)
    with pytest.raises(InputError, match="tiny has no layers"):
        distilling.every_other(student, 1)
