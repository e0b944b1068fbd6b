"""Frozen picture encoders by name, exported once to ONNX and kept in the cache.

efficientnet_lite0          for pictures of about 96 pixels a side
efficientnet_lite0@224      for another side: one of 64, 96, 128, 160, 192, 224
"""

import hashlib
import json
from pathlib import Path

from engine.data.pins import SOURCES
from engine.errors import N_, InputError, StoredFileError
from engine.inference.basemodels import LITE0, LITE_LAYERS, BaseModel, resolve
from engine.inference.files import sha256_of, whole_folder
from engine.inference.onnx_image import MODEL_FILE, OUTPUT, PictureEncoder

SIDES = (64, 96, 128, 160, 192, 224)
"""Pixels a side that the network may be given: it halves five times, so multiples of 32."""
USUAL_SIDE = 96
SETTINGS_FILE = "encoder.json"
VERSION = 1
"""Raise it when exported encoders change, so that no old cache is taken for a new one."""


def resolve_picture_model(name: str) -> tuple[BaseModel, int]:
    """A base model that reads pictures, and the side that it is to be given.

    Raises InputError for one that reads no pictures or an unknown side, MissingPart when it is not installed.
    """
    model, _, side = name.strip().partition("@")
    if model != LITE0:
        raise InputError(
            N_("“{model}” reads no pictures; known: {known}."),
            model=name,
            known=", ".join((LITE0, *(f"{LITE0}@{side}" for side in SIDES))),
        )
    if side and side not in map(str, SIDES):
        raise InputError(
            N_("“{model}”: the side must be one of {known} pixels."), model=name, known=", ".join(map(str, SIDES))
        )
    return resolve(model), int(side or USUAL_SIDE)


def load_picture_encoder(name: str, cache: Path, threads: int = 1) -> PictureEncoder:
    """The encoder called `name`, exported into `cache` at its first use (needs torch then, and never after).

    Raises MissingPart when the model is not there, InputError when it may not be used.
    """
    base, side = resolve_picture_model(name)
    folder = _exported(base, side, cache)
    return PictureEncoder(folder, json.loads((folder / SETTINGS_FILE).read_bytes()), threads)


def _exported(base: BaseModel, side: int, cache: Path) -> Path:
    layers = "\n".join(SOURCES[LITE_LAYERS].sha256.values())
    key = hashlib.sha256(f"{VERSION}\n{base.sha256}\n{layers}\n{side}".encode()).hexdigest()
    folder = cache / "encoders" / key
    if folder.exists() and not _intact(folder):
        folder.rename(folder.with_name(f".damaged-{key}-{folder.stat().st_mtime_ns}"))  # a reader keeps what it opened
    if not folder.exists():
        from engine.inference.efficientnet import export_encoder

        with whole_folder(folder) as partial:
            settings = export_encoder(base, side, partial / MODEL_FILE, OUTPUT)
            settings |= {"key": key, "description": base.description, "sha256": sha256_of(partial / MODEL_FILE)}
            (partial / SETTINGS_FILE).write_text(json.dumps(settings))
    return folder


def _intact(folder: Path) -> bool:
    try:
        stated = json.loads((folder / SETTINGS_FILE).read_bytes())["sha256"]
        return bool(stated == sha256_of(folder / MODEL_FILE))
    except (OSError, ValueError, KeyError, StoredFileError):
        return False
