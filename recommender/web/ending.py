"""How a server that is told to end does: it answers what it has taken, and takes nothing more.

Left to itself waitress would end with what waits for a thread unanswered, and its connections cut.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from select import select
from threading import current_thread, main_thread
from time import monotonic, time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

MOST_SECONDS = 8
"""For so long it answers; containers are killed ten seconds after they were told to end."""

SILENT_SECONDS = 2
"""For so long a connection that was just taken may say nothing before it is closed."""


def serve(server: Any) -> None:
    """Answer until this process is told to end, and then what was taken before."""
    own: dict[int, Any] = getattr(server, "map", None) or server._map
    listeners = [one for one in own.values() if isinstance(one, BaseWSGIServer)]
    with _told(listeners[0]) as told:
        while not told:
            _turn(server, own, 1)
        for listener in listeners:
            _close(listener)
        end = monotonic() + MOST_SECONDS
        while monotonic() < end and _unanswered(own):
            _turn(server, own, 0.05)
    server.task_dispatcher.shutdown(timeout=max(0, end - monotonic()))


@contextmanager
def _told(listener: BaseWSGIServer) -> Iterator[list[int]]:
    """Is no longer empty once the process was told to end, however often."""
    told: list[int] = []

    def hear(number: int, _: object) -> None:
        told.append(number)
        listener.pull_trigger()  # it may be waiting for somebody to ask

    if current_thread() is not main_thread():  # nobody else may hear signals
        yield told
        return
    before = {one: signal.signal(one, hear) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield told
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _turn(server: Any, own: dict[int, Any], seconds: float) -> None:
    server.asyncore.loop(timeout=seconds, map=own, use_poll=server.adj.asyncore_use_poll, count=1)


def _close(listener: BaseWSGIServer) -> None:
    """Take who has reached us already, then nobody."""
    while select([listener.socket], [], [], 0)[0]:
        listener.handle_accept()
    listener.del_channel()
    listener.socket.close()


def _unanswered(own: dict[int, Any]) -> bool:
    """Whether somebody still waits; who is answered now is told that the connection ends."""
    waiting = False
    for channel in [one for one in own.values() if isinstance(one, HTTPChannel)]:
        asked = [one for one in (*channel.requests, channel.request) if one]
        for request in asked:
            request.headers["CONNECTION"] = "close"
        silent = channel.last_activity == channel.creation_time
        fresh = silent and time() - channel.creation_time < SILENT_SECONDS
        waiting |= bool(asked or channel.total_outbufs_len or fresh)
    return waiting
