"""A request to an address that somebody else chose: no way into our own network, never for long."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from time import monotonic
from urllib.parse import urlsplit

import requests
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress

SECONDS = 15
MOST_ANSWER = 64 * 1024
MOST_URL = 2000

# Beyond what the library refuses: Python takes some forms of loopback and local for global ones.
_CLOSED = tuple(
    map(ip_network, ("::/96", "fec0::/10", "2002::/16", "64:ff9b::/96", "64:ff9b:1::/48"))
)
_config = Config(
    ip_filter_enable=True,
    ip_filter_allow_loopback_ips=False,
    never_redirect=True,
    default_timeout=(5, SECONDS),
    user_agent_override="recommender-webhooks/1",
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


def refused(url: str, allowed: Allowed = NOTHING) -> str | None:
    """The key of what is wrong with an address for an endpoint; None if it may be tried.

    Whether its host is one of a closed network shows when it is called.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "hook_url"
    if len(url) > MOST_URL or not url.isascii() or any(ord(letter) < 33 for letter in url):
        return "hook_url"
    if not parts.hostname or parts.username is not None or parts.password is not None:
        return "hook_url"
    if parts.fragment or "\\" in url:
        return "hook_url"
    if parts.scheme == "http" and allowed.insecure:
        return None
    if parts.scheme != "https":
        return "hook_https"
    return None if port in (None, 443) or allowed.insecure else "hook_port"


def call(url: str, body: bytes, headers: Mapping[str, str], allowed: Allowed = NOTHING) -> Reply:
    """POST once. Redirects are not followed, closed networks not reached, long answers cut off."""
    began = monotonic()
    if wrong := refused(url, allowed):
        return Reply(None, wrong, 0)
    try:
        if not allowed.insecure and _leads_inside(url):
            return Reply(None, "hook_closed", monotonic() - began)
        status = _post(url, body, headers, allowed, began)
    except InvalidIPAddress:
        return Reply(None, "hook_closed", monotonic() - began)
    except requests.Timeout:
        return Reply(None, "hook_slow", monotonic() - began)
    except requests.exceptions.SSLError:
        return Reply(None, "hook_tls", monotonic() - began)
    except (requests.RequestException, OSError, ValueError):
        return Reply(None, "hook_away", monotonic() - began)
    return Reply(status, None if 200 <= status < 300 else "hook_status", monotonic() - began)


def _post(url: str, body: bytes, headers: Mapping[str, str], allowed: Allowed, began: float) -> int:
    session = requests.Session() if allowed.insecure else HTTPSession(_config)
    session.trust_env = False  # no proxy, and no password file, of this machine
    with (
        session,
        session.post(
            url,
            data=body,
            headers=dict(headers),
            stream=True,
            allow_redirects=False,
            timeout=(5, SECONDS),
        ) as reply,
    ):
        read = 0
        for part in reply.iter_content(8192):
            read += len(part)
            if read > MOST_ANSWER:
                break
            if monotonic() - began > SECONDS:
                raise requests.Timeout
        return reply.status_code


def _leads_inside(url: str) -> bool:
    """Whether any address of the host belongs to a closed network, however it is written."""
    parts = urlsplit(url)
    found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    return any(_is_closed(str(address[4][0])) for address in found)


def _is_closed(text: str) -> bool:
    found = ip_address(text.partition("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return not found.is_global or found.is_multicast or any(found in net for net in _CLOSED)
