"""A classifier that is somebody else's model, asked over HTTP. Imports no torch.

An answer that names no label gives equal probabilities to all; one that does gives 1 to its label, since an API that
names a class says nothing about how sure it is.
"""

import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, StateError, StoredFileError
from engine.inference.files import read_fault
from engine.inference.hosted.account import Account, Charge, charge_key
from engine.inference.hosted.answers import AnswerStore, Kept, content_key
from engine.inference.hosted.client import FIRST_WAIT_SECONDS, Answered, Client, Endpoint, Halted
from engine.inference.hosted.prices import TokenPrice, Tokens, price_of
from engine.inference.hosted.prompt import Message, asked, label_of, most_tokens
from engine.inference.hosted.protocol import Ask

KIND = "remote"
PROMPT_FILE = "prompt.json"
ALONE = 20
"""Requests that are asked one at a time before others go beside each other: latency is told from them."""


@dataclass(frozen=True, slots=True)
class Remote:
    """How a remote model is asked and paid: the manifest's runtime section."""

    endpoint: Endpoint
    price: TokenPrice
    concurrency: int
    cap_usd: float

    @classmethod
    def of(cls, runtime: dict[str, Any]) -> "Remote":
        """Raises KeyError for a setting that is missing, InputError for a model without a price."""
        ask = Ask(runtime["model"], int(runtime["max_tokens"]), float(runtime["temperature"]), runtime["limit_name"])
        endpoint = Endpoint(
            runtime["url"],
            ask,
            runtime["key_variable"],
            bool(runtime["own_network"]),
            float(runtime["timeout_seconds"]),
            int(runtime["retries"]),
        )
        typed = (runtime["input_usd_per_mtok"], runtime["output_usd_per_mtok"])
        price = price_of(ask.model, endpoint.url, runtime["prices_of"], *typed)
        return cls(endpoint, price, int(runtime["concurrency"]), float(runtime["cap_usd"]))


@dataclass(slots=True)
class Load:
    """Requests answered while so many were under way at once."""

    ends: list[float] = field(default_factory=list)
    """Seconds from the beginning."""
    milliseconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0


@dataclass(slots=True)
class Told:
    """What was asked through one predictor, each question once."""

    kept: dict[str, tuple[Kept, int | None]] = field(default_factory=dict)
    """By content: the answer, and the class that it names."""
    paid: set[str] = field(default_factory=set)
    """Those that were asked now and not found in the store."""
    loads: dict[int, Load] = field(default_factory=dict)
    """By how many were under way."""


class RemoteText:
    """Reads its prompt from the artifact; the first use opens the connection. Safe to use from several threads.

    `attach` must have told who pays before it is asked. `labels` and `bytes` as any predictor.
    """

    def __init__(self, prompt: Path, labels: tuple[str, ...], size: int, remote: Remote) -> None:
        self.labels = labels
        self.bytes = size
        self.remote = remote
        self.told = Told()
        self._messages = _read_prompt(prompt)
        self._account: Account | None = None
        self._store: AnswerStore | None = None
        self._stopped: Callable[[], Exception | None] = lambda: None
        self._client: Client | None = None
        self._lock = threading.Lock()
        self._run = ""
        self._first_wait = FIRST_WAIT_SECONDS

    def attach(
        self,
        account: Account,
        cache: Path | None,
        *,
        run: str,
        stopped: Callable[[], Exception | None] = lambda: None,
        first_wait_seconds: float = FIRST_WAIT_SECONDS,
    ) -> "RemoteText":
        """Say who pays, where answers are kept (None: nowhere), and what to raise when asking shall end."""
        self._account, self._run, self._stopped = account, run, stopped
        self._store = AnswerStore(cache) if cache is not None else None
        self._first_wait = first_wait_seconds
        return self

    def close(self) -> None:
        """End the connections; the next use opens them again."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def predict(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Probabilities (texts, labels): 1 for the label that was named, or equal ones where none was.

        Raises ApiFault, CapReached, MissingPart, InputError, or what `stopped` gives.
        """
        answers = self.answers(texts)
        result = np.full((len(texts), len(self.labels)), 1.0 / len(self.labels), dtype=np.float32)
        for place, answer in enumerate(answers):
            if answer is not None:
                result[place] = 0.0
                result[place, answer] = 1.0
        return result

    def answers(self, texts: Sequence[str]) -> list[int | None]:
        """The class of each text, or None where the answer named none. The same text is asked once."""
        keys = {text: self._key(text) for text in dict.fromkeys(texts)}
        open_ = [text for text, key in keys.items() if not self._found(key)]
        if open_:
            self._ask_all(open_, keys)
        return [self.told.kept[keys[text]][1] for text in texts]

    def _key(self, text: str) -> str:
        endpoint = self.remote.endpoint
        return content_key(endpoint.url, endpoint.ask.body(asked(self._messages, text)))

    def _found(self, key: str) -> bool:
        if key in self.told.kept:
            return True
        kept = self._store.find(key) if self._store is not None else None
        if kept is not None:
            self._remember(key, kept)
        return kept is not None

    def _remember(self, key: str, kept: Kept) -> None:
        self.told.kept[key] = (kept, label_of(kept.text, self.labels))

    def _ask_all(self, texts: Sequence[str], keys: dict[str, str]) -> None:
        """First some alone, then so many at once as the settings say. The first fault ends all that wait."""
        alone = max(0, ALONE - len(self.told.loads.get(1, Load()).ends))
        width = self.remote.concurrency
        alone = len(texts) if width == 1 else min(alone, len(texts))
        self._level(texts[:alone], keys, 1)
        self._level(texts[alone:], keys, width)

    def _level(self, texts: Sequence[str], keys: dict[str, str], width: int) -> None:
        if not texts:
            return
        load = self.told.loads.setdefault(width, Load())
        begun, before, halt = time.perf_counter(), load.elapsed, threading.Event()

        def one(text: str) -> None:
            kept = self._ask(text, keys[text], halt, alone=width == 1)
            load.ends.append(before + time.perf_counter() - begun)
            load.milliseconds.append(1000 * kept.seconds)

        with ThreadPoolExecutor(width, thread_name_prefix="api") as pool:
            waiting = [pool.submit(one, text) for text in texts]
            wait(waiting, return_when=FIRST_EXCEPTION)
            halt.set()
            for task in waiting:
                task.cancel()
        load.elapsed = before + time.perf_counter() - begun
        faults = [e for task in waiting if task.done() and not task.cancelled() and (e := task.exception())]
        for fault in sorted(faults, key=lambda e: isinstance(e, Halted)):
            raise self._stopped() or fault

    def _ask(self, text: str, key: str, halt: threading.Event, *, alone: bool) -> Kept:
        if self._account is None:
            raise StateError(N_("Nobody pays for this model's requests yet."))
        messages = asked(self._messages, text)
        bound = Tokens(most_tokens(messages), 0, self.remote.endpoint.ask.max_tokens)

        def ended() -> bool:
            return halt.is_set() or self._stopped() is not None

        with self._account.reserved(self.remote.price.usd(bound)):
            answered = self._open().ask(messages, ended)
            kept = self._kept(answered, bound, alone)
            self._account.charge(self._charge(key, kept))
        self.told.paid.add(key)
        self._remember(key, kept)
        if self._store is not None:
            self._store.keep(key, kept)
        return kept

    def _open(self) -> Client:
        with self._lock:
            if self._client is None:
                self._client = Client(self.remote.endpoint, first_wait_seconds=self._first_wait)
            return self._client

    def _kept(self, answered: Answered, bound: Tokens, alone: bool) -> Kept:
        reply = answered.reply
        told = reply.tokens is not None
        return Kept(
            reply.text,
            reply.request,
            reply.tokens or bound,
            told,
            answered.seconds,
            answered.tries,
            alone,
            self._run,
        )

    def _charge(self, key: str, kept: Kept) -> Charge:
        price = self.remote.price
        return Charge(
            charge_key(key, kept.request),
            self.remote.endpoint.ask.model,
            kept.tokens,
            price.usd(kept.tokens),
            price.grade if kept.reported else "assumed",
            price.source,
        )


def _read_prompt(path: Path) -> list[Message]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return [{"role": str(m["role"]), "content": str(m["content"])} for m in stored["messages"]]
    except (OSError, ValueError) as error:
        raise read_fault(path, error) from error
    except (KeyError, TypeError) as error:
        raise StoredFileError(N_("{file} is damaged: {reason}."), file=path, reason=repr(error)) from error


def close_remote(predictor: object) -> None:
    """Give back the connections of a predictor that has some."""
    if isinstance(predictor, RemoteText):
        with suppress(OSError):
            predictor.close()
