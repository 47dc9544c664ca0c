"""Files of others are fetched from public addresses only, and within bounds."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.factories.outside import Outside as World
from tests.factories.outside import outside
from webapp.importing.gateway import Known, Outside
from webapp.importing.rules import addresses
from webapp.importing.rules.found import Refused

HERE = Outside(private=True)


@pytest.fixture
def world() -> Iterator[World]:
    with outside() as opened:
        yield opened


def refused(url: str, by: Outside) -> str:
    with pytest.raises(Refused) as caught:
        by.fetch(url)
    return caught.value.code


def test_a_file_comes_as_it_is_and_says_how_to_ask_for_it_again(world: World) -> None:
    url = world.put(
        "/season.ics", b"BEGIN:VCALENDAR", ETag='"a1"', Last_Modified="Thu, 26 Nov 2026 10:00:00 GMT"
    )

    first = HERE.fetch(url)
    again = HERE.fetch(url, Known(first.etag, first.last_modified))

    assert (first.content, first.etag, again.content) == (b"BEGIN:VCALENDAR", '"a1"', None)
    assert first.file == "127.0.0.1/season.ics"


def test_a_packed_answer_is_unpacked_no_further_than_allowed(world: World) -> None:
    small = world.put("/small", gzip.compress(b"BEGIN"), Content_Encoding="gzip")
    bomb = world.put("/bomb", gzip.compress(b"\0" * 3_000_000), Content_Encoding="gzip")
    by = Outside(private=True, largest=1_000_000)

    assert by.fetch(small).content == b"BEGIN"
    assert refused(bomb, by) == "too-large"


def test_what_says_that_it_is_too_large_is_not_read(world: World) -> None:
    url = world.put("/large", b"", Content_Length="99999999999")

    assert refused(url, HERE) == "too-large"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://10.1.2.3/", "http://192.168.0.1/", "http://172.16.0.1/",
        "http://169.254.169.254/",
        "http://100.64.0.1/", "http://224.0.0.1/", "http://0.0.0.0/", "http://255.255.255.255/", "http://[::1]/",
        "http://[fe80::1]/", "http://[fc00::1]/", "http://[ff02::1]/", "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://2130706433.nip.invalid./", "http://0x7f.1/",
    ],
)  # fmt: skip
def test_nothing_is_fetched_from_this_house(url: str) -> None:
    assert refused(url, Outside()) in {"private-address", "unknown-host"}


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a", "file:///etc/passwd", "gopher://example.org/", "http://localhost/", "http://",
        "http://name:word@example.org/", "http://example.org:25/", "http://example.org:99999/",
        "javascript:alert(1)", "https://exa mple.org:x/", "http://[::1", "https://" + "a" * 3000 + ".org/",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_refused(url: str) -> None:
    assert refused(url, Outside()) == "bad-address"


def test_a_hop_to_this_house_is_refused_like_a_first_step() -> None:
    """The first host is public by its look-up; where it sends us on is not."""
    asked: list[str] = []

    def lookup(host: str, _: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if host == "inside.example" else ["93.184.216.34"]

    assert refused("http://inside.example/", Outside(lookup=lookup)) == "private-address"
    assert asked == ["inside.example"]


def test_hops_are_followed_and_counted(world: World) -> None:
    world.put("/there", b"here it is")
    once = world.put("/once", b"", 302, Location="/there")
    round_and_round = world.put("/round", b"", 301, Location="/round")
    away = world.put("/away", b"", 302, Location="ftp://example.org/")

    assert HERE.fetch(once).content == b"here it is"
    assert refused(round_and_round, HERE) == "too-many-hops"
    assert refused(away, HERE) == "bad-address"


def test_a_name_is_looked_up_once_and_that_answer_is_asked(world: World) -> None:
    world.put("/a", b"calendar")
    port = world.url.rsplit(":", 1)[1]
    answers = [["127.0.0.1"], ["192.0.2.1"]]
    by = Outside(private=True, lookup=lambda _host, _port: answers.pop(0))

    assert by.fetch(f"http://rebinding.example:{port}/a").content == b"calendar"
    assert world.asked[0][1]["Host"] == f"rebinding.example:{port}"
    assert len(answers) == 1


def test_one_private_answer_among_public_ones_is_enough_to_refuse() -> None:
    by = Outside(lookup=lambda _host, _port: ["93.184.216.34", "10.0.0.1"])

    assert refused("http://both.example/", by) == "private-address"


def test_a_server_that_speaks_slowly_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_drip, args=(listening,), daemon=True)
        thread.start()
        began = time.monotonic()
        code = refused(f"http://127.0.0.1:{listening.getsockname()[1]}/", Outside(private=True, seconds=1))

    assert code == "too-slow"
    assert time.monotonic() - began < 10


def _drip(listening: socket.socket) -> None:
    wire, _ = listening.accept()
    with wire:
        try:
            for letter in b"HTTP/1.1 200 OK\r\n" + b"X" * 1000:
                wire.sendall(bytes([letter]))
                time.sleep(0.05)
        except OSError:
            return  # cut off, as it should be


def test_calendar_addresses_are_asked_over_https() -> None:
    assert addresses.address("webcal://example.org/a b.ics").text == "https://example.org/ab.ics"
    assert addresses.address("example.org/season.ics").text == "https://example.org/season.ics"
    assert addresses.address("https://bücher.example/ü?q=ä").text == (
        "https://xn--bcher-kva.example/%C3%BC?q=%C3%A4"
    )


def test_what_is_not_there_is_told_with_its_answer(world: World) -> None:
    with pytest.raises(Refused, match="answers 404"):
        HERE.fetch(world.url + "/gone")
    assert refused("http://127.0.0.1:9/", HERE) == "bad-address"
    assert refused("http://127.0.0.1:65533/", HERE) == "not-there"


def test_what_no_web_server_says_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_babble, args=(listening,), daemon=True).start()
        assert refused(f"http://127.0.0.1:{listening.getsockname()[1]}/", HERE) in {"bad-answer", "not-there"}


def _babble(listening: socket.socket) -> None:
    wire, _ = listening.accept()
    with wire:
        wire.recv(1000)
        wire.sendall(b"\x00\xff garbage\r\n\r\n")
