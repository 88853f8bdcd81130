"""What the environment may set, read once at start, every problem at once."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkstemp

from recommender.errors import RecommenderError, Text, filled

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
DATABASE = "sqlite:///var/recommender.db"
LEAST_SECRET = 32
SECRET_FILE = Path("var/secret")
"""Where the key of an installation for one machine is kept if the environment names none."""

MESSAGES: dict[str, Text] = {
    "missing": {
        "en": "SECRET_KEY is missing; set it to at least {least} random characters ({how})",
        "id": "SECRET_KEY belum ada; isi dengan sedikitnya {least} karakter acak ({how})",
    },
    "short": {
        "en": "SECRET_KEY is too short or too regular to be a secret; set it to at least {least} "
        "random characters ({how})",
        "id": "SECRET_KEY terlalu pendek atau terlalu teratur untuk menjadi rahasia; isi dengan "
        "sedikitnya {least} karakter acak ({how})",
    },
    "example": {
        "en": "SECRET_KEY is an example that others know; set it to at least {least} random "
        "characters ({how})",
        "id": "SECRET_KEY adalah contoh yang diketahui orang lain; isi dengan sedikitnya {least} "
        "karakter acak ({how})",
    },
    "driver": {
        "en": "DATABASE_URL names PostgreSQL, whose driver is not installed; install "
        "recommender[postgres]",
        "id": "DATABASE_URL menunjuk PostgreSQL, tetapi penggeraknya belum terpasang; pasang "
        "recommender[postgres]",
    },
    "proxies": {
        "en": "RECOMMENDER_PROXIES must be a whole number from 0 to 9: how many proxies of yours "
        "stand in front of the server",
        "id": "RECOMMENDER_PROXIES harus bilangan bulat 0 sampai 9: berapa proxy Anda yang berdiri "
        "di depan server",
    },
    "hooks": {
        "en": "RECOMMENDER_HOOKS_ANYWHERE must be yes or no: whether endpoints of agencies may be "
        "plain http, on any port and in this machine's own network",
        "id": "RECOMMENDER_HOOKS_ANYWHERE harus yes atau no: apakah endpoint agensi boleh memakai "
        "http biasa, port mana pun, dan jaringan milik komputer ini",
    },
    "address": {
        "en": "RECOMMENDER_ADDRESS must be the public address of this installation without a path, "
        "such as https://forms.example",
        "id": "RECOMMENDER_ADDRESS harus alamat publik instalasi ini tanpa jalur, misalnya "
        "https://forms.example",
    },
}
HOW = 'python -c "import secrets; print(secrets.token_urlsafe(48))"'
_EXAMPLES = (
    *("change", "example", "secret", "password", "default"),
    *("insecure", "your-", "your_", "12345"),
)


class SettingsError(RecommenderError):
    """An environment that cannot be used; `problems` holds all that is wrong with it."""

    def __init__(self, problems: tuple[Text, ...]):
        super().__init__("\n".join(problem["en"] for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """How an installation runs. `hosts` are the names under which it may be asked; () is any.

    `secret_key` signs what visitors carry; without one, what was signed ends with the process.
    `proxies` tells how many proxies before the server may be believed about who asks.
    `hooks_anywhere` lets endpoints be plain http, on any port and in closed networks.
    """

    hosts: tuple[str, ...] = LOOPBACK
    database_url: str = DATABASE
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    proxies: int = 0
    hooks_anywhere: bool = False

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str], host: str = "127.0.0.1", secret_file: Path = SECRET_FILE
    ) -> "Settings":
        """Settings for a server that listens on `host`; raises SettingsError.

        RECOMMENDER_HOSTS names the hosts (comma-separated; a leading dot takes subdomains too).
        Without it a server on a loopback address answers to loopback names only, any other to
        every name: its pages hold no address of their own, so a false name leads nowhere.
        SECRET_KEY may be left out only there: then a random one is kept in `secret_file`.
        """
        local = host in ("127.0.0.1", "localhost", "::1")
        problems: list[Text] = []
        hosts = _hosts(environ) or (LOOPBACK if local else ())
        database = _database(environ, problems)
        given = environ.get("SECRET_KEY", "")
        if key := _wrong_secret(given, may_miss=local and not _hosts(environ)):
            problems.append(filled(MESSAGES[key], 100, least=LEAST_SECRET, how=HOW))
        proxies = environ.get("RECOMMENDER_PROXIES", "") or "0"
        if proxies not in "0123456789":
            problems.append(MESSAGES["proxies"])
        anywhere = hooks_anywhere(environ, problems)
        if problems:
            raise SettingsError(tuple(problems))
        secret = given or _kept_secret(secret_file)
        return cls(hosts, database, secret, int(proxies), anywhere)


def database_url(environ: Mapping[str, str]) -> str:
    """The address of the database; raises SettingsError."""
    problems: list[Text] = []
    url = _database(environ, problems)
    if problems:
        raise SettingsError(tuple(problems))
    return url


def hooks_anywhere(environ: Mapping[str, str], problems: list[Text]) -> bool:
    """Whether RECOMMENDER_HOOKS_ANYWHERE is yes; anything but yes or no is a problem."""
    said = environ.get("RECOMMENDER_HOOKS_ANYWHERE", "") or "no"
    if said not in ("yes", "no"):
        problems.append(MESSAGES["hooks"])
    return said == "yes"


def address(environ: Mapping[str, str]) -> str:
    """Where people reach this installation, for links that are sent to them.

    RECOMMENDER_ADDRESS, else the first of RECOMMENDER_HOSTS, else this machine's port 5000.
    Raises SettingsError.
    """
    given = environ.get("RECOMMENDER_ADDRESS", "").rstrip("/")
    if given:
        scheme, between, host = given.partition("://")
        if scheme not in ("http", "https") or not between or set(host) & set("/?#@ ") or not host:
            raise SettingsError((MESSAGES["address"],))
        return given
    named = [host for host in _hosts(environ) if not host.startswith(".")]
    return f"https://{named[0]}" if named else "http://localhost:5000"


def _hosts(environ: Mapping[str, str]) -> tuple[str, ...]:
    names = environ.get("RECOMMENDER_HOSTS", "").split(",")
    return tuple(name.strip() for name in names if name.strip())


def _database(environ: Mapping[str, str], problems: list[Text]) -> str:
    url = environ.get("DATABASE_URL", "") or DATABASE
    if url.startswith("postgres") and find_spec("psycopg") is None:
        problems.append(MESSAGES["driver"])
    return url


def _wrong_secret(given: str, *, may_miss: bool) -> str | None:
    """The key of what is wrong with a secret; None if nothing is."""
    if not given:
        return None if may_miss else "missing"
    if any(word in given.lower() for word in _EXAMPLES):
        return "example"
    return "short" if len(given) < LEAST_SECRET or len({*given}) < LEAST_SECRET // 4 else None


def _kept_secret(file: Path) -> str:
    """The key in the file, which is made if there is none; where none can be, a passing one."""
    try:
        if not file.exists():
            _keep(file, secrets.token_urlsafe(48))
        file.chmod(0o600)
        kept = file.read_text("ascii").strip()
    except (OSError, ValueError):
        kept = ""
    return kept if len(kept) >= LEAST_SECRET else secrets.token_urlsafe(48)


def _keep(file: Path, secret: str) -> None:
    """Write the file whole and readable by its owner alone, if no other process was first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = mkstemp(dir=file.parent)
    with os.fdopen(handle, "w") as target:
        target.write(f"{secret}\n")
    try:
        os.link(name, file)
    except FileExistsError:
        pass
    finally:
        os.unlink(name)


DEFAULT = Settings()
"""What holds where the environment says nothing: loopback names only."""
