from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.inference.hosted.account import Account, Charge
from engine.inference.hosted.client import Endpoint
from engine.inference.hosted.model import Remote, RemoteText
from engine.inference.hosted.prices import Typed
from engine.inference.hosted.protocol import Ask
from tests.chat_server import KEY, Chat, chat_server

VARIABLE = "PROSPECTUS_TEST_KEY"
PRICE = Typed(Decimal("1"), Decimal("2"))
PROMPT = '{"messages": [{"role": "system", "content": "Say good or poor."}]}'


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    """A server that asks for the key which the environment holds."""
    monkeypatch.setenv(VARIABLE, KEY)
    with chat_server() as server:
        yield server


@pytest.fixture
def remote(chat: Chat, tmp_path: Path) -> Iterator[Callable[..., tuple[RemoteText, list[Charge]]]]:
    """Makes a model that asks it, and the list that its charges go to."""
    made = []
    (tmp_path / "prompt.json").write_text(PROMPT)

    def make(
        *, cap: str | None = "1", concurrency: int = 2, known: Any = (), stopped: Any = lambda: None, **how: Any
    ) -> tuple[RemoteText, list[Charge]]:
        settings = {"key_variable": VARIABLE, "timeout_seconds": 0.5, "retries": 3} | how
        endpoint = Endpoint(chat.url, Ask("m", 4), **settings)
        model = RemoteText(tmp_path / "prompt.json", ("poor", "good"), 1, Remote(endpoint, PRICE, concurrency, 1.0))
        charges: list[Charge] = []
        account = Account(None if cap is None else Decimal(cap), charges.append, known)
        made.append(model)
        model.attach(account, tmp_path / "cache", run="r1", stopped=stopped, first_wait_seconds=0.01)
        return model, charges

    yield make
    for model in made:
        model.close()
