"""Every format in which a recommendation is written: a table from its name to a function.

A function imports what it needs only when it is called, so that no format waits for another's.
"""

from collections.abc import Callable, Mapping

from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook

READERS = ("client", "strategist")
"""Who a report is for, the default first."""

Format = Callable[[Rulebook, Answers, str, str], bytes]
"""Complete answers, a language and a reader to a file's bytes. Raises FormatError."""


def _text(rulebook: Rulebook, answers: Answers, lang: str, reader: str) -> bytes:
    from recommender.render.text import text

    return text(rulebook, answers, lang).encode()


def _json(rulebook: Rulebook, answers: Answers, lang: str, reader: str) -> bytes:
    from recommender.render.document import canonical, document

    return canonical(document(rulebook, answers)) + b"\n"


def _markdown(rulebook: Rulebook, answers: Answers, lang: str, reader: str) -> bytes:
    from recommender.render.markdown import markdown

    return markdown(rulebook, answers, lang, reader).encode()


def _html(rulebook: Rulebook, answers: Answers, lang: str, reader: str) -> bytes:
    from recommender.render.html import html

    return html(rulebook, answers, lang, reader).encode()


def _pdf(rulebook: Rulebook, answers: Answers, lang: str, reader: str) -> bytes:
    from recommender.render.pdf import pdf

    return pdf(rulebook, answers, lang, reader)


FORMATS: Mapping[str, Format] = {
    "text": _text,
    "json": _json,
    "markdown": _markdown,
    "html": _html,
    "pdf": _pdf,
}
