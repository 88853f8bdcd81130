"""Text that people write, wherever it comes from: one line or several, and addresses."""

import re
import unicodedata

_KINDS = ("Cc", "Cs", "Zl", "Zp")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Letters that turn the direction of what follows, and so can make it read as something else."""

EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
)

MOST_TEXT, MOST_HIDDEN, MOST_EMAIL = 500, 200, 254


def written(raw: str, *, lines: bool = False) -> str | None:
    """The text composed (NFC), without space around it; None if it holds what nobody writes.

    That is control letters, halves of letters, and letters that turn the direction of text.
    With `lines` it may have several lines.
    """
    text = raw.replace("\r\n", "\n") if lines else raw
    kept = {"\n"} if lines else set()
    if any(
        letter not in kept and (letter in _TURNING or unicodedata.category(letter) in _KINDS)
        for letter in text
    ):
        return None
    return unicodedata.normalize("NFC", text).strip()


def is_email(text: str) -> bool:
    """Whether mail can be sent there, as far as its form tells."""
    return len(text) <= MOST_EMAIL and bool(EMAIL.fullmatch(text))
