"""Whether a page may show a form in a frame, by the form's settings, and what is wrong otherwise.

Nothing is fetched: the page itself is not looked at.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode, urlsplit

from pydantic_core import PydanticCustomError

from recommender.agency.sites import site


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the settings say of a page's address.

    `why` is ok, unreadable, insecure (http, which no form is shown on), none (no sites at all),
    scheme, www, port (a site that differs in this alone, `near`) or other. `offer` is the site
    that would have to be added; empty where nothing is to be added.
    """

    why: str
    origin: str = ""
    near: str = ""
    offer: str = ""


def verdict(sites: Sequence[str], address: str) -> Verdict:
    """Whether the page at this address may show the form."""
    origin = origin_of(address)
    if not origin:
        return Verdict("unreadable")
    if origin in sites:
        return Verdict("ok", origin)
    allowed = origin if _may_be(origin) else origin.replace("http://", "https://", 1)
    offer = allowed if _may_be(allowed) and allowed not in sites else ""
    why, near = _nearest(sites, origin)
    if allowed != origin:
        return Verdict("insecure", origin, near if why == "scheme" else "", offer)
    return Verdict(why if sites else "none", origin, near, offer)


def origin_of(address: str) -> str:
    """The origin of an address as a browser names it; empty for what is no address of a page."""
    text = address.strip()
    if not re.match(r"https?://", text, re.IGNORECASE):
        text = f"https://{text}" if "." in text and "://" not in text and " " not in text else ""
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").rstrip(".").encode("idna").decode(), parts.port
    except ValueError:
        return ""
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    origin = f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")
    return origin if _may_be(origin.replace("http://", "https://", 1)) else ""


def _may_be(origin: str) -> bool:
    """Whether this can be among a form's sites."""
    try:
        return site(origin) == origin
    except PydanticCustomError:
        return False


def _nearest(sites: Sequence[str], origin: str) -> tuple[str, str]:
    """What the nearest of the sites differs in, and that site."""
    by_difference = {_difference(one, origin): one for one in reversed(sites)}
    for why in ("scheme", "port", "www"):
        if why in by_difference:
            return why, by_difference[why]
    return "other", ""


def _difference(one: str, origin: str) -> str:
    """What two origins that are not the same differ in."""
    scheme, host, port = _cut(one)
    other_scheme, other_host, other_port = _cut(origin)
    if host == other_host:
        return "scheme" if scheme != other_scheme else "port"
    bare = host.removeprefix("www.") == other_host.removeprefix("www.")
    return "www" if bare and (scheme, port) == (other_scheme, other_port) else "other"


def _cut(origin: str) -> tuple[str, str, int | None]:
    parts = urlsplit(origin)
    return parts.scheme, parts.hostname or "", parts.port


def snippet(address: str, title: str, lang: str, ref: str = "") -> str:
    """What an agency puts into its page to show the form there; `address` is the form's own."""
    host = address.rpartition("/f/")[0]
    said = {"embed": "1"} | ({"lang": lang} if lang else {}) | ({"ref": ref} if ref else {})
    return (
        f'<iframe data-rc src="{escape(f"{address}?{urlencode(said)}")}" title="{escape(title)}" '
        'loading="lazy" width="100%" height="900" style="border:0;color-scheme:light dark">'
        f'</iframe>\n<script src="{escape(host)}/embed.js" defer></script>'
    )
