"""Answers on their way through the pages: carried in the address, never stored."""

from collections.abc import Mapping
from typing import Any

from recommender.engine import code
from recommender.engine.answers import from_fields, read
from recommender.engine.model import Answers
from recommender.errors import AnswersError, CodeError
from recommender.render.document import answers_object
from recommender.web.embedding import visiting
from recommender.web.problems import UnknownVersion, WrongCode
from recommender.web.running import answering, asked, wanted_version


def asked_for(text: str) -> Answers:
    """The answers of a code, under the rules that the address names.

    Raises WrongCode for a code that is none of ours, UnknownVersion for rules that are not kept.
    """
    answers = decoded(text)
    must_be_kept(text)
    return answers


def must_be_kept(text: str = "") -> None:
    """Raises UnknownVersion if the address names rules that are not kept; a code leads on."""
    wanted = wanted_version()
    if wanted and wanted != answering().version:
        raise UnknownVersion(wanted[:40], text)


def decoded(text: str) -> Answers:
    """The answers, or the draft, of a code; raises WrongCode for anything else."""
    rulebook = answering()
    try:
        return read(rulebook.questionnaire, code.decode(rulebook.layouts, text), require=())
    except (CodeError, AnswersError):
        raise WrongCode from None


def encoded(answers: Answers) -> str:
    """The code that carries these answers on; empty while nothing is answered."""
    return code.encode(answering().layouts, answers) if answers.values else ""


def carried() -> Answers:
    """The answers of earlier pages, from `?a=`; whoever begins brings those of her form."""
    text = asked().args.get("a", "")
    return decoded(text) if text else begun()


def begun(given: Answers | None = None) -> Answers:
    """What somebody begins with who was given these answers: the form's market is one of them."""
    visit = visiting()
    market = visit.settings.market if visit else None
    own = {"market": market} if market else {}
    return kept(own | (answers_object(given) if given else {}))[0]


def kept(given: Mapping[str, Any]) -> tuple[Answers, bool]:
    """What of these answers can be used, and whether that is all of them."""
    questionnaire = answering().questionnaire
    try:
        return read(questionnaire, given, require=()), True
    except AnswersError as error:
        wrong = {problem.question for problem in error.problems}
        good = {question: value for question, value in given.items() if question not in wrong}
        return read(questionnaire, good, require=()), False


def sent_fields(fields: Any) -> dict[str, list[str]]:
    """The fields of a form or address that are questions; all others are none of ours."""
    asked = answering().questionnaire.questions
    return {name: values for name, values in fields.lists() if name in asked}


def merged(earlier: Answers, fields: Mapping[str, list[str]]) -> dict[str, Any]:
    """Earlier answers, with those to the questions in `fields` replaced."""
    rest = {name: value for name, value in earlier.values.items() if name not in fields}
    return rest | from_fields(answering().questionnaire, fields)
