"""Where mail is handed over: what RECOMMENDER_SMTP and RECOMMENDER_MAIL_FROM say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from recommender.errors import Text

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PORTS = {"starttls": 587, "tls": 465, "plain": 25}

MESSAGES: dict[str, Text] = {
    "smtp": {
        "en": "RECOMMENDER_SMTP must be written as smtp://user:password@host:587 (STARTTLS) or "
        "smtps://user:password@host:465 (TLS); ?plain=yes at its end gives up encryption",
        "id": "RECOMMENDER_SMTP harus ditulis sebagai smtp://pengguna:sandi@host:587 (STARTTLS) "
        "atau smtps://pengguna:sandi@host:465 (TLS); ?plain=yes di akhirnya meniadakan enkripsi",
    },
    "sender": {
        "en": "RECOMMENDER_MAIL_FROM must be an address that mail comes from, such as "
        "forms@agency.example or Forms <forms@agency.example>, as RECOMMENDER_SMTP is set",
        "id": "RECOMMENDER_MAIL_FROM harus alamat pengirim email, misalnya forms@agensi.example "
        "atau Formulir <forms@agensi.example>, karena RECOMMENDER_SMTP diisi",
    },
}


@dataclass(frozen=True, slots=True)
class MailSettings:
    """A server that takes mail, and who it comes from.

    `security` is starttls, tls or plain. `address` is where links in mails lead.
    """

    host: str
    port: int
    security: str
    sender: str
    address: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def domain(self) -> str:
        """The domain that mail comes from."""
        return self.sender.rpartition("@")[2].rstrip("> ")

    @property
    def shown(self) -> str:
        """The server as it is written, without the password."""
        scheme = "smtps" if self.security == "tls" else "smtp"
        user = f"{self.user}:***@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        plain = "?plain=yes" if self.security == "plain" and self.host not in _LOOPBACK else ""
        return f"{scheme}://{user}{host}:{self.port}{plain}"


def mail_settings(
    environ: Mapping[str, str], address: str, problems: list[Text]
) -> MailSettings | None:
    """How mail is sent; None where the environment names no server, or adds to the problems."""
    url, sender = environ.get("RECOMMENDER_SMTP", ""), environ.get("RECOMMENDER_MAIL_FROM", "")
    if not url:
        return None
    if not _is_sender(sender):
        problems.append(MESSAGES["sender"])
    try:
        return _read(url, sender, address)
    except ValueError:
        problems.append(MESSAGES["smtp"])
        return None


def _read(url: str, sender: str, address: str) -> MailSettings:
    """Raises ValueError for what is no address of a server."""
    parts = urlsplit(url)
    host, asked = parts.hostname or "", parse_qs(parts.query, strict_parsing=bool(parts.query))
    plain = asked.pop("plain", ["yes" if host in _LOOPBACK else "no"])
    wrong = asked or parts.path not in ("", "/") or parts.fragment or not host or parts.port == 0
    if parts.scheme not in ("smtp", "smtps") or plain not in (["yes"], ["no"]) or wrong:
        raise ValueError
    bare = "plain" if plain == ["yes"] else "starttls"
    security = "tls" if parts.scheme == "smtps" else bare
    who = [unquote(one or "") for one in (parts.username, parts.password)]
    return MailSettings(host, parts.port or _PORTS[security], security, sender, address, *who)


def _is_sender(text: str) -> bool:
    """Whether this is one whole address, with or without a name before it."""
    if not text.isprintable():
        return False
    # They take longer to import than most commands' own code, which never sends mail.
    from email.errors import MessageError
    from email.policy import SMTP

    try:
        header = SMTP.header_factory("From", text)
        [found] = header.addresses
    except (MessageError, ValueError, IndexError):
        return False
    whole = found.username and "." in found.domain and found.addr_spec.isascii()
    return bool(whole and not header.defects and " " not in found.addr_spec)
