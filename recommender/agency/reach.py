"""How people reach the agency about their data: a mail address, a page or a telephone number."""

import re
from urllib.parse import quote

from recommender.agency.brand import said
from recommender.agency.sites import HOST, PORT
from recommender.agency.written import is_email

_PAGE = re.compile(rf"https://{HOST}{PORT}(?:[/?#][!#-;=?-~]*)?", re.IGNORECASE)
_PHONE = re.compile(r"[+(]?\d[\d ().-]{4,28}\d")


def contact_address(value: str) -> str:
    """An address as it is shown to people; an error for what nobody can be reached by."""
    if not (is_email(value) or _PAGE.fullmatch(value) or _PHONE.fullmatch(value)):
        raise said("contact_address")
    return value


def target(value: str) -> str:
    """Where a link with this contact address leads."""
    if value.lower().startswith("https://"):
        return value
    if "@" in value:
        return f"mailto:{quote(value, safe='@')}"
    return "tel:" + re.sub(r"[^\d+]", "", value)
