"""Asks the model server. The only dashboard module that speaks HTTP.

What customers' programs get, the team gets here: the same interface, the same metering.
"""

import base64
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.entrypoints import settings
from engine.errors import N_, ProspectusError, from_dict

if TYPE_CHECKING:
    import httpx

    from engine.explanation.results import Explanation

ADDRESS = "PROSPECTUS_SERVER_URL"
"""Where the model server is, when it is not the one beside this dashboard."""
PATIENCE_SECONDS = 30.0
"""A model is read from disk and opened at its first request."""
CONNECT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What one model said about one text."""

    label: str
    probabilities: Mapping[str, float]
    """By label; they add up to 1."""
    latency_ms: float
    """In the server: waiting, batching and computing."""
    opened: bool
    """Whether the model had to be read from disk first, which is in the latency then."""


def health() -> Mapping[str, Any]:
    """State of the server. Raises ProspectusError when it does not answer."""
    state: Mapping[str, Any] = _asked("GET", "/health")
    return state


def models() -> Sequence[Mapping[str, Any]]:
    """Runs that can be asked."""
    found: list[Mapping[str, Any]] = _asked("GET", "/v1/models")["models"]
    return found


def predict(run_id: str, given: str | bytes) -> Answer:
    """Ask one run about one text, or the file of one picture.

    Raises ProspectusError in plain words when it cannot answer.
    """
    cold = not _asked("GET", f"/v1/models/{run_id}")["loaded"]
    asked = _in_base64(given) if isinstance(given, bytes) else given
    said = _asked("POST", f"/v1/models/{run_id}/predict", {"input": asked})
    (result,) = said["results"]
    return Answer(result["label"], result["probabilities"], said["latency_ms"], cold)


def predict_all(run_id: str, inputs: Sequence[str | Path]) -> Sequence[Mapping[str, float]]:
    """Probabilities by label of several texts, or files of pictures, in their order. Raises ProspectusError."""
    given = [_in_base64(one.read_bytes()) if isinstance(one, Path) else one for one in inputs]
    said = _asked("POST", f"/v1/models/{run_id}/predict", {"inputs": given})
    return [result["probabilities"] for result in said["results"]]


def explain(run_id: str, given: str | bytes, label: str | None = None) -> "Explanation":
    """Why one run gives its answer to a text or a picture, or how it sees another label. Raises ProspectusError."""
    from engine.explanation.results import explanation_from

    asked = _in_base64(given) if isinstance(given, bytes) else given
    said = _asked("POST", f"/v1/models/{run_id}/explain", {"input": asked, "label": label})
    return explanation_from(said["explanation"])


def _in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def address() -> str:
    """Base address of the model server."""
    return os.environ.get(ADDRESS) or f"http://{_reachable(settings.host())}:{settings.server_port()}"


def _reachable(host: str) -> str:
    """A server that listens everywhere is reached here."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104  read, not bound


@cache
def _client(base: str) -> "httpx.Client":
    import httpx

    # Proxies of the environment are for other hosts than the one beside us.
    timeout = httpx.Timeout(PATIENCE_SECONDS, connect=CONNECT_SECONDS)
    # Loading certificates takes 4 MB, and there is nothing to verify with them where nothing is encrypted.
    return httpx.Client(base_url=base, timeout=timeout, trust_env=False, verify=base.startswith("https"))


def _asked(method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    import httpx

    base = address()
    try:
        reply = _client(base).request(method, path, json=body)
    except httpx.TimeoutException as error:
        raise _silent(
            N_("The model server at {address} did not answer within {seconds} s."), base, seconds=PATIENCE_SECONDS
        ) from error
    except httpx.HTTPError as error:
        raise _silent(N_("The model server at {address} is not there."), base) from error
    return _read(reply, base)


def _read(reply: "httpx.Response", base: str) -> Any:
    try:
        content = reply.json()
        if reply.is_success:
            return content
        error = from_dict(content["error"])
    except (ValueError, KeyError, TypeError):
        raise ProspectusError(
            N_("What answered at {address} is no model server (status {status})."),
            address=base,
            status=reply.status_code,
            remedy=N_("Check PROSPECTUS_SERVER_PORT, or start Prospectus again."),
        ) from None
    raise error


def _silent(template: str, base: str, **values: Any) -> ProspectusError:
    return ProspectusError(
        template,
        address=base,
        kept=N_("Your text is kept."),
        remedy=N_("It starts with the dashboard and is started again when it ends: try once more in a few seconds."),
        **values,
    )
