"""How often something may be done: counted in this process alone, by windows of time."""

from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from threading import Lock

MOST_KNOWN = 20_000
"""So many are told apart in one window; whoever comes after them shares one count."""

SECONDS = 600


@dataclass(frozen=True, slots=True)
class Turn:
    """How often something may still be done, and in how many seconds counting begins anew.

    `wait` is 0 if it may be done now, else the seconds until it may.
    """

    left: int
    reset: int
    wait: int


@dataclass
class Window:
    """Counts who did something how often in the present window of time; then all begin anew."""

    most: int
    seconds: int = SECONDS
    _number: int = -1
    _counts: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, who: str, now: datetime) -> int:
        """Count once more; 0 if that is allowed, else the seconds until it will be."""
        return self.turn(who, now).wait

    def turn(self, who: str, now: datetime) -> Turn:
        """Count once more, and tell how much is left."""
        number, passed = divmod(int(now.timestamp()), self.seconds)
        with self._lock:
            if number != self._number:
                self._number = number
                self._counts.clear()
            known = who in self._counts or len(self._counts) < MOST_KNOWN
            name = who if known else ""
            count = self._counts[name] = self._counts.get(name, 0) + 1
        reset = self.seconds - passed
        return Turn(max(0, self.most - count), reset, reset if count > self.most else 0)


@dataclass
class Sends:
    """The limits of presses of "send": from one address, and of one form from all addresses.

    People of one office or one mobile network share an address, so it may do more than one
    person would.
    """

    address: Window = field(default_factory=lambda: Window(120))
    form: Window = field(default_factory=lambda: Window(1200))

    def wait(self, form: str, address: str | None, now: datetime) -> int:
        """Count a press; 0 if it may go on, else the seconds to wait."""
        return self.address.wait(network(address), now) or self.form.wait(form, now)


@dataclass
class SignIns:
    """The limits of tries to sign in: as one member, and from one address as anybody."""

    member: Window = field(default_factory=lambda: Window(10))
    address: Window = field(default_factory=lambda: Window(60))

    def wait(self, email: str, address: str | None, now: datetime) -> int:
        """Count a try; 0 if it may go on, else the seconds to wait."""
        return self.address.wait(network(address), now) or self.member.wait(email, now)


def network(address: str | None) -> str:
    """Who an address stands for: itself, or the network of an IPv6 address, which has many."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and not found.ipv4_mapped:
        return str(IPv6Address(int(found) >> 64 << 64))
    return str(getattr(found, "ipv4_mapped", None) or found)
