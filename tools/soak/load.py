"""Many people who press "send", at a steady rate, by one cheap process; and what they met.

A press is due at a moment of its own, however long the ones before it take, and its time counts
from then: a server that stalls is measured stalled. The process knows nothing of the product and
reads of an answer only what it must, so that it leaves the processors to the servers.
"""

import json
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from threading import Lock, Thread
from urllib.parse import urlsplit

THREADS = 32
"""So many are under way at once."""
TIMEOUT = 60
LATEST = 60
"""A press that is so many seconds late is left out: then the server cannot follow."""

REFUSED, CUT, SILENT, LATE = 0, -1, -2, -3
_NAMED = {REFUSED: "no connection", CUT: "cut off", SILENT: "no answer", LATE: "left out"}
"""In place of a status: nobody took the connection; it broke; it is silent; it was never made."""


@dataclass(frozen=True, slots=True)
class Press:
    """One press: due so many seconds after the beginning; `key` tells whose it is.

    Without a body it is a page that is opened. `address` is where the person is.
    """

    due: float
    key: str
    path: str
    body: str = ""
    address: str = "10.0.0.1"
    media: str = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Met:
    """What came of a press, in how many seconds after it was due.

    `statuses` are those of every try; the last one counts.
    """

    due: float
    key: str
    seconds: float
    statuses: tuple[int, ...]

    @property
    def status(self) -> int:
        return self.statuses[-1]


def drive(
    servers: Sequence[str], presses: Sequence[Press], *, again: float = 0, keeping: bool = True
) -> list[Met]:
    """Do them all, the servers in turn.

    A press that met no server, or 503, is done `again` for so many seconds. Connections are kept
    for the next press, or made for each.
    """
    told = json.dumps([[astuple(one) for one in presses], list(servers), again, keeping])
    # A process of its own and not of a pool: those import whatever this one has begun with.
    command = (sys.executable, "-c", "from tools.soak import load; load.answer()")
    root = Path(__file__).parents[2]
    done = subprocess.run(
        command, input=told.encode(), stdout=subprocess.PIPE, check=True, cwd=root
    )
    found = [Met(*one, tuple(tried)) for *one, tried in json.loads(done.stdout)]
    return sorted(found, key=lambda met: met.due)


def answer() -> None:
    """What that process does: presses come from standard input, what they met goes back."""
    presses, *how = json.load(sys.stdin)
    json.dump([astuple(met) for met in _done([Press(*one) for one in presses], *how)], sys.stdout)


def _done(presses: Sequence[Press], servers: list[str], again: float, keeping: bool) -> list[Met]:
    begin = time.time()
    waiting, lock = iter(presses), Lock()
    found: list[Met] = []

    def work(number: int) -> None:
        lines = [Line(server, keeping) for server in servers]
        while True:
            with lock:
                press = next(waiting, None)
            if press is None:
                return
            time.sleep(max(0, begin + press.due - time.time()))
            found.append(_pressed(lines, number, press, begin + press.due, again))

    threads = [Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _pressed(lines: "Sequence[Line]", number: int, press: Press, since: float, again: float) -> Met:
    tried: list[int] = []
    if press.due and time.time() - since > LATEST:
        return Met(press.due, press.key, LATEST, (LATE,))
    while True:
        tried.append(lines[(number + len(tried)) % len(lines)].send(press))
        passed = time.time() - since
        if tried[-1] not in (REFUSED, CUT, 503) or passed > again:
            return Met(press.due, press.key, passed, tuple(tried))
        time.sleep(0.05)  # as somebody who presses again at once


class Line:
    """A connection to a server, kept or not."""

    def __init__(self, server: str, keeping: bool = True):
        self.where = urlsplit(server)
        self.keeping = keeping
        self.open: socket.socket | None = None

    def send(self, press: Press) -> int:
        """The status of the answer, or why there is none."""
        kept = self.open is not None
        try:
            line = self.open = self.open or self._opened()
        except OSError:
            return REFUSED
        try:
            status, keeps = _answer(line, _request(press, self.where.netloc, self.keeping))
        except TimeoutError:
            self._close()
            return SILENT
        except (OSError, ValueError):
            self._close()
            # A kept connection may have been closed before this press; it is made anew.
            return self.send(press) if kept else CUT
        if not (keeps and self.keeping):
            self._close()
        return status

    def _opened(self) -> socket.socket:
        return socket.create_connection((self.where.hostname, self.where.port), TIMEOUT)

    def _close(self) -> None:
        if self.open:
            self.open.close()
        self.open = None


def _request(press: Press, host: str, keeping: bool) -> bytes:
    body = press.body.encode()
    lines = [
        f"{'POST' if body else 'GET'} {press.path} HTTP/1.1",
        f"Host: {host}",
        f"X-Forwarded-For: {press.address}",
        *([f"Content-Type: {press.media}", f"Content-Length: {len(body)}"] if body else []),
        *([] if keeping else ["Connection: close"]),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


_SIZE = re.compile(rb"\r\ncontent-length: *(\d+)")


def _answer(line: socket.socket, request: bytes) -> tuple[int, bool]:
    """The status of a whole answer, and whether the server keeps the connection."""
    line.sendall(request)
    got = _more(line)
    while b"\r\n\r\n" not in got:
        got += _more(line)
    head, _, body = got.partition(b"\r\n\r\n")
    head = head.lower()
    size = _SIZE.search(head)
    while len(body) < int(size[1]) if size else not body.endswith(b"0\r\n\r\n"):
        body += _more(line)
    return int(head.split(None, 2)[1]), b"\r\nconnection: close" not in head


def _more(line: socket.socket) -> bytes:
    got = line.recv(65_536)
    if not got:
        raise ConnectionError("cut off")
    return got


def statuses(met: Sequence[Met]) -> str:
    """How often each status came, in words."""
    counts = Counter(one.status for one in met)
    told = (f"{number:,} × {_NAMED.get(one, one)}" for one, number in counts.most_common())
    return ", ".join(told)


def percentile(met: Sequence[Met], share: float) -> float:
    """The milliseconds within which so many of them were answered."""
    took = sorted(one.seconds for one in met)
    return 1000 * took[min(len(took) - 1, int(share * len(took)))] if took else 0.0
