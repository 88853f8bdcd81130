"""What can be wrong with an input, told to its author: all problems at once."""

from collections.abc import Mapping
from dataclasses import dataclass

Text = Mapping[str, str]
"""The same words in every language of the product: `{"en": …, "id": …}`."""


def shown(value: object, lang: str, most: int = 60) -> str:
    """A value from outside as it may stand in a message: printable, and at most so many letters.

    A value that is itself a text is taken in that language.
    """
    text = str(value[lang] if isinstance(value, Mapping) else value)
    text = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
    return text if len(text) <= most else text[: most - 1] + "…"


def filled(message: Text, most: int = 60, /, **values: object) -> Text:
    """A message in every language with its braces filled in by values from outside."""
    return {
        lang: sentence.format(**{name: shown(value, lang, most) for name, value in values.items()})
        for lang, sentence in message.items()
    }


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with answers: the question (or unknown key), a stable code, and words.

    `question` is None where the problem is not about one question, such as answers that are
    no object at all. The codes are part of the public interface: `required`, `choice`,
    `repeated`, `too_many`, `none_with_option`, `no_none`, `type`, `unknown_question`, `object`.
    """

    question: str | None
    code: str
    message: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a rules folder: where (line from 1), what, and what to do.

    A folder with nothing but warnings can be used.
    """

    file: str
    line: int
    message: Text
    warning: bool = False

    def text(self, lang: str) -> str:
        said = f"{_WARNING[lang]}: " if self.warning else ""
        return f"{self.file}:{self.line}: {said}{self.message[lang]}"


_WARNING: Text = {"en": "warning", "id": "peringatan"}


class RecommenderError(Exception):
    """Anything this package refuses; always its author's input, never a fault of the program."""


class AnswersError(RecommenderError):
    """Answers that cannot be used; `problems` holds every one of them, in questionnaire order."""

    def __init__(self, problems: tuple[Problem, ...]):
        super().__init__("; ".join(f"{p.question}: {p.message['en']}" for p in problems))
        self.problems = problems


class CodeError(RecommenderError):
    """A result code that is incomplete, mistyped or of no known layout."""


class RulebookError(RecommenderError):
    """A rules folder that cannot be used; `findings` holds every problem, by file and line."""

    def __init__(self, findings: tuple[Finding, ...]):
        super().__init__("\n".join(f.text("en") for f in findings))
        self.findings = findings


class StoreError(RecommenderError):
    """The database cannot be used now; `message` says why and what to do. Nothing was stored."""

    def __init__(self, message: Text):
        super().__init__(message["en"])
        self.message = message


class FormatError(RecommenderError):
    """A format that this installation cannot write; `message` says what to do."""

    def __init__(self, message: Text):
        super().__init__(message["en"])
        self.message = message
