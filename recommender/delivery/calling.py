"""A request to an address that somebody else chose: no way into our own network, never for long."""

import socket
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from urllib.parse import urlsplit

import requests
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.exceptions import HTTPError

from recommender.delivery import ending
from recommender.delivery.addresses import NOTHING, Allowed, Reply, is_closed, refused
from recommender.delivery.ending import SECONDS

CONNECT_SECONDS = 5
MOST_ANSWER = 64 * 1024

_config = Config(
    ip_filter_enable=True,
    ip_filter_allow_loopback_ips=False,
    never_redirect=True,
    default_timeout=(CONNECT_SECONDS, SECONDS),
    user_agent_override="recommender-webhooks/1",
)


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
