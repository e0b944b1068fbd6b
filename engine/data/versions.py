"""New versions of a prepared data set: labels given or corrected, texts masked, a file appended or put in its place.

A version is a data set of its own. Rows that stay keep their number and their split, so that figures on two versions
speak of the same examples. Rows that only just got a label go to train, unless their class is new: a new class needs
rows in every split, so its rows are split by the seeded rule, as are the rows of a file that joins.
"""

import dataclasses
import os
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.data.across import deduplicate_across
from engine.data.clean import RULES, Row, normalise, unseen
from engine.data.columns import MAX_CLASSES
from engine.data.content import Content, fingerprint, load_content
from engine.data.describe import DROPPED, describe, describe_rows, dropped
from engine.data.personal import checked_kinds, mask_personal
from engine.data.profile import Profile
from engine.data.split import MIN_ROWS_PER_CLASS, bare_classes, split_rows
from engine.data.stages import stage
from engine.data.stored import Prepared, load_profile
from engine.data.write import store_prepared
from engine.errors import N_, DataError
from engine.spec import SPLITS, Split

NOTHING = dict.fromkeys(DROPPED, 0)


@dataclass(frozen=True, slots=True)
class Version:
    """A prepared data set that another is made from."""

    folder: Path
    content: Content
    profile: Profile
    last_row: int
    """Largest row number ever given, in it or a version before it."""


def open_version(folder: Path) -> Version:
    """Read a prepared data set. Raises StoredFileError."""
    stage(0.0, N_("Reading the data set"))
    content, profile = load_content(folder), load_profile(folder)
    lines = (row.line for row in (*content.rows, *content.unlabelled))
    return Version(folder, content, profile, max(profile.last_row, *lines))


def relabel(folder: Path, labels: Mapping[int, str], *, name: str, new_classes: Collection[str] = ()) -> Prepared:
    """A version in which these rows carry these labels; rows that had none join train, those of a new class all splits.

    Raises DataError for rows that the data set does not have, for classes that it does not have and that are not among
    `new_classes`, for a new class that would lack a row in a split, and when nothing would change.
    """
    parent = open_version(folder)
    old = parent.content
    _refuse_unknown(labels, parent, new_classes)
    rows = [dataclasses.replace(row, label=labels.get(row.line, row.label)) for row in old.rows]
    given = [dataclasses.replace(row, label=labels[row.line]) for row in old.unlabelled if row.line in labels]
    waiting = [row for row in old.unlabelled if row.line not in labels]
    splits = [*old.splits, *split_given(old, labels, given, parent.profile)]
    content = Content([*rows, *given], splits, old.columns, waiting, old.kind)
    return store_version(parent, content, "labels", name, NOTHING | {"rows": len(content.rows)})


def split_given(old: Content, labels: Mapping[int, str], given: Sequence[Row], profile: Profile) -> list[Split]:
    """Splits of the rows that had no label: train, but of a new class first one for each split that it lacks.

    Corrected rows stay where they are and so count for their split. From three such rows on, the seeded rule of an
    import draws their splits.
    """
    splits = [SPLITS[0]] * len(given)
    for label in sorted({row.label for row in given} - set(profile.labels)):
        places = [place for place, row in enumerate(given) if row.label == label]
        held = {split for row, split in zip(old.rows, old.splits, strict=True) if labels.get(row.line) == label}
        lacking = [split for split in SPLITS if split not in held]
        drawn = [*lacking, *[SPLITS[0]] * len(places)][: len(places)]
        if lacking and len(places) >= MIN_ROWS_PER_CLASS:
            drawn = split_rows([label] * len(places), profile.seed)
        for place, split in zip(places, drawn, strict=True):
            splits[place] = split
    return splits


def _refuse_unknown(labels: Mapping[int, str], parent: Version, new_classes: Collection[str]) -> None:
    known = {row.line for row in (*parent.content.rows, *parent.content.unlabelled)}
    if strange := sorted(labels.keys() - known):
        raise DataError(N_("The data set has no row {rows}."), rows=", ".join(map(str, strange[:10])))
    if foreign := sorted(set(labels.values()) - {*parent.profile.labels, *new_classes}):
        raise DataError(
            N_("The data set has no class {names}. Known: {known}."),
            names=", ".join(f"“{name}”" for name in foreign[:10]),
            known=", ".join(parent.profile.labels[:50]),
            remedy=N_("A new class comes with a file that has at least three rows of it: append that file."),
        )


def rewrite(folder: Path, reword: Callable[[Row], Row], *, name: str) -> Prepared:
    """A version in which every row reads as `reword` says (change “mask”); number and label must stay.

    Texts that became equal are cleaned as in an import. Raises DataError when nothing would change or too little stay.
    """
    parent = open_version(folder)
    old = parent.content
    rows = list(map(reword, old.rows))
    cleaned, splits = deduplicate_across(rows, old.splits)
    waiting = unseen(map(reword, old.unlabelled), {normalise(row.text) for row in rows})
    content = Content(cleaned.kept, splits, old.columns, waiting, old.kind)
    return store_version(parent, content, "mask", name, dropped(cleaned) | {"rows": len(rows)})


def mask(folder: Path, kinds: Collection[str] = (), *, name: str) -> Prepared:
    """A version with placeholders for personal data of these kinds (of all, when none is named) in texts and columns.

    Raises DataError when there is none, UnknownName for an unknown kind.
    """
    wanted = checked_kinds(kinds)

    def masked(row: Row) -> Row:
        extra = tuple(mask_personal(cell, wanted) for cell in row.extra)
        return dataclasses.replace(row, text=mask_personal(row.text, wanted), extra=extra)

    if load_profile(folder).input_kind != "text":
        raise DataError(N_("Personal data is found in texts only; this data set holds pictures."))
    return rewrite(folder, masked, name=name)


def store_version(
    parent: Version, content: Content, change: str, name: str, known: Mapping[str, Any], *, last_row: int = 0
) -> Prepared:
    """Store what became of the parent beside it; `known` are fields of the profile: rows, counts, origin."""
    check_classes(content)
    digest = fingerprint(content)
    if digest == parent.profile.fingerprint or content == parent.content:
        raise DataError(N_("Nothing would change: the new version would hold the same rows."))
    folder = parent.folder.parent / digest[:16]
    if folder.exists():
        found = load_profile(folder)
        return Prepared(digest, found.file_sha256, folder, found, already=True)
    made = {
        "name": name,
        "rules": RULES,
        "fingerprint": digest,
        "parent": parent.profile.fingerprint,
        "change": change,
        "last_row": max(last_row, parent.last_row),
    }
    stage(0.6, N_("Describing the texts and looking for personal data"))
    figures = describe(content) if content.kind == "text" else describe_rows(content)
    profile = dataclasses.replace(parent.profile, **(figures | dict(known) | made))
    return store_prepared(folder, content, profile, lambda partial: _link_pictures(parent.folder, partial))


def check_classes(content: Content) -> None:
    """Raise DataError unless there are 2 to 1,000 classes and each has a row in every split."""
    names = [row.label for row in content.rows]
    labels = set(names)
    if not 2 <= len(labels) <= MAX_CLASSES:
        raise DataError(
            N_("The new version would have {count} classes; 2 to {limit} are possible."),
            count=len(labels),
            limit=MAX_CLASSES,
        )
    bare = bare_classes(names, content.splits)
    if bare:
        raise DataError(
            N_("The new version would have no row of {classes}; every class needs one in each split."),
            classes=", ".join(f"“{label}” ({split})" for label, split in bare[:10]),
        )


def _link_pictures(parent: Path, folder: Path) -> None:
    """The same pictures under both folders; they are never written again, so one copy on disk is enough."""
    if (parent / "images").is_dir():
        shutil.copytree(parent / "images", folder / "images", copy_function=_link)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)


def by_text(rows: Sequence[Row]) -> dict[str, Row]:
    """Rows by their normalised text."""
    return {normalise(row.text): row for row in rows}
