"""By which words a submission is found: those of a name, an address, a reference, a code."""

import re
import unicodedata

MOST_WORDS = 24
"""Of one submission so many are kept, the first ones."""
MOST_LETTERS = 64

_WORD = re.compile(r"\w+")


def words_of(*said: str | None) -> list[str]:
    """The words in these texts as they are kept and looked for: each once, in small letters.

    Accents do not count ("Café" is found by "cafe"), and an email address is there in whole as
    well as by its parts.
    """
    found: dict[str, None] = {}
    for text in filter(None, said):
        plain = _plain(text)
        if "@" in plain and " " not in plain:
            found[plain[:MOST_LETTERS]] = None
        for word in _WORD.findall(plain):
            found[word[:MOST_LETTERS]] = None
    return list(found)[:MOST_WORDS]


def looked_for(query: str) -> list[str]:
    """The words of a search; an email address counts as one."""
    return [
        word
        for part in _plain(query).split()
        for word in ([part[:MOST_LETTERS]] if "@" in part else words_of(part))
    ]


def _plain(text: str) -> str:
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parted if not unicodedata.combining(letter))
