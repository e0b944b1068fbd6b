"""OpenAI's chat completions as they are spoken: the body of a request, and what an answer must hold."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from engine.errors import N_, ProspectusError
from engine.inference.hosted.prices import Tokens
from engine.inference.hosted.prompt import Message

PATH = "/chat/completions"
SHOWN = 160


class ApiFault(ProspectusError):
    """The API did not do what it promises; the answers so far are kept."""

    def __init__(self, template: str, **values: Any) -> None:
        super().__init__(template, kept=N_("Answers that came are kept and are not paid for again."), **values)


class Nonsense(ApiFault):
    """An answer that is not of the protocol."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    text: str
    request: str
    """The id that the API gave it; "" where it gave none."""
    tokens: Tokens | None
    """None where the API does not say."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What every request to a model has in common."""

    model: str
    max_tokens: int
    temperature: float = 0.0
    """Below 0 none is sent."""
    limit_name: str = "max_tokens"
    """`max_completion_tokens` for models that reason."""

    def body(self, messages: Sequence[Message]) -> dict[str, Any]:
        """The request for a conversation."""
        body: dict[str, Any] = {"model": self.model, "messages": list(messages), self.limit_name: self.max_tokens}
        return body if self.temperature < 0 else body | {"temperature": self.temperature}


def read_reply(content: bytes) -> Reply:
    """Raises Nonsense for what is no answer of the protocol, saying what is missing."""
    try:
        body = json.loads(content)
    except ValueError:
        raise Nonsense(N_("The API answered with what is no JSON: “{start}”."), start=shortened(content)) from None
    try:
        message = body["choices"][0]["message"]
        text = message.get("content") or ""
        request = str(body.get("id") or "")
    except (KeyError, IndexError, TypeError, AttributeError):
        raise Nonsense(
            N_("The API's answer holds no choices[0].message: “{start}”."), start=shortened(content)
        ) from None
    if not isinstance(text, str):
        raise Nonsense(N_("The API's answer holds no text: “{start}”."), start=shortened(content))
    return Reply(text, request[:120], _tokens(body.get("usage"), content))


def _tokens(usage: Any, content: bytes) -> Tokens | None:
    if usage is None:
        return None
    if not isinstance(usage, Mapping):
        raise Nonsense(N_("The API's usage is no object: “{start}”."), start=shortened(content))
    details = usage.get("prompt_tokens_details") or {}
    cached = details.get("cached_tokens") if isinstance(details, Mapping) else None
    read, written = usage.get("prompt_tokens"), usage.get("completion_tokens")
    cached = cached or usage.get("prompt_cache_hit_tokens") or 0
    if not (_whole(read) and _whole(written) and _whole(cached)) or cached > read:
        raise Nonsense(
            N_("The API's usage must be whole numbers, cached at most read: “{usage}”."), usage=str(dict(usage))[:SHOWN]
        )
    return Tokens(read, cached, written)


def _whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def shortened(content: bytes) -> str:
    """The beginning of what came, on one line."""
    text = " ".join(content[: 4 * SHOWN].decode("utf-8", "replace").split())
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
