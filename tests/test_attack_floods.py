"""Floods: clients that stall, bodies without end, and addresses that lie about where they are.

`STALLED` is how many clients stall at once; the long form has 500.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace

import pytest
from agencies import live_form
from flask import Flask
from forms import BOOK, CODE, sqlite
from outside import answer_from
from sends import ASKING, SRI, asking, at_send, filled
from waitress.server import create_server

from recommender.settings import Settings
from recommender.store.database import Database
from recommender.web.app import create_app
from recommender.web.limits import Sends, Window
from recommender.web.serve import LIMITS

STALLED = int(os.environ.get("STALLED", "150"))
"""More than waitress takes unless it is told otherwise, which is 100."""
BEGUN = (
    b"",
    b"GET / HT",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\nprimary",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nab",
)
"""How far a client gets before it stalls."""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The app with a form, served with the limits of `recommender serve`."""
    database = sqlite(tmp_path_factory.mktemp("floods"))
    live_form(database, **ASKING)
    app = create_app(BOOK, database=database)
    server = create_server(app, host="127.0.0.1", port=0, threads=2, **LIMITS)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield int(server.effective_port)
    server.pull_trigger()
    server.task_dispatcher.shutdown()
    server.asyncore.close_all(server._map)
    thread.join()
    database.close()


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def asked(port: int, request: bytes) -> int:
    with connected(port) as line:
        line.sendall(request)
        return answer_from(line).status


@pytest.mark.slow
def test_clients_that_stall_keep_nobody_else_waiting(port: int) -> None:
    with ExitStack() as stalled:
        for place in range(STALLED):
            line = stalled.enter_context(connected(port))
            line.sendall(BEGUN[place % len(BEGUN)])

        ask = b"GET %b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        assert asked(port, ask % b"/healthz") == 200
        assert asked(port, ask % f"/f/kopi/r/{CODE}".encode()) == 200


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1024**4, 10**30])
def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(port: int, size: int) -> None:
    head = f"POST /api/v1/recommendations HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n"
    start = b"Connection: close\r\nContent-Type: application/json\r\n\r\n"
    body = b"x" * size if size < 10**6 else b"x"
    assert asked(port, head.encode() + start + body) in (400, 413)


def test_a_body_without_end_is_cut_off(port: int) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    sent = 0
    with connected(port) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        with suppress(ConnectionError):
            while sent < 64 * 1024 * 1024:
                line.sendall(chunk)
                sent += len(chunk)
    assert sent < 64 * 1024 * 1024


def limited(app: Flask) -> Flask:
    """An app that takes eight sends of one address."""
    record = app.extensions["recommender"]
    app.extensions["recommender"] = replace(record, sends=Sends(Window(8), Window(100)))
    return app


def send_from(app: Flask, address: str, form: str, fields: dict, place: int) -> int:
    """A press of "send" that stores nothing, by somebody who says to be elsewhere each time."""
    forwarded = ", ".join(f"10.{place % 251}.{n}.{place // 251}" for n in range(3))
    answer = app.test_client().post(
        f"/f/{form}/send",
        query_string={"a": CODE},
        data=fields,
        headers={"X-Forwarded-For": forwarded, "Forwarded": f"for={forwarded}"},
        environ_base={"REMOTE_ADDR": address},
    )
    return answer.status_code


@pytest.mark.slow
def test_who_floods_a_form_is_stopped_whatever_address_is_claimed(store: Database) -> None:
    app = limited(asking(store))
    live_form(store, "teh", "other", **ASKING)
    fields = filled(at_send(app), **SRI)[1]

    got = [send_from(app, "203.0.113.9", "kopi", fields, n) for n in range(12)]

    assert got == [422] * 8 + [429] * 4  # without a token none of them is stored
    assert send_from(app, "203.0.113.10", "kopi", fields, 0) == 422
    assert send_from(app, "203.0.113.10", "teh", fields, 0) == 422


@pytest.mark.slow
def test_behind_a_proxy_only_what_the_proxy_itself_says_counts(store: Database) -> None:
    live_form(store, **ASKING)
    app = limited(create_app(BOOK, replace(Settings(), proxies=1), store))
    fields = filled(at_send(app), **SRI)[1]
    client, got = app.test_client(), []
    for n in range(10):
        lies = f"198.51.100.{n}, 192.0.2.{n}, 203.0.113.9"  # the last was written by the proxy
        answer = client.post(
            f"/f/kopi/send?a={CODE}", data=fields, headers={"X-Forwarded-For": lies}
        )
        got.append(answer.status_code)

    assert got == [422] * 8 + [429] * 2
