"""The sites that may show a form in a frame, each as an exact origin."""

import re

from recommender.agency.brand import said

HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
PORT = r"(?::[1-9]\d{0,4})?"
_ORIGIN = re.compile(rf"https://{HOST}{PORT}|http://(?:localhost|127\.0\.0\.1){PORT}")
_USUAL = {"https": ":443", "http": ":80"}


def site(value: str) -> str:
    """An origin as browsers name it; else an error that offers what was probably meant."""
    if not _is_origin(value):
        meant = _meant(value)
        raise said("site", offer=meant) if meant else said("no_site")
    return value


def _is_origin(value: str) -> bool:
    scheme = value.partition(":")[0]
    return (
        len(value) <= 200
        and bool(_ORIGIN.fullmatch(value))
        and not value.endswith(_USUAL[scheme])
        and int(value.rpartition(":")[2] if re.search(r":\d+$", value) else 0) < 65536
    )


def _meant(value: str) -> str:
    """The origin of an address, or of a bare host name; empty where there is none."""
    scheme, _, rest = value.lower().strip().rpartition("://")
    host = re.split(r"[/?#]", rest)[0]
    local = re.fullmatch(rf"(localhost|127\.0\.0\.1){PORT}", host)
    scheme = "http" if local and scheme in ("", "http") else "https"
    offered = f"{scheme}://{host.removesuffix(_USUAL[scheme])}"
    return offered if _is_origin(offered) and ("." in host or local) else ""
