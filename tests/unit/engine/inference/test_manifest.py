"""Artifacts that are damaged, incomplete or reach outside their folder are refused by name."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.errors import StoredFileError
from engine.inference.manifest import read_manifest, verify, write_manifest
from engine.inference.runtimes import load_predictor
from engine.spec import Outcome
from tests.unit.engine.inference.material import linear_artifact, make_job, new_artifact


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    return linear_artifact(tmp_path, "r1")


def _edit(artifact: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = artifact / "manifest.json"
    body = json.loads(path.read_bytes())
    change(body)
    path.write_text(json.dumps(body))


def test_what_is_written_is_read(artifact: Path) -> None:
    manifest = read_manifest(artifact)
    assert (manifest.run, manifest.labels, manifest.seed) == ("r1", ("bad", "good"), 3)
    assert {f.path for f in manifest.files} == {"vocabulary.json", "linear.npz"}
    assert manifest.served_bytes == sum((artifact / f.path).stat().st_size for f in manifest.files)
    assert manifest.served_bytes == load_predictor(artifact).bytes


def test_files_beside_what_is_served_are_listed_and_not_counted(tmp_path: Path, artifact: Path) -> None:
    runtime = read_manifest(artifact).runtime
    (artifact / "merged").mkdir()
    (artifact / "merged" / "card.md").write_text("a model")
    manifest = write_manifest(artifact, make_job("r1"), Outcome(runtime))
    assert "merged/card.md" in {f.path for f in manifest.files}
    assert "merged/card.md" not in {f.path for f in manifest.served}
    (artifact / "merged" / "card.md").write_text("a muddle")
    verify(artifact, manifest)
    with pytest.raises(StoredFileError, match=r"card\.md"):
        verify(artifact, manifest, everything=True)


def test_a_changed_byte_is_found(artifact: Path) -> None:
    data = bytearray((artifact / "linear.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (artifact / "linear.npz").write_bytes(data)
    with pytest.raises(StoredFileError, match=r"linear\.npz is damaged: its content"):
        load_predictor(artifact)


def test_a_cut_file_is_found(artifact: Path) -> None:
    (artifact / "vocabulary.json").write_bytes((artifact / "vocabulary.json").read_bytes()[:-1])
    with pytest.raises(StoredFileError, match=r"vocabulary\.json is damaged: it has \d+ bytes"):
        load_predictor(artifact)


def test_a_missing_file_is_named(artifact: Path) -> None:
    (artifact / "linear.npz").unlink()
    with pytest.raises(StoredFileError, match=r"linear\.npz is missing"):
        load_predictor(artifact)


@pytest.mark.parametrize("name", ["../r2/linear.npz", "/etc/passwd", "", "a\0b", "linear.npz/../../../r2/linear.npz"])
def test_a_path_outside_is_refused(artifact: Path, name: str) -> None:
    linear_artifact(artifact.parents[2], "r2")
    _edit(artifact, lambda body: body["files"][0].update(path=name))
    _edit(artifact, lambda body: body["runtime"].update(files=[name]))
    with pytest.raises(StoredFileError, match="only name files of its own folder"):
        load_predictor(artifact)


def test_a_runtime_setting_cannot_lead_outside(artifact: Path) -> None:
    _edit(artifact, lambda body: body["runtime"].update(vocabulary="../../../../etc/passwd"))
    with pytest.raises(StoredFileError, match="only name files of its own folder"):
        load_predictor(artifact)


def test_a_link_that_leads_outside_is_refused(artifact: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.npz"
    (artifact / "linear.npz").rename(elsewhere)
    (artifact / "linear.npz").symlink_to(elsewhere)
    with pytest.raises(StoredFileError, match="only name files of its own folder"):
        load_predictor(artifact)


def test_a_served_file_must_be_listed(artifact: Path) -> None:
    (artifact / "extra.json").write_text("{}")
    _edit(artifact, lambda body: body["runtime"]["files"].append("extra.json"))
    with pytest.raises(StoredFileError, match=r"extra\.json is served but"):
        load_predictor(artifact)


@pytest.mark.parametrize(
    ("text", "fault"),
    [("", "cannot be read"), ("[]", "format 1"), ('{"format": 2}', "format 1"), ('{"format": 1}', "is damaged")],
)
def test_a_damaged_manifest_is_named(artifact: Path, text: str, fault: str) -> None:
    (artifact / "manifest.json").write_text(text)
    with pytest.raises(StoredFileError, match=rf"manifest\.json.*{fault}"):
        read_manifest(artifact)


def test_a_folder_without_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoredFileError, match=r"manifest\.json cannot be read"):
        load_predictor(tmp_path)


def test_an_unknown_runtime_lists_the_known(artifact: Path) -> None:
    _edit(artifact, lambda body: body["runtime"].update(kind="tea_leaves"))
    with pytest.raises(StoredFileError, match=r"“tea_leaves”\. Known: linear_text, onnx_text, embedding_head"):
        load_predictor(artifact)


def test_a_runtime_without_a_setting_says_which(artifact: Path) -> None:
    _edit(artifact, lambda body: body["runtime"].pop("weights"))
    with pytest.raises(StoredFileError, match="'weights'"):
        load_predictor(artifact)


def test_a_runtime_cannot_name_a_file_that_was_not_written(tmp_path: Path) -> None:
    artifact = new_artifact(tmp_path, "r9")
    with pytest.raises(StoredFileError, match=r"model\.onnx is missing"):
        write_manifest(artifact, make_job("r9"), Outcome({"kind": "onnx_text", "files": ["model.onnx"]}))
    assert not (artifact / "manifest.json").exists()
