"""What the environment may set, read once at start, every problem at once."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkstemp
from urllib.parse import urlsplit

from recommender.errors import RecommenderError, Text, filled
from recommender.logs import KINDS
from recommender.settings_mail import MailSettings, mail_settings
from recommender.settings_messages import MESSAGES

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
DATABASE = "sqlite:///var/recommender.db"
LEAST_SECRET = 32
SECRET_FILE = Path("var/secret")
"""Where the key of an installation for one machine is kept if the environment names none."""

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
    `log` is a kind of `recommender.logs`; `metrics` has `/metrics` served. `redis` is where
    limits are counted for all servers; empty counts in each process. Without `mail` none is sent.
    """

    hosts: tuple[str, ...] = LOOPBACK
    database_url: str = DATABASE
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    proxies: int = 0
    hooks_anywhere: bool = False
    log: str = "text"
    metrics: bool = False
    redis: str = field(default="", repr=False)
    mail: MailSettings | None = None

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
        made = checked(environ, host)
        return made if made.secret_key else replace(made, secret_key=_kept_secret(secret_file))


def checked(environ: Mapping[str, str], host: str = "127.0.0.1") -> Settings:
    """The settings that hold, without a key where one would be made; raises SettingsError."""
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
    mail = mailing(environ, problems)
    log = log_kind(environ, problems)
    metrics = _choice(environ, "RECOMMENDER_METRICS", ("no", "yes"), "metrics", problems) == "yes"
    if metrics and find_spec("prometheus_client") is None:
        problems.append(MESSAGES["no_metrics"])
    redis = _redis(environ, problems)
    if problems:
        raise SettingsError(tuple(problems))
    return Settings(hosts, database, given, int(proxies), anywhere, log, metrics, redis, mail)


def database_url(environ: Mapping[str, str]) -> str:
    """The address of the database; raises SettingsError."""
    problems: list[Text] = []
    url = _database(environ, problems)
    if problems:
        raise SettingsError(tuple(problems))
    return url


def hooks_anywhere(environ: Mapping[str, str], problems: list[Text]) -> bool:
    """Whether RECOMMENDER_HOOKS_ANYWHERE is yes; anything but yes or no is a problem."""
    return _choice(environ, "RECOMMENDER_HOOKS_ANYWHERE", ("no", "yes"), "hooks", problems) == "yes"


def mailing(environ: Mapping[str, str], problems: list[Text]) -> MailSettings | None:
    """How mail is sent, if it is; its links lead to this installation's address."""
    return mail_settings(environ, _address(environ, problems), problems)


def log_kind(environ: Mapping[str, str], problems: list[Text]) -> str:
    """How a process logs: one of `recommender.logs.KINDS`."""
    return _choice(environ, "RECOMMENDER_LOG", KINDS, "log", problems)


def address(environ: Mapping[str, str]) -> str:
    """Where people reach this installation, for links that are sent to them.

    RECOMMENDER_ADDRESS, else the first of RECOMMENDER_HOSTS, else this machine's port 5000.
    Raises SettingsError.
    """
    problems: list[Text] = []
    found = _address(environ, problems)
    if problems:
        raise SettingsError(tuple(problems))
    return found


def _address(environ: Mapping[str, str], problems: list[Text]) -> str:
    given = environ.get("RECOMMENDER_ADDRESS", "").rstrip("/")
    if given:
        scheme, between, host = given.partition("://")
        if scheme not in ("http", "https") or not between or set(host) & set("/?#@ ") or not host:
            problems.append(MESSAGES["address"])
        return given
    named = [host for host in _hosts(environ) if not host.startswith(".")]
    return f"https://{named[0]}" if named else "http://localhost:5000"


def _choice(
    environ: Mapping[str, str],
    name: str,
    choices: tuple[str, ...],
    key: str,
    problems: list[Text],
) -> str:
    """What the environment chooses, the first where it says nothing; `key` tells of another."""
    said = environ.get(name, "") or choices[0]
    if said not in choices:
        problems.append(MESSAGES[key])
    return said


def _hosts(environ: Mapping[str, str]) -> tuple[str, ...]:
    names = environ.get("RECOMMENDER_HOSTS", "").split(",")
    return tuple(name.strip() for name in names if name.strip())


def _database(environ: Mapping[str, str], problems: list[Text]) -> str:
    url = environ.get("DATABASE_URL", "") or DATABASE
    if not re.match(r"sqlite:///.|postgres(ql)?(\+\w+)?://.", url):
        problems.append(MESSAGES["database"])
    if url.startswith("postgres") and find_spec("psycopg") is None:
        problems.append(MESSAGES["driver"])
    return url


def _redis(environ: Mapping[str, str], problems: list[Text]) -> str:
    url = environ.get("RECOMMENDER_REDIS", "")
    if url and not _is_redis(url):
        problems.append(MESSAGES["redis"])
    elif url and not (find_spec("limits") and find_spec("redis")):
        problems.append(MESSAGES["no_redis"])
    return url


def _is_redis(url: str) -> bool:
    try:
        parts = urlsplit(url)
        there = parts.path if parts.scheme == "unix" else parts.hostname and parts.port != 0
        return parts.scheme in ("redis", "rediss", "unix") and bool(there)
    except ValueError:
        return False


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
