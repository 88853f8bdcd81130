"""Calling addresses that others chose: no way into our own network, and never for long."""

import gzip
import socket
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Thread
from typing import Any

import pytest
from agencies import WHEN
from desks import desk_of, send
from outside import DATA
from receivers import Receiver, receiving

from recommender.delivery import calling, ending, message
from recommender.delivery.calling import Allowed, Reply, call, refused
from recommender.delivery.worker import Worker
from recommender.store import endpoints
from recommender.store.database import Database

CASES = {case["id"]: case["send"] for case in DATA["cases"] if case["surface"] == "webhook_url"}
ADDRESSES = {id_: sent["url"] for id_, sent in CASES.items() if "url" in sent}
ELSEWHERE = {"hook-058": "test_delivery: 410 switches an endpoint off"}
ANYWHERE = Allowed(insecure=True)
PUBLIC = "93.184.216.34"
CLOSED = (
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "0.0.0.0",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "fe80::1%1",
    "fec0::1",
    "fd00::1",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
)

_opened: list[Any] = []


def _listen(event: str, given: tuple) -> None:
    if event == "socket.connect":
        _opened.append(given[1])


sys.addaudithook(_listen)  # Python itself says of every connection that is begun


@pytest.fixture
def opened() -> list[Any]:
    """Where connections were begun to, by anybody, since the test began."""
    _opened.clear()
    return _opened


@pytest.fixture
def canary() -> Iterator[Receiver]:
    """A receiver on loopback that nobody may reach."""
    with receiving(message.new_secret()) as made:
        yield made


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Says what the outside world's name server answers: each time the next, then the last."""

    def answering(*answers: Sequence[str]) -> None:
        left = list(answers)

        def found(host: str, port: int, *_: object, **__: object) -> list[tuple]:
            given = left.pop(0) if len(left) > 1 else left[0]
            family = [socket.AF_INET6 if ":" in one else socket.AF_INET for one in given]
            kinds = zip(family, given, strict=True)
            return [(kind, socket.SOCK_STREAM, 6, "", (one, port)) for kind, one in kinds]

        monkeypatch.setattr(socket, "getaddrinfo", found)

    return answering


def post(url: str, allowed: Allowed = calling.NOTHING) -> Reply:
    return call(url, b"{}", {"content-type": "application/json"}, allowed)


@contextmanager
def saying(*parts: bytes, pause: float = 0.0, times: int = 1) -> Iterator[tuple[str, list[int]]]:
    """A receiver that answers the first call with these bytes, then with the last again and again.

    Gives its address, and how much it could say.
    """
    said = [0]
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                try:
                    for part in (*parts[:-1], *[parts[-1]] * times):
                        connection.sendall(part)
                        said[0] += len(part)
                        time.sleep(pause)
                except OSError:
                    return  # nobody listens any more

        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", said
        thread.join()


def test_every_case_of_the_file_has_its_test() -> None:
    receivers = {"hook-047", "hook-048", *(f"hook-05{n}" for n in (0, 1, 2, 3, 4, 5)), "hook-060"}
    assert set(CASES) == set(ADDRESSES) | receivers | set(ELSEWHERE)


@pytest.mark.parametrize("id_", ADDRESSES)
def test_a_bad_address_is_refused_before_any_connection(id_: str, opened: list) -> None:
    own = "our.own.host:443"
    assert refused(ADDRESSES[id_], own_host=own)
    if refused(ADDRESSES[id_]):  # our own name is one like any other to whoever calls it
        assert post(ADDRESSES[id_]).status is None
    assert opened == []


@pytest.mark.parametrize("address", CLOSED)
def test_an_address_in_numbers_of_a_closed_network_is_refused_as_such(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    assert refused(f"https://{host}/hook") in ("hook_closed", "hook_url")


@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "0x7f.1", "2130706433", "0x7f000001", "a..b", "-a.example"]
)
def test_other_ways_to_write_an_address_are_refused(host: str) -> None:
    assert refused(f"https://{host}/hook") == "hook_url"


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.kopi.example/recommender?key=a%20b",
        "https://hooks.kopi.example:443/",
        "https://xn--kopi-9za.example/",
        f"https://{PUBLIC}/hook",
        "https://[2606:2800:220:1::1]/hook",
    ],
)
def test_an_ordinary_address_may_be_tried(url: str) -> None:
    assert refused(url) is None


def test_what_an_address_lacks_is_said() -> None:
    assert refused("http://kopi.example/") == "hook_https"
    assert refused("https://kopi.example:8443/") == "hook_port"
    assert refused("https://kopi.example/" + "a" * 2000) == "hook_url"
    assert refused("https://Kopi.example/", own_host="kopi.example") == "hook_own"


def test_an_administrator_may_allow_what_is_near() -> None:
    for url in ("http://127.0.0.1:5678/hook", "http://n8n/hook", "https://kopi.example:8443/"):
        assert refused(url, ANYWHERE) is None
    assert refused("ftp://kopi.example/", ANYWHERE) == "hook_https"


@pytest.mark.parametrize("address", CLOSED)
def test_a_name_that_leads_into_a_closed_network_is_not_called(
    address: str, resolver, opened
) -> None:
    for answer in ([address], [PUBLIC, address], [address, PUBLIC]):
        resolver(answer)
        assert post("https://kopi.example/hook").error == "hook_closed"
    assert opened == []


@pytest.mark.parametrize("address", CLOSED)
def test_a_name_that_leads_elsewhere_once_it_was_checked_is_not_called(
    address: str, resolver, opened
) -> None:
    resolver([PUBLIC], [address])
    assert post("https://kopi.example/hook").error == "hook_closed"
    assert opened == []


def test_a_canary_hears_nothing_of_any_of_it(canary: Receiver, resolver) -> None:
    port = canary.address.rpartition(":")[2].removesuffix("/hook")
    assert post(canary.address).status is None
    for url in (f"https://127.0.0.1:{port}/hook", f"https://kopi.example:{port}/hook"):
        assert post(url).status is None
    resolver([PUBLIC], ["127.0.0.1"])
    assert post("https://kopi.example/hook").status is None
    assert canary.calls == 0


def test_redirects_are_answers_and_are_not_followed(canary: Receiver) -> None:
    with receiving(message.new_secret()) as receiver:
        metadata = "http://169.254.169.254/latest/meta-data/"
        for status, target in ((302, metadata), (307, canary.address), (308, canary.address)):
            receiver.status, receiver.headers = status, {"location": target}
            reply = post(receiver.address, ANYWHERE)
            assert (reply.status, reply.error, reply.heard) == (status, "hook_status", False)
    assert canary.calls == 0


def test_of_an_endless_answer_only_the_beginning_is_read() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n"
    with saying(head, bytes(1_000_000), times=1000) as (address, said):
        assert post(address, ANYWHERE).heard
    assert said[0] < 50_000_000  # what the system takes in before it is read


@pytest.mark.slow
def test_a_small_answer_that_would_be_large_unpacked_is_not_unpacked() -> None:
    packed = gzip.compress(bytes(50_000_000))
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n"
    with saying(head % len(packed) + packed) as (address, _):
        tracemalloc.start()
        assert post(address, ANYWHERE).heard
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 10_000_000


@pytest.mark.parametrize(
    ("head", "error"),
    [
        pytest.param(b"HTTP/1.1 2", "hook_slow", id="before it is an answer"),
        pytest.param(b"HTTP/1.1 500 No\r\ncontent-length: 9\r\n\r\n", "hook_status", id="after"),
    ],
)
def test_an_answer_that_comes_byte_by_byte_ends_in_time(
    head: bytes, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "SECONDS", 0.5)
    with saying(head, b"x", pause=0.1, times=60) as (address, _):
        reply = post(address, ANYWHERE)
    assert reply.error == error
    assert 0.4 < reply.seconds < 3


def test_a_receiver_that_takes_no_connection_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:  # they fill the queue of those who are not taken
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        reply = post(f"http://127.0.0.1:{server.getsockname()[1]}/", ANYWHERE)
        for one in waiting:
            one.close()
    assert (reply.status, reply.error) == (None, "hook_slow")
    assert reply.seconds < 3


def test_nobody_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert post(f"http://127.0.0.1:{port}/", ANYWHERE).error == "hook_away"


def test_a_receiver_that_knows_no_tls_is_said() -> None:
    with saying(b"HTTP/1.1 200 OK\r\n\r\n") as (address, _):
        reply = post(address.replace("http:", "https:"), ANYWHERE)
    assert (reply.status, reply.error) == (None, "hook_tls")


@pytest.mark.parametrize("said", ["-1", "junk", "99999999", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_when_to_come_again_is_ours_to_say(store: Database, canary: Receiver, said: str) -> None:
    desk = desk_of(store)
    endpoint = endpoints.add(desk, canary.address, canary.secret, "owner@studio.example", WHEN)
    send(desk, "one", WHEN, body=b"{}")
    canary.status, canary.headers = 503, {"retry-after": said}
    now = datetime.now(UTC)
    worker = Worker(store, ANYWHERE, now=lambda: now, random=Random(1))
    while worker.step():
        pass
    [delivery] = endpoints.log(desk, endpoint.id)
    assert timedelta(seconds=4) < delivery.due_at - now < timedelta(seconds=6)
