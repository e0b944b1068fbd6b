"""What is asked as documented of a model in memory is answered at once; everything else goes the long way."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.entrypoints.api.library import ModelLibrary
from engine.entrypoints.api.short_way import ShortWay
from engine.inference.batching import Batch
from engine.recorder import DiskFull

PATH, JSON = "/v1/models/words/predict", {"content-type": "application/json"}
BODY = b'{"input": "Lovely dress"}'


async def _long(scope: Any, receive: Any, send: Any) -> None:
    """Stands for the routes: says what it was given."""
    message = await receive()
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": message["body"]})


@pytest.fixture
def library(own_home: Path) -> Iterator[ModelLibrary]:
    made = ModelLibrary(own_home, threads=1, limit_bytes=10**9, on_batch=lambda run, batch: None)
    yield made
    made.close()


def _post(library: ModelLibrary, path: str = PATH, content: bytes = BODY, **headers: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(ShortWay(_long, library))
        async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
            return await client.post(path, content=content, headers=headers or JSON)

    return asyncio.run(ask())


def test_a_model_in_memory_answers_at_once(library: ModelLibrary) -> None:
    assert _post(library).status_code == 299
    expected = library.open("words").predictor.predict(["Lovely dress"])[0]
    answer = _post(library)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    (result,) = answer.json()["results"]
    assert list(result["probabilities"].values()) == pytest.approx(expected.tolist())
    assert answer.json()["batch"] == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"path": "/v1/models/other/predict"},
        {"path": "/v1/models/words/explain"},
        {"content-type": "text/plain"},
        {"content": b'{"input": 5}'},
        {"content": b'{"inputs": []}'},
        {"content": b'{"input": "\\ud800"}'},
        {"content": b'{"input": "' + b"x" * 100_001 + b'"}'},
    ],
    ids=lambda asked: str(asked)[:40],
)
def test_everything_else_arrives_whole_at_the_routes(library: ModelLibrary, asked: dict[str, Any]) -> None:
    library.open("words")
    answer = _post(library, **asked)
    assert answer.status_code == 299
    assert answer.content == asked.get("content", BODY)


def test_a_batch_that_cannot_be_metered_is_not_answered(own_home: Path) -> None:
    def full(run: str, batch: Batch) -> None:
        raise DiskFull(own_home)

    library = ModelLibrary(own_home, threads=1, limit_bytes=10**9, on_batch=full)
    library.open("words")
    answer = _post(library)
    library.close()
    assert answer.status_code == 507
    assert answer.json()["error"]["kind"] == "DiskFull"
