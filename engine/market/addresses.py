"""Which addresses a URL that somebody pasted may lead to: public ones only.

A name is resolved once and the connection goes to the address that was checked, so that a name which answers
differently the second time (DNS rebinding) gains nothing.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.errors import N_, InputError
from engine.internet import Address, is_public

PORTS = frozenset({80, 443, 8080, 8443})


def look_up(host: str) -> Sequence[str]:
    """The addresses of a name, as the system resolves it. Raises OSError."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)))


@dataclass(frozen=True, slots=True)
class Reach:
    """How names are resolved and what may be connected to. Tests put a server of their own here; nothing else does."""

    resolve: Callable[[str], Sequence[str]] = look_up
    permits: Callable[[Address], bool] = is_public
    ports: frozenset[int] | None = PORTS
    """None permits every port."""


def checked_address(host: str, port: int, seconds: float, reach: Reach) -> str:
    """The first address of `host`. Raises InputError when any of them or the port is not permitted, or there is none.

    Any, not the first alone: a name that answers with a private address beside a public one is not to be trusted.
    """
    if reach.ports is not None and port not in reach.ports:
        raise InputError(
            N_("Port {port} of {host} is not read; permitted are {ports}."),
            port=port,
            host=host,
            ports=", ".join(map(str, sorted(reach.ports))),
        )
    found = _resolved(host, seconds, reach)
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        if not reach.permits(address):
            raise InputError(
                N_("{host} leads to {address}, which is not a public address; such pages are not read."),
                host=host,
                address=str(address),
                remedy=N_("Save the page as a file and bring that."),
            )
    return found[0]


def _resolved(host: str, seconds: float, reach: Reach) -> Sequence[str]:
    """Resolve in a thread of its own, since the system's resolver knows no time limit."""
    answers: list[Sequence[str] | OSError | UnicodeError] = []

    def ask() -> None:
        try:
            answers.append(reach.resolve(host))
        except (OSError, UnicodeError) as error:
            answers.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(max(0.0, seconds))
    answer = answers[0] if answers else TimeoutError("no answer in time")
    if isinstance(answer, OSError | UnicodeError) or not answer:
        reason = getattr(answer, "strerror", None) or str(answer) or N_("it has no address")
        raise InputError(N_("The name {host} cannot be resolved: {reason}."), host=host, reason=reason)
    return answer
