"""How often something may be done, by windows of time: counted in this process or in Redis."""

import hmac
import logging
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Any

MOST_KNOWN = 20_000
"""So many are told apart in one window; who comes after them shares a count with a few others.

With whom, nobody can choose: it hangs on a secret that Python makes at each start.
"""

SECONDS = 600

PAUSE = 10
"""So many seconds a Redis that failed is left alone; meanwhile each process counts by itself."""

PATIENCE = 0.5
"""So many seconds Redis may take to answer: whoever presses a button waits for it."""

_BYTES = ("utf-8", "surrogatepass")  # whatever stands in a field of a form

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """How often something may still be done, and in how many seconds counting begins anew.

    `wait` is 0 if it may be done now, else the seconds until it may.
    """

    left: int
    reset: int
    wait: int


class Shared:
    """Counts in a Redis for all processes that use it; where that is away, each counts for itself.

    Of who did something Redis gets a code that needs `secret`, and keeps it for one window.
    """

    def __init__(self, url: str, secret: str):
        # They take as long to import as Flask, and most installations never need them.
        from limits.storage import RedisStorage
        from redis import ConnectionPool, RedisError
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        pool = ConnectionPool.from_url(
            url,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 1),  # a connection may have ended since it was last used
        )
        self._storage = RedisStorage(url, pool, key_prefix="recommender")
        self._failures = (RedisError, OSError)
        self._secret = secret.encode()
        self._failed = 0.0

    def count(self, what: str, who: str, number: int, seconds: int, now: datetime) -> int | None:
        """Count once more in window `number`; None while Redis is away."""
        if self._failed and 0 <= now.timestamp() - self._failed < PAUSE:
            return None
        code = hmac.digest(self._secret, f"{what} {who}".encode(*_BYTES), "sha256").hex()[:32]
        try:
            count = self._storage.incr(f"{what}/{code}/{number}", seconds)
        except self._failures as error:
            if not self._failed:
                why = type(error).__name__
                _log.warning("Redis is away (%s); each process counts its own limits", why)
            self._failed = now.timestamp()
            return None
        if self._failed:
            self._failed = 0.0
            _log.warning("Redis is there again and counts the limits")
        return count


@dataclass
class Window:
    """Counts who did something how often in the present window of time; then all begin anew.

    `what` tells it from other windows in what they share.
    """

    most: int
    seconds: int = SECONDS
    what: str = ""
    shared: Shared | None = None
    _number: int = -1
    _counts: dict[str | int, int] = field(default_factory=dict)
    _over: set[str] = field(default_factory=set)
    _over_in: int = -1
    _lock: Lock = field(default_factory=Lock)

    def wait(self, who: str, now: datetime) -> int:
        """Count once more; 0 if that is allowed, else the seconds until it will be."""
        return self.turn(who, now).wait

    def turn(self, who: str, now: datetime) -> Turn:
        """Count once more, and tell how much is left."""
        number, passed = divmod(int(now.timestamp()), self.seconds)
        found = self.shared and self.shared.count(self.what, who, number, self.seconds, now)
        count = found or self._count(who, number)
        reset = self.seconds - passed
        if count <= self.most:
            return Turn(self.most - count, reset, 0)
        self._remember(who, number)
        return Turn(0, reset, reset)

    def refused(self, who: str, now: datetime) -> bool:
        """Whether this process has refused it in the present window already; nobody is asked."""
        return self._over_in == int(now.timestamp()) // self.seconds and who in self._over

    def _remember(self, who: str, number: int) -> None:
        with self._lock:
            if number != self._over_in or len(self._over) >= MOST_KNOWN:
                self._over_in, self._over = number, set()
            self._over.add(who)

    def _count(self, who: str, number: int) -> int:
        """How often in this process."""
        with self._lock:
            if number != self._number:
                self._number = number
                self._counts.clear()
            known = who in self._counts or len(self._counts) < MOST_KNOWN
            name = who if known else hash(who) % MOST_KNOWN
            count = self._counts[name] = self._counts.get(name, 0) + 1
        return count


@dataclass
class Sends:
    """The limits of presses of "send": from one address, and of one form from all addresses.

    People of one office or one mobile network share an address, so it may do more than one
    person would.
    """

    address: Window
    form: Window

    def wait(self, form: str, address: str | None, now: datetime) -> int:
        """Count a press; 0 if it may go on, else the seconds to wait."""
        return self.address.wait(network(address), now) or self.form.wait(form, now)


@dataclass
class SignIns:
    """The limits of tries to sign in: as one member, and from one address as anybody."""

    member: Window
    address: Window

    def wait(self, email: str, address: str | None, now: datetime) -> int:
        """Count a try; 0 if it may go on, else the seconds to wait."""
        return self.address.wait(network(address), now) or self.member.wait(email, now)


def limits(url: str = "", secret: str = "") -> dict[str, Any]:  # nosec B107 - none without a url
    """What a server limits, by its name: counted in the Redis at `url`, else in this process."""
    shared = Shared(url, secret) if url else None

    def window(what: str, most: int, seconds: int = SECONDS) -> Window:
        return Window(most, seconds, what, shared)

    return {
        "sends": Sends(window("sends-from", 120), window("sends-to", 1200)),
        "sign_ins": SignIns(window("sign-ins-as", 10), window("sign-ins-from", 60)),
        "forgotten": SignIns(window("forgotten-by", 3), window("forgotten-from", 20)),
        "calls": window("calls", 600, 60),
    }


def network(address: str | None) -> str:
    """Who an address stands for: itself, or the network of an IPv6 address, which has many."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and not found.ipv4_mapped:
        return str(IPv6Address(int(found) >> 64 << 64))
    return str(getattr(found, "ipv4_mapped", None) or found)
