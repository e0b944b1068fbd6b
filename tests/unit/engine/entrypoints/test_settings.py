"""What the environment may say, and what it may not."""

import pytest

from engine.entrypoints import settings
from engine.errors import InputError


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (settings.PORT, settings.SERVER_PORT, settings.HOST, settings.THREADS):
        monkeypatch.delenv(name, raising=False)
    assert (settings.dashboard_port(), settings.server_port(), settings.host()) == (8501, 8502, "127.0.0.1")
    assert 1 <= settings.threads() <= max(1, settings.usable_processors() - 1)


def test_the_size_bound_is_generous_unless_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(settings.ARTIFACTS, raising=False)
    assert settings.artifacts_mb() == 20_000
    monkeypatch.setenv(settings.ARTIFACTS, "0")
    assert settings.artifacts_mb() == 0
    monkeypatch.setenv(settings.ARTIFACTS, "2 GB")
    with pytest.raises(InputError, match="PROSPECTUS_ARTIFACTS_MB must be a whole number"):
        settings.artifacts_mb()


def test_the_device_is_one_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(settings.DEVICE, raising=False)
    assert settings.device() == "auto"
    monkeypatch.setenv(settings.DEVICE, " CPU ")
    assert settings.device() == "cpu"
    monkeypatch.setenv(settings.DEVICE, "cuda:1")
    with pytest.raises(InputError, match="PROSPECTUS_DEVICE must be one of auto, cpu, gpu, not “cuda:1”"):
        settings.device()


def test_what_is_said_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.PORT, " 9000 ")
    monkeypatch.setenv(settings.THREADS, "3")
    monkeypatch.setenv(settings.HOST, "0.0.0.0")
    assert (settings.dashboard_port(), settings.threads(), settings.host()) == (9000, 3, "0.0.0.0")


@pytest.mark.parametrize("value", ["0", "65536", "-1", "8501.0", "web"])
def test_a_wrong_port_is_named_with_its_rule(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.PORT, value)
    with pytest.raises(InputError, match=rf"PROSPECTUS_PORT .* 1 to 65535, not “{value}”"):
        settings.dashboard_port()
