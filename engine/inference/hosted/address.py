"""Where requests may go: the address is checked before a key is sent to it.

An address inside a private network is asked only when the person who configured it said that it is theirs; this
machine itself (localhost) always counts as theirs. The name is resolved when a model is opened, and connections go to
the addresses that were looked at then.
"""

import ipaddress
import os
import re
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from engine.errors import N_, InputError, MissingPart
from engine.internet import Address, is_public

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
LONGEST_URL = 300


def checked_url(url: str, *, own_network: bool) -> str:
    """The base URL without a final slash, by its form alone; nothing is resolved.

    Raises InputError for another scheme, for a name and password or parameters in it, and for plain HTTP to others.
    """
    clean = url.strip().rstrip("/")
    try:
        parts = urlsplit(clean)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or len(clean) > LONGEST_URL or not clean.isprintable():
        raise InputError(N_("The address must begin with https:// or http:// and name a host, not “{url}”."), url=url)
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise InputError(N_("The address must hold no name, password or parameters: those would be stored with it."))
    if parts.scheme == "http" and not (own_network or _is_here(host)):
        raise InputError(N_("Texts and key would travel unencrypted to {host}: begin with https://."), host=host)
    return clean


def checked_host(url: str, *, own_network: bool) -> list[str]:
    """The addresses of the host, each looked at. Whoever connects must connect to one of them and not ask again:
    a name may answer differently the second time (DNS rebinding).

    Raises InputError when one of them is in a private network that nobody said is theirs, or none is found.
    """
    return permitted(url, resolved(url), own_network=own_network)


def resolved(url: str) -> list[str]:
    """The addresses of the host as the system names them, in its order. Raises InputError when none is found."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(N_("The host {host} is not found: {reason}."), host=host, reason=reason) from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def permitted(url: str, addresses: Sequence[str], *, own_network: bool) -> list[str]:
    """The addresses. Raises InputError when one of them is in a private network that nobody said is theirs."""
    host = urlsplit(url).hostname or ""
    for text in addresses:
        address = ipaddress.ip_address(text.split("%")[0])
        if not (is_public(address) or own_network or (_is_loopback(address) and _is_here(host))):
            raise InputError(
                N_("{host} lies in a private network ({address}). Say that it is yours, or choose another address."),
                host=host,
                address=str(address),
            )
    return list(addresses)


def at_address(url: str, address: str) -> tuple[str, str, str]:
    """The URL with the address in place of its host; what the request calls its host; the name its certificate has."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    bare = address.partition("%")[0]
    port = f":{parts.port}" if parts.port else ""
    place = (f"[{bare}]" if ":" in bare else bare) + port
    named = f"[{host}]" if ":" in host else host.encode("idna").decode()
    return urlunsplit((parts.scheme, place, parts.path, "", "")), named + port, host.encode("idna").decode()


def read_key(variable: str) -> str | None:
    """The key that an environment variable holds; None where no variable is named. It is never stored.

    Raises InputError for a name that no variable can have, MissingPart when it is not set.
    """
    if not variable:
        return None
    if not VARIABLE.fullmatch(variable):
        raise InputError(N_("The name of the key's variable must be letters, digits and _, as OPENAI_API_KEY is."))
    key = os.environ.get(variable, "").strip()
    if not key:
        raise MissingPart(
            N_("Set {variable} to your key and choose a URL."),
            variable=variable,
            remedy=N_("Set it in the environment that Prospectus is started in; it is read there and kept nowhere."),
        )
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise InputError(N_("What {variable} holds is no key: only printable ASCII without blanks."), variable=variable)
    return key


def _is_here(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return _is_loopback(ipaddress.ip_address(host))
    except ValueError:
        return False


def _is_loopback(address: Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
