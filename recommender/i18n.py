"""The words of the interface, in the language of whoever reads them."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from string import Formatter

import yaml

from recommender.errors import Text
from recommender.resources import translations

LANGUAGES = ("id", "en")
"""The languages of the product, the default first."""


class Words:
    """Interface sentences of one language, by key."""

    def __init__(self, sentences: Mapping[str, Text], lang: str):
        self._sentences = sentences
        self.lang = lang

    def __call__(self, key: str, **filled: object) -> str:
        """The sentence with its braces filled in."""
        return self._sentences[key][self.lang].format(**filled)

    def count(self, key: str, n: int) -> str:
        """The sentence for a number, in its singular form where there is one."""
        return self(f"{key}_one" if abs(n) == 1 else key, n=number(n))

    def parts(self, key: str) -> list[tuple[str, str | None]]:
        """A sentence cut at its braces: words, then a brace's name, so that markup can fill it."""
        cut = Formatter().parse(self._sentences[key][self.lang])
        return [(text, name) for text, name, *_ in cut]

    def date(self, day: date) -> str:
        """A day as it is written: “24 November 2026”."""
        months = self("months").split()
        return f"{day.day} {months[day.month - 1]} {day.year}"

    def listed(self, items: list[str], link: str = "and") -> str:
        """Items as they are listed in a sentence: “a, b and c”, “a, b, dan c”, “a, b, or c”."""
        if len(items) < 2:
            return "".join(items)
        # Phrases such as “infographics or carousels” have an “or” of their own.
        comma = "," if len(items) > 2 and (self.lang == "id" or link == "or") else ""
        return f"{', '.join(items[:-1])}{comma} {self(link)} {items[-1]}"


def number(n: int) -> str:
    """A whole number with a true minus sign, which is read aloud and never broken off."""
    return str(n).replace("-", "\N{MINUS SIGN}")


def signed(n: int) -> str:
    """Points that are added or taken away: “+6”, “−3”, “0”."""
    return f"+{n}" if n > 0 else number(n)


@cache
def words(lang: str) -> Words:
    """The interface in one of the LANGUAGES."""
    return Words(_sentences(), lang)


@cache
def _sentences() -> Mapping[str, Text]:
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    sentences: dict[str, Text] = {}
    for file in translations():
        content = file.read_bytes()
        sentences |= yaml.load(content, Loader=loader)  # nosec B506 - it makes nothing but texts
    return sentences
