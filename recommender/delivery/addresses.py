"""Where an endpoint may be, and what comes of a call: what is known without the network."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

MOST_URL = 2000

# A name with a dot in it whose last part is no number: those that are written as numbers in one
# of many ways lead to addresses.
_LABEL = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)"
_NAME = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z]){_LABEL}", re.IGNORECASE)

# Beyond what the library refuses: Python takes some forms of loopback and local for global ones.
_CLOSED = tuple(
    map(ip_network, ("::/96", "fec0::/10", "2002::/16", "64:ff9b::/96", "64:ff9b:1::/48"))
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a status, or the key of why none did."""

    status: int | None
    error: str | None
    seconds: float

    @property
    def heard(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the administrator lets endpoints be: plain http, other ports, this machine's network."""

    insecure: bool = False


NOTHING = Allowed()


def refused(url: str, allowed: Allowed = NOTHING, own_host: str = "") -> str | None:
    """The key of what is wrong with an address for an endpoint; None if it may be tried.

    Whether a name leads to a closed network shows when it is called. `own_host` is this
    installation, which would tell itself.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return "hook_url"
    if len(url) > MOST_URL or not url.isascii() or any(ord(letter) < 33 for letter in url):
        return "hook_url"
    if not host or parts.username is not None or parts.password is not None:
        return "hook_url"
    if parts.fragment or "\\" in url or "%" in host:
        return "hook_url"
    if parts.scheme != "https" and not (parts.scheme == "http" and allowed.insecure):
        return "hook_https"
    if allowed.insecure:
        return None
    return _unfit(host, own_host) or (None if port in (None, 443) else "hook_port")


def _unfit(host: str, own_host: str) -> str | None:
    """The key of what is wrong with a host as it is written."""
    try:
        return "hook_closed" if is_closed(host) else None
    except ValueError:  # it is a name
        own = urlsplit(f"//{own_host}").hostname
        return "hook_own" if host == own else None if _NAME.fullmatch(host) else "hook_url"


def is_closed(address: str) -> bool:
    """Whether an address belongs to a closed network. Raises ValueError for what is no address."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return not found.is_global or found.is_multicast or any(found in net for net in _CLOSED)
