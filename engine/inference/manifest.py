"""The manifest of an artifact: what it is, how to run it, and the hash of every file in it."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.errors import N_, StoredFileError
from engine.inference.files import inside, read_fault, sha256_of, write_whole
from engine.inference.removal import removal_of
from engine.spec import Job, Outcome

MANIFEST_FILE = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of an artifact; `path` is relative to the artifact folder, with forward slashes."""

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `manifest.json` says."""

    run: str
    task: str
    recipe: str
    config: Mapping[str, Any]
    seed: int
    labels: tuple[str, ...]
    """Class names in index order."""
    language: str
    dataset_fingerprint: str
    base_model: Mapping[str, Any] | None
    parameters: int
    trained_parameters: int
    runtime: Mapping[str, Any]
    """`kind` names a runtime; `files` lists what it opens; the rest is the runtime's own."""
    files: tuple[StoredFile, ...]
    written_at: float
    """Seconds since the epoch."""
    source_run: str = ""
    """The finished run that this one was made from; "" for none."""

    @property
    def served(self) -> tuple[StoredFile, ...]:
        """The files that the runtime opens."""
        names = set(self.runtime["files"])
        return tuple(f for f in self.files if f.path in names)

    @property
    def served_bytes(self) -> int:
        """Bytes of what is served: the runtime's files, and weights that it reads from an installed package."""
        return sum(f.bytes for f in self.served) + int(self.runtime.get("encoder", {}).get("package_bytes", 0))


def write_manifest(artifact: Path, job: Job, outcome: Outcome) -> Manifest:
    """Hash every file of `artifact` and write its manifest, which appears whole or not at all.

    Raises StoredFileError when the runtime names a file that is not there, DiskFull when there is no space.
    """
    for name in outcome.runtime.get("files", ()):
        inside(artifact, name)
    manifest = Manifest(
        run=job.run,
        task=job.task,
        recipe=job.recipe,
        config=dict(job.config),
        seed=job.seed,
        labels=tuple(job.labels),
        language=job.language,
        dataset_fingerprint=job.dataset_fingerprint,
        base_model=dict(outcome.base_model) if outcome.base_model else None,
        parameters=outcome.parameters,
        trained_parameters=outcome.trained_parameters,
        runtime=dict(outcome.runtime),
        files=_list_files(artifact),
        written_at=time.time(),
        source_run=job.source_run,
    )
    body = {"format": FORMAT, **asdict(manifest)}
    write_whole(artifact / MANIFEST_FILE, json.dumps(body, ensure_ascii=False, indent=1, allow_nan=False).encode())
    return manifest


def _list_files(artifact: Path) -> tuple[StoredFile, ...]:
    found = []
    for path in sorted(artifact.rglob("*")):
        name = path.relative_to(artifact).as_posix()
        if path.is_file() and name != MANIFEST_FILE:
            inside(artifact, name)
            found.append(StoredFile(name, sha256_of(path), path.stat().st_size))
    return tuple(found)


def read_manifest(artifact: Path) -> Manifest:
    """Read `artifact/manifest.json`.

    Raises StoredFileError when it is missing, damaged or of another format, and StateError for a model that was
    removed to make room.
    """
    path = artifact / MANIFEST_FILE
    try:
        body = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        if removal := removal_of(artifact.parent):
            raise removal.error() from None
        raise read_fault(path, error) from error
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise StoredFileError(N_("{file} must be a manifest of format {format}."), file=path, format=FORMAT)
    try:
        return _from_body(body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoredFileError(N_("{file} is damaged: {reason}."), file=path, reason=repr(error)) from error


def _from_body(body: Mapping[str, Any]) -> Manifest:
    body = {"source_run": "", **body}  # not in manifests of before there were such runs
    values = {name: body[name] for name in Manifest.__dataclass_fields__}
    values["labels"] = tuple(str(label) for label in body["labels"])
    values["files"] = tuple(StoredFile(str(f["path"]), str(f["sha256"]), int(f["bytes"])) for f in body["files"])
    values["runtime"] = {**body["runtime"], "files": [str(name) for name in body["runtime"]["files"]]}
    values["runtime"]["kind"]
    return Manifest(**values)


def verify(artifact: Path, manifest: Manifest, *, everything: bool = False) -> None:
    """Check size and hash of the served files, or of every file.

    Raises StoredFileError naming the first file that is missing, outside the folder, unlisted, or not as stated.
    """
    listed = {file.path for file in manifest.files}
    for name in manifest.runtime["files"]:
        if name not in listed:
            raise StoredFileError(
                N_("{file} is served but the manifest of {folder} does not list it."), file=name, folder=artifact
            )
    for file in manifest.files if everything else manifest.served:
        path = inside(artifact, file.path)
        size = path.stat().st_size
        if size != file.bytes:
            raise StoredFileError(
                N_("{file} is damaged: it has {size} bytes, its manifest says {bytes}."),
                file=path,
                size=size,
                bytes=file.bytes,
            )
        if sha256_of(path) != file.sha256:
            raise StoredFileError(N_("{file} is damaged: its content is not what its manifest says."), file=path)
