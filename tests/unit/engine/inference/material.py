"""Real artifacts for tests: fitted on a few sentences, exported as recipes export them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.inference.encoders import Encoder
from engine.inference.first_token import CLASSIFIERS
from engine.inference.head import export_head
from engine.inference.linear import export_linear
from engine.inference.manifest import write_manifest
from engine.spec import Job, Outcome

TEXTS = [
    "The dress fits well and looks lovely.",
    "A wonderful meal, the waiter was kind.",
    "Great battery, I love this phone!",
    "Excellent story and superb acting.",
    "The zip broke after one day.",
    "Awful service, we waited an hour.",
    "The screen is useless in the sun.",
    "Boring film with a terrible end.",
]
TARGETS = [1, 1, 1, 1, 0, 0, 0, 0]
ODD = [
    "",
    " ",
    "a",
    "😀 emoji 😀",
    "tab\tand  spaces\n\n here ",
    "中文评论 很好",
    "x" * 5_000,
    "ÄÖÜ ß İ",
    "\ud800 lone",
    "a\0b",
]


def make_job(run: str, labels: Sequence[str] = ("bad", "good")) -> Job:
    """A job of one thread."""
    return Job(
        run=run,
        task="text_classification",
        recipe="baseline",
        config={"C": 1.0},
        seed=3,
        dataset_folder="",
        dataset_fingerprint="f" * 64,
        labels=tuple(labels),
        language="en",
        cache_folder="",
        threads=1,
        device="local_cpu",
        usd_per_hour=0.0,
        budget_usd=None,
        attempt=1,
    )


def new_artifact(home: Path, run: str) -> Path:
    """An empty artifact folder where the model server looks for it."""
    artifact = home / "runs" / run / "artifact"
    artifact.mkdir(parents=True)
    return artifact


def fit_linear(**settings: Any) -> tuple[Any, Any]:
    """A TfidfVectorizer and LogisticRegression of scikit-learn, fitted on TEXTS."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = TfidfVectorizer(**settings)
    return vectorizer, LogisticRegression(C=20.0).fit(vectorizer.fit_transform(TEXTS), TARGETS)


def linear_artifact(home: Path, run: str) -> Path:
    """A TF-IDF model."""
    artifact = new_artifact(home, run)
    runtime = export_linear(*fit_linear(ngram_range=(1, 2), sublinear_tf=True), artifact)
    write_manifest(artifact, make_job(run), Outcome(runtime, parameters=100, trained_parameters=100))
    return artifact


def head_artifact(home: Path, run: str, encoder: Encoder) -> Path:
    """A linear head over a frozen encoder."""
    from sklearn.linear_model import LogisticRegression

    artifact = new_artifact(home, run)
    head = LogisticRegression(C=10.0).fit(encoder.encode(TEXTS), TARGETS)
    runtime = export_head(encoder, head.coef_, head.intercept_, head.classes_, artifact)
    write_manifest(artifact, make_job(run), Outcome(runtime, encoder.description, 22_713_728, head.coef_.size + 1))
    return artifact


def tiny_model(folder: Path, architecture: str = "bert", classes: int = 3, layers: int = 2) -> tuple[Any, Any]:
    """A random transformer classifier of some thousand weights, and MiniLM's tokenizer for it."""
    import torch
    from transformers import (
        AutoTokenizer,
        BertConfig,
        BertForSequenceClassification,
        DistilBertConfig,
        DistilBertForSequenceClassification,
    )

    from engine.inference.basemodels import resolve

    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(resolve("minilm").path)
    if architecture == "bert":
        config = BertConfig(
            hidden_size=16, num_hidden_layers=layers, num_attention_heads=2, intermediate_size=32, num_labels=classes,
            hidden_dropout_prob=0.5,
        )  # fmt: skip
        model: Any = BertForSequenceClassification(config)
    else:
        model = DistilBertForSequenceClassification(
            DistilBertConfig(dim=16, n_layers=layers, n_heads=2, hidden_dim=32, num_labels=classes)
        )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return model, tokenizer


def random_texts(count: int, seed: int = 0) -> list[str]:
    """Texts of 1 to 60 words out of TEXTS."""
    words = " ".join(TEXTS).split()
    chance = np.random.default_rng(seed)
    return [" ".join(chance.choice(words, size=chance.integers(1, 60))) for _ in range(count)]


def classifier(family: str, attention: str, **changes: Any) -> Any:
    """A tiny one with chance weights, that drops nothing out."""
    import torch
    import transformers

    torch.manual_seed(0)
    kind = getattr(transformers, CLASSIFIERS[family])
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    config = kind.config_class(vocab_size=50, embedding_size=16, **sizes, **changes)
    assert config.model_type == family
    return kind._from_config(config, attn_implementation=attention).eval()


def padded_batch() -> dict[str, Any]:
    """Three rows of which one is shorter."""
    import torch

    ids, mask = torch.randint(5, 50, (3, 7)), torch.ones((3, 7), dtype=torch.long)
    ids[1, 4:], mask[1, 4:] = 1, 0
    return {"input_ids": ids, "attention_mask": mask, "labels": torch.tensor([0, 1, 0])}


def answered(model: Any, batch: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Its logits, and the gradient of each weight."""
    model.zero_grad()
    found = model(**batch)
    found.loss.backward()
    return found.logits, {name: weight.grad.clone() for name, weight in model.named_parameters()}
