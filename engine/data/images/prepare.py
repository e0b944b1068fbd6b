"""From a folder or archive of pictures to a data set that a run can train on."""

import os
import shutil
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.clean import RULES, Row
from engine.data.columns import MAX_CLASSES
from engine.data.content import Content, fingerprint
from engine.data.describe import describe_rows
from engine.data.images.duplicates import groups
from engine.data.images.kept import FOLDER, Kept, Tally, keep_pictures
from engine.data.images.sources import Pictures, digest_of, open_pictures
from engine.data.profile import Profile
from engine.data.split import FRACTIONS, refuse_rare, split_rows
from engine.data.stages import stage
from engine.data.stored import Prepared, find_prepared, load_profile
from engine.data.write import store_prepared
from engine.errors import N_, DataError

LANGUAGE = "und"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The pictures that stay, and how many left for which reason; the same sum as of texts."""

    kept: list[Kept]
    unlabelled: list[Kept]
    missing_label: int
    exact_duplicates: int
    near_duplicates: int
    conflicting: int
    conflicts: int


def prepare_pictures(
    path: Path,
    home: Path,
    *,
    name: str,
    seed: int = 0,
    licence: str = "",
    source: str = "",
    columns: Sequence[str] | None = None,
) -> Prepared:
    """Read, decode, clean, split and store pictures under `home/datasets`.

    The same source with the same seed and columns is recognised and not read again. The folder appears whole or not
    at all. A picture that cannot be read is left out and named in the profile. Raises DataError when too many are, or
    when too few are left, with everything already stored untouched.
    """
    path, datasets = Path(path), Path(home) / "datasets"
    if not path.exists():
        raise DataError(N_("There is no file {file}."), file=str(path))
    digest = digest_of(path)
    wanted: dict[str, Any] = {"file_sha256": digest, "seed": seed, "rules": RULES, "input_kind": "image", "change": ""}
    if columns is not None:
        wanted["columns"] = tuple(columns)
    if found := find_prepared(datasets, wanted):
        return found
    staging = datasets / f".partial-{uuid.uuid4().hex}"
    try:
        staging.mkdir(parents=True)
        with open_pictures(path, columns) as pictures:
            kept, tally = keep_pictures(pictures, staging)
            return _store(pictures, _Decoded(kept, tally, staging), datasets, wanted | _about(name, licence, source))
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _about(name: str, licence: str, source: str) -> dict[str, Any]:
    return {"name": name, "licence": licence, "source": source, "fractions": FRACTIONS}


@dataclass(frozen=True, slots=True)
class _Decoded:
    kept: list[Kept]
    tally: Tally
    folder: Path


def _store(pictures: Pictures, decoded: _Decoded, datasets: Path, known: dict[str, Any]) -> Prepared:
    stage(0.86, N_("Looking for duplicates"))
    cleaned, staging = clean_pictures(decoded.kept), decoded.folder
    _refuse_few(pictures, cleaned)
    splits = split_rows([one.named.label for one in cleaned.kept], known["seed"])
    content = Content(_rows(cleaned.kept), splits, pictures.columns, _rows(cleaned.unlabelled), "image")
    digest = fingerprint(content)
    folder = datasets / digest[:16]
    if folder.exists():
        return Prepared(digest, known["file_sha256"], folder, load_profile(folder), already=True)
    profile = Profile(**_described(pictures, cleaned, decoded.tally, content, known | {"fingerprint": digest}))

    def fill(partial: Path) -> None:
        stage(0.9, N_("Storing"))
        _drop_unused(staging, {row.text for row in (*content.rows, *content.unlabelled)})
        (staging / FOLDER).rename(partial / FOLDER)
        os.sync()  # one call for thousands of small files; a flush of each takes minutes on a slow disk

    return store_prepared(folder, content, profile, fill)


def _rows(kept: Sequence[Kept]) -> list[Row]:
    return [Row(one.row, one.path, one.named.label, one.named.extra) for one in kept]


def _drop_unused(staging: Path, used: set[str]) -> None:
    for path in (staging / FOLDER).rglob("*.*"):
        if path.relative_to(staging).as_posix() not in used:
            path.unlink()


def clean_pictures(kept: Sequence[Kept]) -> Cleaned:
    """Drop pictures without a label, all pictures of contradicting groups, and repeats after the first."""
    first = groups([one.look for one in kept])
    labels: dict[int, set[str]] = {}
    for one, group in zip(kept, first, strict=True):
        if one.named.label:
            labels.setdefault(group, set()).add(one.named.label)
    seen: dict[int, set[str]] = {}
    stay: list[Kept] = []
    waiting: list[Kept] = []
    exact = near = conflicting = missing = 0
    for one, group in zip(kept, first, strict=True):
        if not one.named.label:
            missing += 1
            if group not in labels and group not in seen:
                waiting.append(one)
                seen.setdefault(group, set()).add(one.look.pixels)
        elif len(labels[group]) > 1:
            conflicting += 1
        elif group not in seen:
            stay.append(one)
        elif one.look.pixels in seen[group]:
            exact += 1
        else:
            near += 1
        seen.setdefault(group, set()).add(one.look.pixels) if one.named.label else None
    conflicts = sum(len(found) > 1 for found in labels.values())
    return Cleaned(stay, waiting, missing, exact, near, conflicting, conflicts)


def _refuse_few(pictures: Pictures, cleaned: Cleaned) -> None:
    counts = Counter(one.named.label for one in cleaned.kept)
    if not counts:
        raise DataError(
            N_("None of the {count} pictures of {file} has a class: {unlabelled} lie in no class folder."),
            count=len(pictures.named),
            file=pictures.file_name,
            unlabelled=cleaned.missing_label,
            remedy=N_("Put the pictures of each class into a folder of its name, and pack the folders as ZIP."),
        )
    if len(counts) == 1:
        raise DataError(
            N_("“{column}” has one class only, “{label}”; telling classes apart needs at least two."),
            column=pictures.label_column,
            label=next(iter(counts))[:80],
        )
    if len(counts) > MAX_CLASSES:
        raise DataError(
            N_("“{column}” has {count} different values; at most {limit} classes are possible."),
            column=pictures.label_column,
            count=len(counts),
            limit=MAX_CLASSES,
            remedy=N_("Choose the column that holds the class, or merge classes."),
        )
    refuse_rare(counts)


def _described(
    pictures: Pictures, cleaned: Cleaned, tally: Tally, content: Content, known: dict[str, Any]
) -> dict[str, Any]:
    return (
        known
        | describe_rows(content)
        | {
            "file_name": pictures.file_name,
            "file_bytes": pictures.bytes,
            "format": pictures.format,
            "encoding": "",
            "delimiter": "",
            "text_column": pictures.image_column,
            "label_column": pictures.label_column,
            "rows": len(pictures.named) + len(pictures.absent),
            "missing_text": tally.unreadable,
            "missing_label": cleaned.missing_label,
            "exact_duplicates": cleaned.exact_duplicates,
            "normalised_duplicates": cleaned.near_duplicates,
            "conflicting_rows": cleaned.conflicting,
            "conflicting_texts": cleaned.conflicts,
            "lengths": _sides([one.side for one in cleaned.kept]),
            "language": LANGUAGE,
            "language_method": "",
            "suspicious": {},
            "pictures": {
                "formats": dict(tally.formats.most_common()),
                "animated": tally.animated,
                "turned": tally.turned,
                "shrunk": tally.shrunk,
                "other": pictures.other,
                "unreadable": tally.faults,
            },
        }
    )


def _sides(sides: Sequence[int]) -> dict[str, float]:
    """Mean and quantiles of the longer side in pixels."""
    names = ("min", "p25", "p50", "p75", "p95", "max")
    quantiles = np.quantile(sides, (0, 0.25, 0.5, 0.75, 0.95, 1))
    return {"mean": float(np.mean(sides))} | {n: float(q) for n, q in zip(names, quantiles, strict=True)}
