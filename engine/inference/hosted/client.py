"""One request until it is answered: timeouts, back-off with jitter, Retry-After. Knows no prices.

Repeated are: connections that fail, requests that take too long, 408, 409, 425, 429 and 5xx, and answers that are not
of the protocol. Everything else is wrong in a way that asking again does not mend. Redirects are not followed, and the
name is not resolved again by whoever connects: the address that was checked is the one that gets the key. Only when
none of the addresses can be reached is the name resolved and checked anew, as a provider's addresses change.
"""

import email.utils
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.errors import N_, InputError
from engine.inference.hosted.address import (
    at_address,
    checked_host,
    checked_url,
    permitted,
    read_key,
    resolved,
)
from engine.inference.hosted.prompt import Message
from engine.inference.hosted.protocol import PATH, ApiFault, Ask, Nonsense, Reply, read_reply, shortened

if TYPE_CHECKING:
    import httpx

AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
REFUSED = frozenset({401, 403})
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 20.0
LONGEST_ASKED_SECONDS = 120.0
"""A Retry-After beyond this ends the run instead: nobody waits for it."""
LARGEST_ANSWER = 1_000_000
POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and how to ask. Holds the name of the key's variable, never the key."""

    url: str
    ask: Ask
    key_variable: str = ""
    own_network: bool = False
    timeout_seconds: float = 30.0
    retries: int = 4


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply, and what it took."""

    reply: Reply
    seconds: float
    """From the first try to the answer, waiting between tries included."""
    tries: int


class Halted(Exception):
    """Asking was ended from outside while waiting."""


class Client:
    """Speaks to one endpoint; safe from several threads. Close it.

    Raises InputError for an address that may not be asked, MissingPart when the key is not set.
    """

    def __init__(self, endpoint: Endpoint, *, first_wait_seconds: float = FIRST_WAIT_SECONDS) -> None:
        import httpx

        self._endpoint = endpoint
        self._first_wait = first_wait_seconds
        url = checked_url(endpoint.url, own_network=endpoint.own_network)
        self._key = read_key(endpoint.key_variable)
        self._addresses = checked_host(url, own_network=endpoint.own_network)
        headers = {"authorization": f"Bearer {self._key}"} if self._key else {}
        self._url = url + PATH
        self._http = httpx.Client(
            headers=headers, timeout=endpoint.timeout_seconds, follow_redirects=False, trust_env=False
        )

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def ask(self, messages: Sequence[Message], halted: Callable[[], bool] = lambda: False) -> Answered:
        """Raises ApiFault when the API does not answer as it should, Halted when `halted` says so while waiting."""
        begun = time.perf_counter()
        for tried in range(1, self._endpoint.retries + 2):
            if halted():
                raise Halted
            try:
                return Answered(self._once(messages), time.perf_counter() - begun, tried)
            except _Again as again:
                if tried > self._endpoint.retries:
                    raise again.fault from again.__cause__
                self._wait(again.asked, tried, halted)
        raise AssertionError("unreachable")

    def _once(self, messages: Sequence[Message]) -> Reply:
        import httpx

        deadline = time.monotonic() + self._endpoint.timeout_seconds
        try:
            with self._opened(messages) as response:
                content = self._content(response, deadline)
                self._check(response, content)
        except httpx.TimeoutException as error:
            raise _Again(self._slow()) from error
        except httpx.HTTPError as error:
            raise _Again(ApiFault(N_("The API cannot be reached: {reason}."), reason=self._safe(str(error)))) from error
        try:
            reply = read_reply(content)
        except Nonsense as fault:
            raise _Again(self._cleaned(fault)) from fault
        return replace(reply, text=self._safe(reply.text), request=self._safe(reply.request))

    @contextmanager
    def _opened(self, messages: Sequence[Message]) -> "Iterator[httpx.Response]":
        """The response of the first address that can be reached; it is asked first from then on."""
        import httpx

        body = self._endpoint.ask.body(messages)
        addresses = list(self._addresses)
        for place, address in enumerate(addresses):
            url, host, name = at_address(self._url, address)
            request = self._http.build_request(
                "POST", url, json=body, headers={"host": host}, extensions={"sni_hostname": name}
            )
            try:
                response = self._http.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if place + 1 < len(addresses):
                    continue
                self._look_again()
                raise
            self._addresses = [address, *(other for other in addresses if other != address)]
            try:
                yield response
            finally:
                response.close()
            return

    def _look_again(self) -> None:
        """Take the name's addresses of now, checked as before. Raises InputError when one may not be asked."""
        try:
            found = resolved(self._url)
        except InputError:
            return  # the name server is not there either: those that were checked are tried again
        self._addresses = permitted(self._url, found, own_network=self._endpoint.own_network)

    def _content(self, response: "httpx.Response", deadline: float) -> bytes:
        """The whole body; one that drips in slowly ends at the deadline like one that never comes."""
        parts, size = [], 0
        for part in response.iter_bytes():
            size += len(part)
            if size > LARGEST_ANSWER:
                raise _Again(Nonsense(N_("The API's answer is longer than {limit} bytes."), limit=LARGEST_ANSWER))
            if time.monotonic() > deadline:
                raise _Again(self._slow())
            parts.append(part)
        return b"".join(parts)

    def _check(self, response: "httpx.Response", content: bytes) -> None:
        status = response.status_code
        if status == 200:
            return
        if status in REFUSED:  # what it says may repeat the key
            raise ApiFault(
                N_("The API refused the key in {variable} (HTTP {status})."),
                variable=self._endpoint.key_variable or N_("no variable"),
                status=status,
            )
        said = self._safe(shortened(content))
        fault = ApiFault(N_("The API answered HTTP {status}: “{said}”."), status=status, said=said)
        if status not in AGAIN:
            raise fault
        raise _Again(fault, asked_wait(response.headers.get("retry-after")))

    def _slow(self) -> ApiFault:
        return ApiFault(N_("The API did not answer within {seconds} s."), seconds=f"{self._endpoint.timeout_seconds:g}")

    def _wait(self, asked: float | None, tried: int, halted: Callable[[], bool]) -> None:
        if asked is not None and asked > LONGEST_ASKED_SECONDS:
            raise ApiFault(
                N_("The API asks to wait {seconds} s; more than {limit} s is not waited."),
                seconds=round(asked),
                limit=round(LONGEST_ASKED_SECONDS),
            )
        until = time.monotonic() + back_off(tried, asked, self._first_wait)
        gate = threading.Event()
        while (left := until - time.monotonic()) > 0:
            if halted():
                raise Halted
            gate.wait(min(left, POLL_SECONDS))

    def _safe(self, text: str) -> str:
        """Without the key, should the API have repeated it."""
        return text.replace(self._key, "…") if self._key else text

    def _cleaned(self, fault: Nonsense) -> ApiFault:
        return Nonsense(fault.template, **{name: self._safe(str(value)) for name, value in fault.values.items()})


class _Again(Exception):
    """A fault that may be gone when asked again."""

    def __init__(self, fault: ApiFault, asked: float | None = None) -> None:
        self.fault = fault
        self.asked = asked
        super().__init__(str(fault))


def back_off(tried: int, asked: float | None = None, first: float = FIRST_WAIT_SECONDS) -> float:
    """Seconds before the next try: a random part of first x 2^(tries - 1), never less than what the API asks.

    "Full jitter", of Brooker, "Exponential backoff and jitter", AWS Architecture Blog, 2015.
    """
    drawn = random.uniform(0, min(LONGEST_WAIT_SECONDS, first * 2 ** (tried - 1)))  # noqa: S311  not for secrets
    return drawn if asked is None else asked + drawn


def asked_wait(header: str | None) -> float | None:
    """Seconds that a Retry-After asks for, given as a number or a date (RFC 9110, 10.2.3); None for neither."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        then = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, then.timestamp() - time.time())
