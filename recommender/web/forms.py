"""WTForms forms built from the questionnaire: they collect and show; `answers.read` judges."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import Form, RadioField, SelectMultipleField
from wtforms.fields import SelectChoice

from recommender.engine.model import NONE, Question, Questionnaire
from recommender.errors import Problem


class _One(RadioField):  # type: ignore[misc]
    def checked(self, value: str) -> str:
        return " checked" if value and value == self.data else ""

    def opened(self) -> str:
        return " open" if self.data or self.errors else ""


class _Many(SelectMultipleField):  # type: ignore[misc]
    def checked(self, value: str) -> str:
        return " checked" if value and value in self.data else ""

    def opened(self) -> str:
        return " open" if self.data or self.errors else ""


_FIELDS = {True: _Many, False: _One}


def form(
    questionnaire: Questionnaire,
    questions: Iterable[str],
    lang: str,
    fields: Mapping[str, Sequence[str]],
    problems: Iterable[Problem] = (),
) -> Form:
    """A form of these questions, filled in with `fields` as sent, each problem at its field."""
    asked = [questionnaire.questions[id_] for id_ in questions]
    built = _form_class(asked, lang)(data={q.id: _chosen(q, fields) for q in asked})
    for problem in problems:
        if problem.question in built:
            built[problem.question].errors = [
                *built[problem.question].errors,
                problem.message[lang],
            ]
    return built


def _form_class(asked: list[Question], lang: str) -> type[Form]:
    attributes = {question.id: _field(question, lang) for question in asked}
    return type("QuestionsForm", (Form,), attributes)


def _field(question: Question, lang: str) -> Any:
    choices = [SelectChoice(option.id, option.label[lang]) for option in question.options.values()]
    if question.none:
        choices.append(SelectChoice(NONE, question.none[lang]))
    return _FIELDS[question.many](question.label[lang], choices=choices, validate_choice=False)


def _chosen(question: Question, fields: Mapping[str, Sequence[str]]) -> Any:
    sent = fields.get(question.id, ())
    return sent if question.many else "".join(sent[:1])
