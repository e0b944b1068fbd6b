"""Where files live: one root folder, and every path inside it."""

import os
from pathlib import Path

from db.session import database_url
from db.urls import is_sqlite
from engine.errors import N_, InputError

SQLITE = "sqlite:///"


def home() -> Path:
    """`PROSPECTUS_HOME`, else a folder `home` beside the SQLite file, else `var/home`. Made when missing."""
    chosen = os.environ.get("PROSPECTUS_HOME")
    url = database_url()
    if chosen:
        root = Path(chosen)
    elif is_sqlite(url):
        root = Path(url.removeprefix(SQLITE)).parent / "home"
    else:
        root = Path("var/home")
    root = root.expanduser().resolve()
    root.mkdir(parents=True, exist_ok=True)
    return root


def inside(relative: str | Path) -> Path:
    """A path under the root. Raises InputError for one that leads out of it."""
    root = home()
    path = (root / relative).resolve()
    if not path.is_relative_to(root):
        raise InputError(N_("“{path}” leads out of the folder that Prospectus keeps."), path=relative)
    return path


def relative_to_home(path: Path) -> str:
    """How a path under the root is stored: relative, with forward slashes."""
    return path.resolve().relative_to(home()).as_posix()


def run_folder(run_id: str) -> Path:
    """`runs/<run id>`; not made here."""
    return inside(Path("runs") / run_id)


def datasets_folder() -> Path:
    """`datasets`, made when missing."""
    return _made("datasets")


def uploads_folder() -> Path:
    """`uploads`, made when missing: files as they were brought."""
    return _made("uploads")


def cache_folder() -> Path:
    """`cache`, made when missing: may be deleted at any time."""
    return _made("cache")


def usage_folder() -> Path:
    """`usage`, made when missing: the model server's request log, tailed by the worker."""
    return _made("usage")


def _made(name: str) -> Path:
    folder = home() / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
