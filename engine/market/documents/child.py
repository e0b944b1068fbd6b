"""`python -m engine.market.documents.child`: reads brought documents in a process of its own, within bounds.

It answers as `engine.data.prepare_child` does: memory and processor time are limited, and it ends with its parent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.data.prepare_child import main
from engine.market.classifiers import classify
from engine.market.documents.document import Document
from engine.market.documents.read import read_documents
from engine.market.novelty import signature
from engine.market.reading import classified_text, language_of, read

CPU_SECONDS = 60


def read_and_classify(
    path: str,
    *,
    name: str,
    year: int,
    classifier: Mapping[str, Any],
    url: str = "",
    content_type: str = "",
    charset: str | None = None,
) -> dict[str, Any]:
    """The documents of a file, each with its reading and the signature that near-duplicates are found by."""
    found = read_documents(name, Path(path).read_bytes(), url=url, content_type=content_type, charset=charset)
    return {"documents": [_told(*pair) for pair in zip(found, _readings(found, year, classifier), strict=True)]}


def _readings(found: Sequence[Document], year: int, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    texts = [classified_text(one.title, one.text) for one in found]
    answers = classify(texts, [language_of(f"{one.title}\n{one.text}") for one in found], told)
    years = [int(one.published[:4]) if one.published[:4].isdecimal() else year for one in found]
    readings = [read(o.title, o.text, y, a.shares) for o, y, a in zip(found, years, answers, strict=True)]
    return [
        {"language": reading.language, "fields": reading.as_dict(), "classifier": answer.classifier}
        for reading, answer in zip(readings, answers, strict=True)
    ]


def _told(document: Document, reading: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **asdict(document),
        "sha256": document.sha256,
        "signature": signature(f"{document.title}\n{document.text}"),
        **reading,
    }


VERBS = {"read": read_and_classify}

if __name__ == "__main__":
    main(VERBS, CPU_SECONDS)
