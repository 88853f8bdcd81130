"""Connections that end in time, and of which none leads into a closed network."""

import socket
from contextlib import suppress
from threading import Timer
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from recommender.delivery.addresses import is_closed

SECONDS = 15


class Closed(ValueError):
    """The address that a host has become since it was checked belongs to a closed network."""


class _Ending:
    """A connection that is shut after SECONDS, whatever it waits for then.

    A socket's own time-out does not do: it begins anew with every byte that comes.
    """

    _alarm: Timer | None = None
    _twin: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        made: socket.socket = super()._new_conn()  # type: ignore[misc]
        self._twin = made.dup()  # TLS takes the first one over
        self._alarm = Timer(SECONDS, _shut, (self._twin,))
        self._alarm.daemon = True
        self._alarm.start()
        return made

    def close(self) -> None:
        super().close()  # type: ignore[misc]
        if self._alarm and self._twin:
            self._alarm.cancel()
            self._alarm.join()  # it may be shutting what is closed here
            self._twin.close()


class _Plain(_Ending, HTTPConnection):
    """A connection without TLS, for installations that allow it."""


class _Secure(_Ending, HTTPSConnection):
    """A connection with TLS to wherever a host is."""


class _Checked(_Secure):
    """A connection with TLS to an address, which is looked at once more before it is called."""

    def _new_conn(self) -> socket.socket:
        if is_closed(self.host.strip("[]")):
            raise Closed(self.host)
        return super()._new_conn()


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _CheckedPool(HTTPSConnectionPool):
    ConnectionCls = _Checked


ANYWHERE: dict[str, Any] = {"http": _PlainPool, "https": _SecurePool}
OUTSIDE: dict[str, Any] = {"https": _CheckedPool}
"""Connections by scheme, for a manager of them."""


def _shut(twin: socket.socket) -> None:
    with suppress(OSError):  # it has ended by itself
        twin.shutdown(socket.SHUT_RDWR)
