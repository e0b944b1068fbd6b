"""A pasted address is read from public hosts only, and never more of it than is allowed."""

import gzip
import ipaddress
import socket
import time

import pytest

from engine.errors import InputError
from engine.market.addresses import Reach, checked_address, is_public
from engine.market.fetch import fetch
from tests.unit.engine.market.site import Reply, here, serving

SECRET = "user:secret"
PAGE = Reply(b"<p>Prices fall.</p>")


def test_a_page_is_read_with_its_kind_and_charset() -> None:
    with serving({"/a/page.html": PAGE}) as port:
        found = fetch(f"http://site.example:{port}/a/page.html", reach=here())
    assert (found.body, found.content_type, found.charset) == (PAGE.body, "text/html", "utf-8")
    assert found.file_name == "page.html"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "2002:7f00:1::", "64:ff9b::7f00:1", "2001:db8::1",
    ],
)  # fmt: skip
def test_no_private_or_reserved_address_is_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "203.119.1.1", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_the_open_internet_is(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "localhost", "[::1]"])
def test_this_machine_is_not_read_however_it_is_spelled(host: str) -> None:
    with serving({"/": PAGE}) as port, pytest.raises(InputError, match="not a public address"):
        fetch(f"http://{host}:{port}/", reach=Reach(ports=None))


def test_one_private_address_among_several_is_enough_to_refuse() -> None:
    reach = Reach(resolve=lambda _host: ["1.1.1.1", "192.168.0.7"])
    with pytest.raises(InputError, match=r"192\.168\.0\.7"):
        checked_address("two.example", 80, 1.0, reach)


def test_a_redirect_to_a_private_address_is_refused() -> None:
    away = Reply(status=302, headers={"Location": "http://inside.example/secret"})
    with serving({"/": away}) as port, pytest.raises(InputError, match=r"inside\.example leads to 10\.0\.0\.5"):
        fetch(f"http://site.example:{port}/", reach=here(inside_example="10.0.0.5"))


def test_it_connects_to_the_address_that_was_checked() -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.5"]])
    reach = Reach(lambda _host: next(answers), permits=lambda address: str(address) == "127.0.0.1", ports=None)
    with serving({"/": PAGE}) as port:
        assert fetch(f"http://rebinding.example:{port}/", reach=reach).body == PAGE.body
    assert next(answers) == ["10.0.0.5"], "the name was asked once"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("file:///etc/passwd", "http://"),
        ("ftp://site.example/x", "http://"),
        ("gopher://site.example:70/", "http://"),
        ("javascript:alert(1)", "http://"),
        ("site.example", "http://"),
        ("", "http://"),
        ("http://", "http://"),
        (f"http://{SECRET}@site.example/", "name or password"),
        ("http://site.example/a b", "blank or control"),
        ("http://site.example:99999/", "not an address"),
        ("http://[::1/", "not an address"),
        ("http://site.example:25/", "Port 25"),
    ],
)
def test_what_is_not_an_address_is_said_plainly(url: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        fetch(url)
    assert SECRET not in str(raised.value)


def test_a_loop_of_redirects_ends() -> None:
    round_again = Reply(status=301, headers={"Location": "/again"})
    with serving({"/again": round_again}) as port, pytest.raises(InputError, match="more than 5 redirects"):
        fetch(f"http://site.example:{port}/again", reach=here())


def test_a_relative_redirect_is_followed() -> None:
    with serving({"/old": Reply(status=308, headers={"Location": "new?x=1"}), "/new?x=1": PAGE}) as port:
        assert fetch(f"http://site.example:{port}/old", reach=here()).url.endswith("/new?x=1")


def test_packed_pages_are_unpacked_and_bombs_are_not() -> None:
    pages = {
        "/small": Reply(gzip.compress(PAGE.body), headers={"Content-Encoding": "gzip"}),
        "/bomb": Reply(gzip.compress(bytes(20_000_000)), headers={"Content-Encoding": "gzip"}),
    }
    with serving(pages) as port:
        assert fetch(f"http://site.example:{port}/small", reach=here()).body == PAGE.body
        with pytest.raises(InputError, match=r"larger than 10 MB"):
            fetch(f"http://site.example:{port}/bomb", reach=here())


@pytest.mark.parametrize("length", [True, False])
def test_a_large_page_is_not_read_to_its_end(length: bool) -> None:
    large = Reply(bytes(300_000), length=length)
    with serving({"/": large}) as port, pytest.raises(InputError, match=r"larger than 0\.1 MB"):
        fetch(f"http://site.example:{port}/", reach=here(), max_bytes=100_000)


def test_a_page_that_drips_ends_at_the_time_limit() -> None:
    slow = Reply(bytes(2_000), pause_s=0.05, length=False)
    start = time.monotonic()
    with serving({"/": slow}) as port, pytest.raises(InputError, match=r"within 0\.4 s"):
        fetch(f"http://site.example:{port}/", reach=here(), seconds=0.4)
    assert time.monotonic() - start < 50, "it was read to its end"


def test_a_host_that_never_answers_ends_at_the_time_limit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(InputError, match=r"within 0\.3 s"):
        fetch(f"http://site.example:{silent.getsockname()[1]}/", reach=here(), seconds=0.3)


def test_a_name_that_never_resolves_ends_at_the_time_limit() -> None:
    def resolve(_host: str) -> list[str]:
        time.sleep(1)
        return []

    with pytest.raises(InputError, match="cannot be resolved"):
        fetch("http://slow.example/", seconds=0.1, reach=Reach(resolve))


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(b"MZ", kind="application/octet-stream"), "application/octet-stream"),
        (Reply(b"?", kind=""), "no stated kind"),
        (Reply(status=404), "404"),
        (Reply(status=500), "500"),
        (Reply(b"not gzip", headers={"Content-Encoding": "gzip"}), "damaged"),
        (Reply(gzip.compress(b"x" * 1000)[:-12], headers={"Content-Encoding": "gzip"}), "ends too early"),
        (Reply(b"x", headers={"Content-Encoding": "br"}), "packed as “br”"),
    ],
)
def test_what_cannot_be_used_is_named(reply: Reply, message: str) -> None:
    with serving({"/": reply}) as port, pytest.raises(InputError, match=message):
        fetch(f"http://site.example:{port}/", reach=here())


def test_a_page_without_tls_is_not_taken_for_one_with() -> None:
    with serving({"/": PAGE}) as port, pytest.raises(InputError, match=r"site\.example cannot be read"):
        fetch(f"https://site.example:{port}/", reach=here())
