"""Receivers that answer as no server does: each call ends in time, with an error of ours."""

import pytest
from test_calling import ANYWHERE, post, saying

from recommender.delivery import ending

BODY = b"HTTP/1.1 200 OK\r\n"
ANSWERS = {
    "nothing at all": (b"",),
    "no protocol": (b"\x00\xff" * 2_000,),
    "another protocol": (b"SSH-2.0-OpenSSH_9.6\r\n",),
    "a status that is none": (b"HTTP/1.1 9999999999 OK\r\n\r\n",),
    "a status of letters": (b"HTTP/1.1 abc\r\n\r\n",),
    "headers without end": (BODY, b"X-Header: value\r\n" * 100),
    "a line without end": (BODY + b"X-Header: ", b"x" * 65_536),
    "always to go on": (b"HTTP/1.1 100 Continue\r\n\r\n",),
    "a length below nothing": (BODY + b"Content-Length: -1\r\n\r\nx",),
    "two lengths": (BODY + b"Content-Length: 1\r\nContent-Length: 90\r\n\r\nx",),
    "chunks of no length": (BODY + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",),
    "a chunk beyond all": (BODY + b"Transfer-Encoding: chunked\r\n\r\nffffffffffff\r\n", b"x"),
    "a cookie and a redirect": (
        b"HTTP/1.1 302 \r\nSet-Cookie: a=b\r\nLocation: file:///etc/passwd\r\n\r\n",
    ),
}
HEARD = {"a length below nothing", "two lengths", "chunks of no length", "a chunk beyond all"}
"""Where a status came that says it was heard; what follows it is not our concern."""


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_none_ends_in_time_with_an_error_of_ours(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "SECONDS", 0.3)
    with saying(*ANSWERS[name], times=3_000) as (address, _):
        reply = post(address, ANYWHERE)

    assert reply.seconds < 10
    if name not in HEARD:
        assert not reply.heard
        assert reply.error in ("hook_away", "hook_slow", "hook_status")
