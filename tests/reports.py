"""Reports for tests: the published cases in every language for every reader, and hostile texts."""

import re
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from profiles import shipped_rulebook
from results import rule, with_rules

from recommender import resources
from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.i18n import LANGUAGES
from recommender.render.formats import READERS
from recommender.rulebook.cases import read_cases

CASES = resources.cases()
HOSTILE = (
    '#read("/etc/passwd") *bold* _em_ `code` $x$ <script>alert(1)</script> [a](http://evil.test) '
    "![i](x) https://evil.test www.evil.test &amp; \\ ~~gone~~ | {{ 7*7 }} {% raw %} @preview"
)
"""Marks of every language that a report passes through."""


class Kind(NamedTuple):
    """A language and a reader."""

    lang: str
    reader: str


KINDS = [Kind(lang, reader) for lang in LANGUAGES for reader in READERS]


@cache
def cases() -> dict[str, Answers]:
    """The answers of the published cases, and of the example."""
    book = shipped_rulebook()
    found = {c.id: c.answers for c in read_cases(book, CASES.name, CASES.read_bytes())}
    return found | {"example": Answers(book.example.answers)}


def saying(rulebook: Rulebook, words: str) -> Rulebook:
    """A rulebook whose reasons and first platform say these words."""
    said = {"en": words, "id": words}
    rules = [
        replace(rule("a", effects={"media_sharing": 20}), reason={"en": "Good.", "id": "Bagus."}),
        replace(rule("b", effects={"media_sharing": 9, "blog": 3}), reason=said),
        replace(rule("c", effects={"media_sharing": -2}), reason=said),
        replace(rule("d", warn=("media_sharing",)), reason=said),
    ]
    platforms = {id_: replace(p, reason=said) for id_, p in rulebook.platforms.items()}
    return replace(with_rules(rulebook, *rules), platforms=platforms)


def flat(text: str) -> str:
    """A text without its spaces and line breaks, which a PDF sets as it likes."""
    return re.sub(r"\s+", "", text)


def parsed(text: str) -> list[Token]:
    """All tokens of a Markdown text, those within lines included."""
    tokens = MarkdownIt("commonmark").parse(text)
    return [one for token in tokens for one in (token, *(token.children or ()))]


def read_text(tokens: list[Token]) -> str:
    return "".join(token.content for token in tokens if token.type in ("text", "code_inline"))


def inline(text: str) -> list[str]:
    """The lines of a Markdown text as a reader sees them."""
    tokens = MarkdownIt("commonmark").parse(text)
    return [read_text(token.children or []) for token in tokens if token.type == "inline"]
