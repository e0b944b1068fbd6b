"""Reads a page that somebody pasted the URL of, without being led anywhere or filled by anything.

http and https only, public addresses only (checked again at every redirect, and connected to as checked), GET only,
no cookies, no credentials, no proxy. Bytes are counted as they come and again as they unpack; the whole takes at most
`seconds`, however slowly the other side answers.
"""

import contextlib
import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from engine.errors import N_, InputError, ProspectusError
from engine.market.addresses import Reach, checked_address

MAX_BYTES = 10_000_000
SECONDS = 20.0
MAX_REDIRECTS = 5
CHUNK = 65_536
AGENT = "Prospectus (reads one page when asked)"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
DOCUMENTS = frozenset(
    {
        "text/html",
        "application/xhtml+xml",
        "text/plain",
        "text/markdown",
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/rss+xml",
        "application/atom+xml",
        "application/xml",
        "text/xml",
    }
)
TABLES = frozenset(
    {
        "text/csv",
        "text/plain",
        "text/tab-separated-values",
        "application/csv",
        "application/octet-stream",
        "application/vnd.apache.parquet",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
    }
)
"""What servers send tables as; the reader of tables looks at the content itself."""
PUBLIC = Reach()
_TLS = ssl.create_default_context


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered with."""

    url: str
    """Where the redirects ended."""
    content_type: str
    """Without parameters, in small letters."""
    charset: str | None
    body: bytes

    @property
    def file_name(self) -> str:
        """The last part of the address, for those who keep it as a file."""
        return PurePosixPath(unquote(urlsplit(self.url).path)).name or "page"


def fetch(
    url: str,
    *,
    kinds: frozenset[str] = DOCUMENTS,
    max_bytes: int = MAX_BYTES,
    seconds: float = SECONDS,
    reach: Reach = PUBLIC,
) -> Fetched:
    """GET one address. `kinds` are the content types that are taken.

    Raises InputError: not http(s), not a public address, too many redirects, another kind, too large, too slow, no
    connection, or an answer other than 200.
    """
    deadline = time.monotonic() + seconds
    place = url.strip()
    for _hop in range(MAX_REDIRECTS + 1):
        parts = _checked(place)
        with _answer(parts, deadline, seconds, reach) as response:
            if response.status in REDIRECTS and response.getheader("Location"):
                place = urljoin(place, str(response.getheader("Location")))
                continue
            return _read(place, response, kinds, max_bytes)
    raise InputError(N_("{url} leads on and on: more than {limit} redirects."), url=_shown(url), limit=MAX_REDIRECTS)


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputError(N_("“{url}” is not an address: {reason}."), url=_shown(url), reason=str(error)) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise InputError(
            N_("“{url}” cannot be read: an address begins with http:// or https:// and names a host."), url=_shown(url)
        )
    if parts.username is not None or parts.password is not None:
        raise InputError(N_("“{url}” carries a name or password; such addresses are not read."), url=parts.hostname)
    if any(ord(character) <= 32 or ord(character) == 127 for character in url):
        raise InputError(N_("“{url}” holds a blank or control character."), url=_shown(url))
    return parts


@contextlib.contextmanager
def _answer(parts: SplitResult, deadline: float, seconds: float, reach: Reach) -> Iterator[http.client.HTTPResponse]:
    """The response of one hop; its socket is cut at the deadline whatever it is doing."""
    host = str(parts.hostname)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = checked_address(host, port, deadline - time.monotonic(), reach)
    try:
        plain = socket.create_connection((address, port), timeout=max(0.01, deadline - time.monotonic()))
    except OSError as error:
        raise _unreachable(host, error, deadline, seconds) from error
    handle = plain.dup()  # TLS takes the socket itself away
    cut = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, (handle,))
    cut.daemon = True
    cut.start()
    connection = http.client.HTTPConnection(host, port)
    try:
        connection.sock = _TLS().wrap_socket(plain, server_hostname=host) if secure else plain
        connection.request("GET", _target(parts), headers=_headers(parts))
        with connection.getresponse() as response:
            yield response
            if time.monotonic() > deadline:
                raise _too_slow(host, seconds)
    except (OSError, http.client.HTTPException) as error:
        raise _unreachable(host, error, deadline, seconds) from error
    finally:
        cut.cancel()
        connection.close()
        plain.close()
        handle.close()


def _cut(open_socket: socket.socket) -> None:
    with contextlib.suppress(OSError):
        open_socket.shutdown(socket.SHUT_RDWR)


def _target(parts: SplitResult) -> str:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return "".join(c if c.isascii() else "".join(f"%{byte:02X}" for byte in c.encode()) for c in path)


def _headers(parts: SplitResult) -> dict[str, str]:
    host = str(parts.hostname)
    name = f"[{host}]" if ":" in host else host.encode("idna").decode()
    return {
        "Host": name if parts.port is None else f"{name}:{parts.port}",
        "User-Agent": AGENT,
        "Accept-Encoding": "gzip, deflate",
        "Accept": "*/*",
        "Connection": "close",
    }


def _read(url: str, response: http.client.HTTPResponse, kinds: frozenset[str], max_bytes: int) -> Fetched:
    if response.status != http.client.OK:
        raise InputError(
            N_("{url} answers {status} {reason}."), url=_shown(url), status=response.status, reason=response.reason
        )
    kind = response.headers.get_content_type().lower() if response.getheader("Content-Type") else ""
    if kind not in kinds:
        raise InputError(
            N_("{url} is “{kind}”; what can be read is {known}."),
            url=_shown(url),
            kind=kind or N_("of no stated kind"),
            known=", ".join(sorted(kinds)),
        )
    declared = response.getheader("Content-Length") or ""
    if declared.isdecimal() and int(declared) > max_bytes:
        raise _too_large(url, max_bytes)
    body = b"".join(_unpacked(url, response, max_bytes))
    return Fetched(url, kind, response.headers.get_content_charset(), body)


def _unpacked(url: str, response: http.client.HTTPResponse, max_bytes: int) -> Iterator[bytes]:
    """The body a piece at a time, never more than `max_bytes` of it, packed or unpacked."""
    coding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip", "deflate"):
        raise InputError(N_("{url} is packed as “{coding}”, which was not asked for."), url=_shown(url), coding=coding)
    unpack = None if coding == "identity" else zlib.decompressobj(zlib.MAX_WBITS | 32)  # 32: gzip or zlib, by its head
    packed = unpacked = 0
    while piece := response.read1(CHUNK):
        packed += len(piece)
        while piece:
            try:
                given = piece if unpack is None else unpack.decompress(piece, CHUNK)
            except zlib.error as error:
                raise InputError(N_("{url} is damaged: {reason}."), url=_shown(url), reason=str(error)) from error
            piece = b"" if unpack is None else unpack.unconsumed_tail
            unpacked += len(given)
            if max(packed, unpacked) > max_bytes:
                raise _too_large(url, max_bytes)
            yield given
    if response.length or (unpack is not None and not unpack.eof):
        raise InputError(N_("{url} is damaged: {reason}."), url=_shown(url), reason=N_("it ends too early"))


def _too_large(url: str, max_bytes: int) -> InputError:
    return InputError(
        N_("{url} is larger than {limit} MB, packed or unpacked."), url=_shown(url), limit=f"{max_bytes / 1e6:g}"
    )


def _too_slow(host: str, seconds: float) -> InputError:
    return InputError(N_("{host} did not answer whole within {seconds} s."), host=host, seconds=f"{seconds:g}")


def _unreachable(host: str, error: Exception, deadline: float, seconds: float) -> ProspectusError:
    if isinstance(error, TimeoutError) or time.monotonic() >= deadline:
        return _too_slow(host, seconds)
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return InputError(N_("{host} cannot be read: {reason}."), host=host, reason=reason)


def _shown(url: str, most: int = 120) -> str:
    return url if len(url) <= most else f"{url[:most]}…"
