"""Limits that a real client seldom reaches, and the answer to a fault that nobody foresaw."""

import asyncio
import mmap
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from engine.entrypoints.api import limits
from engine.entrypoints.api.app import Settings, create_app
from engine.entrypoints.api.library import ModelLibrary
from engine.entrypoints.api.limits import RequestLimits
from engine.entrypoints.api.memory import release_mapped, return_free_memory


async def _echo(scope: Any, receive: Any, send: Any) -> None:
    message = await receive()
    await asyncio.sleep(0.05)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": message["body"]})


def _client(app: Any) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://server")


def test_too_many_requests_at_once_are_told_to_come_again() -> None:
    async def ask() -> list[httpx.Response]:
        async with _client(RequestLimits(_echo, max_requests=3)) as client:
            return await asyncio.gather(*(client.post("/", content=b"x") for _ in range(8)))

    answers = asyncio.run(ask())
    assert sorted(a.status_code for a in answers) == [200] * 3 + [503] * 5
    refused = next(a for a in answers if a.status_code == 503)
    assert "3 requests at work" in refused.json()["error"]["message"]


def test_a_body_arrives_whole() -> None:
    async def blocks() -> Any:
        for block in (b"a" * 70_000, b"", b"b"):
            yield block

    async def ask() -> httpx.Response:
        async with _client(RequestLimits(_echo)) as client:
            return await client.post("/", content=blocks())

    assert asyncio.run(ask()).content == b"a" * 70_000 + b"b"


def test_a_body_that_does_not_arrive_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.05)

    async def never() -> Any:
        yield b"a"
        await asyncio.sleep(10)

    async def ask() -> httpx.Response:
        async with _client(RequestLimits(_echo)) as client:
            return await client.post("/", content=never())

    answer = asyncio.run(ask())
    assert (answer.status_code, answer.json()["error"]["kind"]) == (408, "InputError")


def test_a_fault_that_nobody_foresaw_shows_no_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: ModelLibrary) -> None:
        raise ZeroDivisionError("a secret of the house")

    monkeypatch.setattr(ModelLibrary, "manifests", fails)

    async def ask() -> httpx.Response:
        async with _client(create_app(Settings(tmp_path))) as client:
            return await client.get("/v1/models")

    answer = asyncio.run(ask())
    assert answer.status_code == 500
    assert "its log says why" in answer.json()["error"]["message"]
    assert "secret" not in answer.text


def test_returning_memory_is_always_possible() -> None:
    return_free_memory()


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="the system does not tell what is mapped")
def test_pages_of_a_mapped_model_are_let_go_and_come_again(tmp_path: Path) -> None:
    path, size = tmp_path / "weights.data", 30_000_000
    path.write_bytes(b"7" * size)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as mapped:
        assert sum(mapped[::4096]) == 55 * (size // 4096 + 1)
        held = psutil.Process().memory_info().rss
        release_mapped(tmp_path / "another")
        assert psutil.Process().memory_info().rss > held - size // 2
        release_mapped(tmp_path)
        assert psutil.Process().memory_info().rss < held - size // 2
        assert sum(mapped[::4096]) == 55 * (size // 4096 + 1)
        mapped[0] = 1  # a page of our own: it would be lost
        release_mapped(tmp_path)
        assert mapped[0] == 1
