"""What the environment may set, read once at start, every problem at once."""

from collections.abc import Mapping
from dataclasses import dataclass

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Settings:
    """How an installation runs. `hosts` are the names under which it may be asked; () is any."""

    hosts: tuple[str, ...] = LOOPBACK

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], host: str = "127.0.0.1") -> "Settings":
        """Settings for a server that listens on `host`.

        RECOMMENDER_HOSTS names the hosts (comma-separated; a leading dot takes subdomains too).
        Without it a server on a loopback address answers to loopback names only, any other to
        every name: its pages hold no address of their own, so a false name leads nowhere.
        """
        named = tuple(
            name.strip() for name in environ.get("RECOMMENDER_HOSTS", "").split(",") if name.strip()
        )
        if named:
            return cls(named)
        return cls(LOOPBACK) if host in ("127.0.0.1", "localhost", "::1") else cls(())


DEFAULT = Settings()
"""What holds where the environment says nothing: loopback names only."""
