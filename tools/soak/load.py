"""Many people who press "send", at a steady rate, by a few cheap processes; and what they met.

A press is due at a moment of its own, however long the ones before it take, and its time counts
from then: a server that stalls is measured stalled. The processes know nothing of the product,
so that they leave it the processors.
"""

import http.client
import multiprocessing
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from threading import Lock, Thread
from urllib.parse import urlsplit

PROCESSES = 2
THREADS = 16
"""So many are under way at once in each process."""
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
    body: bytes = b""
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
    spawn = multiprocessing.get_context("spawn")
    shares = [presses[n::PROCESSES] for n in range(PROCESSES)]
    begin = time.time() + 1
    with ProcessPoolExecutor(PROCESSES, spawn) as pool:
        how = (list(servers), begin, again, keeping)
        done = [pool.submit(_share, one, *how) for one in shares]
        return sorted((met for one in done for met in one.result()), key=lambda met: met.due)


def _share(
    presses: Sequence[Press], servers: list[str], begin: float, again: float, keeping: bool
) -> list[Met]:
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
        parts = urlsplit(server)
        self.keeping = keeping
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, TIMEOUT)

    def send(self, press: Press) -> int:
        """The status of the answer, or why there is none."""
        kept = self.connection.sock is not None
        try:
            if not kept:
                self.connection.connect()
        except OSError:
            return REFUSED
        try:
            return self._answer(press)
        except TimeoutError:
            self.connection.close()
            return SILENT
        except (OSError, http.client.HTTPException):
            self.connection.close()
            # A kept connection may have been closed before this press; it is made anew.
            return self.send(press) if kept else CUT

    def _answer(self, press: Press) -> int:
        headers = {"Content-Type": press.media, "X-Forwarded-For": press.address}
        if not self.keeping:
            headers["Connection"] = "close"
        method = "POST" if press.body else "GET"
        self.connection.request(method, press.path, press.body or None, headers)
        answer = self.connection.getresponse()
        answer.read()
        if not self.keeping:
            self.connection.close()
        return answer.status


def statuses(met: Sequence[Met]) -> str:
    """How often each status came, in words."""
    counts = Counter(one.status for one in met)
    told = (f"{number:,} × {_NAMED.get(one, one)}" for one, number in counts.most_common())
    return ", ".join(told)


def percentile(met: Sequence[Met], share: float) -> float:
    """The milliseconds within which so many of them were answered."""
    took = sorted(one.seconds for one in met)
    return 1000 * took[min(len(took) - 1, int(share * len(took)))] if took else 0.0
