"""Connections that end in time, and of which none leads into a closed network."""

import socket
from contextlib import suppress
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Timer
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

SECONDS = 15

# Beyond what the library refuses: Python takes some forms of loopback and local for global ones.
_CLOSED = tuple(
    map(ip_network, ("::/96", "fec0::/10", "2002::/16", "64:ff9b::/96", "64:ff9b:1::/48"))
)


class Closed(ValueError):
    """The address that a host has become since it was checked belongs to a closed network."""


def is_closed(address: str) -> bool:
    """Whether an address belongs to a closed network. Raises ValueError for what is no address."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return not found.is_global or found.is_multicast or any(found in net for net in _CLOSED)


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
