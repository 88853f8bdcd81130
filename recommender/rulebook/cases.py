"""Real cases: situations whose sources say which types worked.

A case is a claim that something worked, not a comparison of all types: it checks rules, and is
nothing to fit them to.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from recommender.engine.answers import read
from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.errors import AnswersError, RulebookError
from recommender.rulebook import files
from recommender.rulebook.findings import Findings
from recommender.rulebook.read_form import read_form
from recommender.rulebook.yaml_text import List, Map, line_of, parse

UNKNOWN = "unknown"


def _undated(value: Any) -> Any:
    return None if value == "null" else value


class CaseForm(files.Form):
    id: files.Id
    title: files.Sentence
    source_title: files.Sentence
    source_url: files.Address
    source_year: Annotated[files.Year | None, BeforeValidator(_undated)]
    summary: files.Sentence
    worked: Annotated[list[files.Id], Field(min_length=1)]
    did_not_work: list[files.Id]
    label_basis: files.Sentence
    confidence: Literal["high", "medium", "low"]
    names_channel: Literal["true", "false"]
    answers: files.RawAnswers


@dataclass(frozen=True, slots=True)
class Case:
    """A real situation with the types that `worked`, the main one first, and those that `failed`.

    `names_channel` says that the situation practically gives the type away.
    """

    id: str
    worked: tuple[str, ...]
    failed: tuple[str, ...]
    names_channel: bool
    answers: Answers
    title: str = ""
    source_title: str = ""
    source_url: str = ""

    @property
    def main(self) -> str:
        """The main working type."""
        return self.worked[0]

    @property
    def goal(self) -> object:
        return self.answers.get("primary_goal")

    @property
    def market(self) -> object:
        return self.answers.get("market") or UNKNOWN


def read_cases(rulebook: Rulebook, name: str, content: bytes) -> tuple[Case, ...]:
    """The cases of a file. Raises RulebookError with every problem, each with its line."""
    findings = Findings()
    data = parse(name, content, findings)
    items = data if isinstance(data, List) else List(1)
    if data is not None and not items:
        findings.add(name, line_of(data, ()), "list_wanted", name="cases")
    read_ = [_case(rulebook, name, *at, findings) for at in zip(items, items.lines)]
    _check_ids(name, items, findings)
    if findings:
        raise RulebookError(findings.all())
    return tuple(case for case in read_ if case is not None)


def _case(rulebook: Rulebook, name: str, item: Any, line: int, findings: Findings) -> Case | None:
    if not isinstance(item, Map):
        findings.add(name, line, "mapping_wanted", name="case")
        return None
    form: CaseForm | None = read_form(CaseForm, name, item, findings)
    if form is None:
        return None
    _check_types(rulebook, name, item, findings)
    try:
        answers = read(rulebook.questionnaire, form.answers)
    except AnswersError as error:
        for problem in error.problems:
            why = {lang: f"{problem.question}: {words}" for lang, words in problem.message.items()}
            findings.add(name, line_of(item, ("answers", problem.question)), "answers", why=why)
        return None
    return Case(
        form.id,
        tuple(form.worked),
        tuple(form.did_not_work),
        form.names_channel == "true",
        answers,
        title=form.title,
        source_title=form.source_title,
        source_url=form.source_url,
    )


def _check_types(rulebook: Rulebook, name: str, item: Map, findings: Findings) -> None:
    seen = set()
    for key in ("worked", "did_not_work"):
        for number, type_ in enumerate(item[key]):
            line = line_of(item, (key, number))
            if type_ not in rulebook.types:
                findings.add(name, line, "unknown_type", value=type_, near=rulebook.types)
            elif type_ in seen:
                findings.add(name, line, "repeated_type", type=type_)
            seen.add(type_)


def _check_ids(name: str, items: List, findings: Findings) -> None:
    seen: dict[str, int] = {}
    for item in items:
        id_, line = item.get("id") if isinstance(item, Map) else None, line_of(item, ("id",))
        if isinstance(id_, str) and id_ in seen:
            findings.add(name, line, "repeated_case", value=id_, place=f"{name}:{seen[id_]}")
        elif isinstance(id_, str):
            seen[id_] = line
