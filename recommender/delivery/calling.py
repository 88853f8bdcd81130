"""A request to an address that somebody else chose: no way into our own network, never for long."""

import re
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

import requests
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.exceptions import HTTPError

from recommender.delivery import ending
from recommender.delivery.ending import SECONDS, is_closed

CONNECT_SECONDS = 5
MOST_ANSWER = 64 * 1024
MOST_URL = 2000

# A name with a dot in it whose last part is no number: those that are written as numbers in one
# of many ways lead to addresses.
_LABEL = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)"
_NAME = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z]){_LABEL}", re.IGNORECASE)

_config = Config(
    ip_filter_enable=True,
    ip_filter_allow_loopback_ips=False,
    never_redirect=True,
    default_timeout=(CONNECT_SECONDS, SECONDS),
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


def call(url: str, body: bytes, headers: Mapping[str, str], allowed: Allowed = NOTHING) -> Reply:
    """POST once. Redirects are not followed, closed networks not reached, long answers cut off."""
    began = monotonic()
    if wrong := refused(url, allowed):
        return Reply(None, wrong, 0)
    try:
        if not allowed.insecure and _leads_inside(url):
            return Reply(None, "hook_closed", monotonic() - began)
        status = _post(url, body, headers, allowed)
    except (InvalidIPAddress, ending.Closed):
        return Reply(None, "hook_closed", monotonic() - began)
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        took = monotonic() - began
        return Reply(None, _why(error, took), took)
    return Reply(status, None if 200 <= status < 300 else "hook_status", monotonic() - began)


def _why(error: Exception, took: float) -> str:
    """The key of why nothing came back."""
    if isinstance(error, requests.Timeout) or took >= ending.SECONDS:
        return "hook_slow"
    return "hook_tls" if isinstance(error, requests.exceptions.SSLError) else "hook_away"


def _post(url: str, body: bytes, headers: Mapping[str, str], allowed: Allowed) -> int:
    session = requests.Session() if allowed.insecure else HTTPSession(_config)
    session.trust_env = False  # no proxy, and no password file, of this machine
    for adapter in session.adapters.values():
        pools = ending.ANYWHERE if allowed.insecure else ending.OUTSIDE
        adapter.poolmanager.pool_classes_by_scheme = pools  # type: ignore[union-attr]
    with (
        session,
        session.post(
            url,
            data=body,
            headers=dict(headers),
            stream=True,
            allow_redirects=False,
            timeout=(CONNECT_SECONDS, SECONDS),
        ) as reply,
    ):
        # The status is all that counts; some receivers stop working when nobody listens.
        with suppress(HTTPError, OSError):
            reply.raw.read(MOST_ANSWER, decode_content=False)
        return reply.status_code


def _leads_inside(url: str) -> bool:
    """Whether any address of the host belongs to a closed network, however it is written."""
    parts = urlsplit(url)
    found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    return any(is_closed(str(address[4][0])) for address in found)
