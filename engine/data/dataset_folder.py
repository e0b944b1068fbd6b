"""Data set folders as Hugging Face lays them out, packed as a ZIP archive: which files hold which split.

Read are Parquet, Arrow, CSV and JSON Lines, the README's YAML head, and dataset_infos.json. Scripts are never run.
Layouts: https://huggingface.co/docs/hub/datasets-data-files-configuration and `Dataset.save_to_disk`.
"""

import dataclasses
import fnmatch
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from engine.data.archive import members, opened
from engine.data.columnar import class_names_of, name_classes
from engine.data.table import MAX_ROWS, Table, refuse_rows
from engine.errors import N_, DataError
from engine.spec import SPLITS, Split

DATA_SUFFIXES = (".parquet", ".arrow", ".csv", ".tsv", ".jsonl", ".ndjson", ".json")
INFO_FILES = ("dataset_infos.json", "dataset_info.json", "dataset_dict.json", "state.json")
MAX_INFO_BYTES = 2_000_000
WORDS: Mapping[Split, tuple[str, ...]] = {
    "train": ("train", "training"),
    "validation": ("validation", "valid", "val", "dev"),
    "test": ("test", "testing", "eval", "evaluation"),
}
"""Words that name a split, in the order of precedence of the Hugging Face hub."""
Reader = Callable[[Path], Table]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a folder says of itself: files of each split by configuration, class names, licence."""

    files: Mapping[str, Mapping[str, Sequence[str]]]
    """{configuration: {split as it is called there: paths}}."""
    names: Mapping[str, list[str]]
    licence: str


def read_folder(path: Path, part: str | None, read: Reader) -> Table:
    """One configuration of a packed data set folder as one table; `read` reads each of its files.

    Raises DataError for an archive without data files, and for what `read` refuses.
    """
    with opened(path) as archive:
        files = {info.filename: info for info in members(archive)}
        layout = _layout(path.name, archive, files)
        chosen = part if part is not None else _default(layout.files)
        if chosen not in layout.files:
            known = ", ".join(layout.files)
            raise DataError(
                N_("{file} has no part “{part}”. It has: {known}."), file=path.name, part=chosen, known=known
            )
        with tempfile.TemporaryDirectory() as place:
            tables = [
                (split, _read_member(archive, files[name], Path(place), read))
                for split, names in layout.files[chosen].items()
                for name in names
                if split_of(split) or set(layout.files[chosen]) == {""}
            ]
    skipped = tuple(sorted(split for split in layout.files[chosen] if split and not split_of(split)))
    joined = _joined(path.name, tables)
    return dataclasses.replace(
        joined,
        columns=name_classes(joined.columns, layout.names),
        part=chosen if len(layout.files) > 1 else "",
        parts=tuple(layout.files) if len(layout.files) > 1 else (),
        skipped=skipped,
        licence=layout.licence,
    )


def split_of(name: str) -> Split | None:
    """The split that a file, folder or split name speaks of, by its words; None when it names none."""
    words = re.split(r"[^a-z]+", name.lower())
    return next((split for split, known in WORDS.items() if any(word in known for word in words)), None)


def _layout(file_name: str, archive: zipfile.ZipFile, files: Mapping[str, zipfile.ZipInfo]) -> Layout:
    root = _root(files)
    card = _card(_text(archive, files.get(root + "README.md")))
    data = [n for n in files if PurePosixPath(n).suffix.lower() in DATA_SUFFIXES and not n.endswith(INFO_FILES)]
    if not data:
        raise _no_data(file_name, files)
    declared = _declared(card, sorted(data), root)
    licence = card.get("license")
    infos = [_info(_text(archive, files[name])) for name in sorted(files) if name.endswith(INFO_FILES)]
    names = {key: found for info in [*infos, _card_features(card)] for key, found in class_names_of(info).items()}
    return Layout(declared or {"": _detected(sorted(data), root)}, names, licence if isinstance(licence, str) else "")


def _root(files: Iterable[str]) -> str:
    """The one folder that everything is packed in, with its slash; empty when there is none."""
    tops = {name.split("/", 1)[0] if "/" in name else "" for name in files}
    return f"{tops.pop()}/" if len(tops) == 1 and "" not in tops else ""


def _no_data(file_name: str, files: Iterable[str]) -> DataError:
    scripted = any(name.endswith(".py") for name in files)
    return DataError(
        N_("{file} holds no Parquet, Arrow, CSV or JSON Lines file."),
        file=file_name,
        remedy=N_("Its rows come from a script, and Prospectus never runs one: bring the data as Parquet.")
        if scripted
        else N_("Bring a table, or pictures in one folder for each class."),
    )


def _text(archive: zipfile.ZipFile, info: zipfile.ZipInfo | None) -> str:
    if info is None or info.file_size > MAX_INFO_BYTES:
        return ""
    return archive.read(info).decode("utf-8", "replace")


def _card(readme: str) -> dict[str, Any]:
    """The YAML head of a README; empty when there is none that can be read."""
    import yaml

    found = re.match(r"\A\ufeff?---\s*\n(.*?)\n---\s*(\n|\Z)", readme.replace("\r\n", "\n"), re.DOTALL)
    try:
        head = yaml.safe_load(found[1]) if found else {}
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    return head if isinstance(head, dict) else {}


def _info(text: str) -> dict[str, Any]:
    """Features of dataset_info.json, or those of all configurations of dataset_infos.json."""
    try:
        stored = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(stored, dict):
        return {}
    if isinstance(stored.get("features"), dict):
        return dict(stored["features"])
    parts = [value["features"] for value in stored.values() if isinstance(value, dict) and "features" in value]
    return {name: feature for part in parts if isinstance(part, dict) for name, feature in part.items()}


def _card_features(card: Mapping[str, Any]) -> dict[str, Any]:
    """The README's `dataset_info: features:` in the form of dataset_infos.json."""
    infos = card.get("dataset_info")
    features = [f for info in _list(infos) if isinstance(info, dict) for f in _list(info.get("features"))]
    found = {}
    for feature in features:
        kind = feature.get("dtype") if isinstance(feature, dict) else None
        names = kind.get("class_label", {}).get("names") if isinstance(kind, dict) else None
        if isinstance(names, dict | list):
            listed = list(names.values()) if isinstance(names, dict) else names
            found[str(feature.get("name"))] = {"_type": "ClassLabel", "names": listed}
    return found


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _declared(card: Mapping[str, Any], data: Sequence[str], root: str) -> dict[str, dict[str, list[str]]]:
    """The README's `configs:`, those that name files which are there; the default one first."""
    found: dict[str, dict[str, list[str]]] = {}
    configs = [config for config in _list(card.get("configs")) if isinstance(config, dict)]
    for config in sorted(configs, key=lambda c: (not c.get("default"), c.get("config_name") != "default")):
        folder = f"{root}{config['data_dir']}/" if isinstance(config.get("data_dir"), str) else root
        splits: dict[str, list[str]] = {}
        for entry in _list(config.get("data_files")):
            split, patterns = (entry.get("split"), entry.get("path")) if isinstance(entry, dict) else ("", entry)
            paths = [n for n in data if any(fnmatch.fnmatchcase(n, folder + str(p)) for p in _list(patterns))]
            if paths:
                splits.setdefault(str(split or ""), []).extend(paths)
        if splits:
            found[str(config.get("config_name") or "default")] = splits
    return found


def _detected(data: Sequence[str], root: str) -> dict[str, list[str]]:
    """Files by the split that their path names; all in one without a name when any names none."""
    by_split: dict[str, list[str]] = {}
    for name in data:
        by_split.setdefault(split_of(name.removeprefix(root)) or "", []).append(name)
    return {"": list(data)} if "" in by_split else by_split


def _default(files: Mapping[str, Any]) -> str:
    return next(iter(files))


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path, read: Reader) -> Table:
    """The table in one file, unpacked under its last name only."""
    path = folder / re.sub(r"[^\w.\-]+", "_", PurePosixPath(info.filename).name)[-100:]
    try:
        with archive.open(info) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        return read(path)
    finally:
        path.unlink(missing_ok=True)


def _joined(file_name: str, tables: Sequence[tuple[str, Table]]) -> Table:
    rows = sum(table.rows for _, table in tables)
    if rows > MAX_ROWS:
        raise refuse_rows(file_name, rows)
    if not rows:
        raise DataError(N_("{file} has no rows in train, validation or test."), file=file_name)
    names = dict.fromkeys(name for _, table in tables for name in table.columns)
    columns = {
        name: [cell for _, table in tables for cell in table.columns.get(name, [""] * table.rows)] for name in names
    }
    given = [split for name, table in tables for split in [split_of(name)] * table.rows]
    splits = tuple(split for split in given if split)
    told = splits if len(splits) == rows and set(splits) != {SPLITS[0]} else None
    first = tables[0][1]
    left_out = tuple(dict.fromkeys(name for _, table in tables for name in table.left_out))
    return Table(
        columns,
        list(range(1, rows + 1)),
        first.encoding,
        first.delimiter,
        "folder",
        left_out=left_out,
        splits=told,
    )


def pack_folder(folder: Path, target: Path) -> None:
    """Pack what this module reads of a local folder into an archive; the same files give the same bytes.

    Links and hidden files are passed over. Raises DataError for a folder without anything to read.
    """
    wanted = (*DATA_SUFFIXES, ".md", ".py")
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix.lower() in wanted]
    plain = [path for path in paths if not path.is_symlink() and path.resolve().is_relative_to(folder.resolve())]
    if not plain:
        raise _no_data(folder.name, ())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in plain:
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            with path.open("rb") as source, archive.open(info, "w") as member:
                shutil.copyfileobj(source, member)
