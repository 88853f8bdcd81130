"""What every check of a rules folder needs: the folder's files, and names that must be known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from recommender.engine.answers import read
from recommender.engine.model import NONE, Questionnaire
from recommender.errors import AnswersError
from recommender.rulebook import files
from recommender.rulebook.extension_files import MarksFile
from recommender.rulebook.findings import Findings
from recommender.rulebook.yaml_text import line_of

MARKS = "extends"
"""What stands for a file of marks; no file of a folder can have this name."""

Conditions = Mapping[str, list[str]]


@dataclass(frozen=True)
class RulesFolder:
    """The parsed files of a folder whose form is right: name, raw data with lines, model.

    Where the folder extends other rules, these are the files of both put together.
    """

    data: Mapping[str, Any]
    forms: Mapping[str, Any]

    @property
    def marks(self) -> MarksFile:
        """Which rules are a folder's own, changed or switched off; none where it stands alone."""
        return self.forms.get(MARKS) or MarksFile()

    def rules_files(self) -> list[str]:
        return sorted(
            name for name, form in self.forms.items() if isinstance(form, files.RulesFile)
        )

    def line(self, file: str, *path: Any) -> int:
        return line_of(self.data[file], path)


def check_answers(
    asked: Questionnaire,
    file: str,
    line: int,
    raw: Any,
    findings: Findings,
    *,
    require: tuple | None,
) -> bool:
    try:
        read(asked, raw, require=require)
    except AnswersError as error:
        for problem in error.problems:
            why = {lang: f"{problem.question}: {words}" for lang, words in problem.message.items()}
            findings.add(file, line, "answers", why=why)
        return False
    return True


def check_sources(
    folder: RulesFolder, file: str, line: int, sources: list[str], findings: Findings
) -> None:
    known = folder.forms["sources.yaml"].sources
    for source in sources:
        must_be_known(findings, file, line, "unknown_source", source, known)


def check_names(
    asked: Questionnaire, file: str, line: int, conditions: Conditions, findings: Findings
) -> None:
    """Conditions outside rules: every question and option must be known."""
    for question, options in conditions.items():
        known = asked.questions.get(question)
        if known is None:
            findings.add(file, line, "unknown_question", value=question, near=asked.questions)
            continue
        choices = [*known.options, *([NONE] if known.none else [])]
        for option in options:
            must_be_known(
                findings, file, line, "unknown_option", option, choices, question=question
            )


def known_type(folder: RulesFolder, file: str, line: int, type_: str, findings: Findings) -> None:
    must_be_known(findings, file, line, "unknown_type", type_, folder.forms["types.yaml"].types)


def must_be_known(
    findings: Findings,
    file: str,
    line: int,
    key: str,
    value: str,
    known: Iterable[str],
    **filled: Any,
) -> None:
    if value not in known:
        findings.add(file, line, key, value=value, near=known, **filled)
