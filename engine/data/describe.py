"""Computes what the profile says about the content of a data set."""

from typing import Any

from engine.data.clean import Cleaned
from engine.data.content import Content
from engine.data.language import METHOD, detect_language
from engine.data.personal import count_personal
from engine.data.profile import class_names, count_classes, length_figures, shorten, suspicious_texts

EXAMPLES = 5
DROPPED = (
    "missing_text",
    "missing_label",
    "exact_duplicates",
    "normalised_duplicates",
    "conflicting_rows",
    "conflicting_texts",
)


def describe(content: Content) -> dict[str, Any]:
    """Classes, lengths, language and examples of texts, as fields of `Profile`."""
    texts = [row.text for row in content.rows]
    return describe_rows(content) | {
        "lengths": length_figures(texts),
        "language": detect_language(texts),
        "language_method": METHOD,
        "suspicious": suspicious_texts(texts),
        "personal": count_personal((row.text, *row.extra) for row in (*content.rows, *content.unlabelled)),
    }


def describe_rows(content: Content) -> dict[str, Any]:
    """What can be said of rows of any kind: counts, classes, a few examples of the training split."""
    labels = [row.label for row in content.rows]
    names = class_names(labels)
    train = [row for row, split in zip(content.rows, content.splits, strict=True) if split == "train"]
    return {
        "used": len(labels),
        "unlabelled": len(content.unlabelled),
        "input_kind": content.kind,
        "columns": content.columns,
        "labels": names,
        "classes": count_classes(labels, content.splits, names),
        "examples": tuple({"line": r.line, "text": shorten(r.text), "label": r.label} for r in train[:EXAMPLES]),
    }


def dropped(cleaned: Cleaned) -> dict[str, int]:
    """How many rows left for which reason, as fields of `Profile`."""
    return {count: getattr(cleaned, count) for count in DROPPED}
