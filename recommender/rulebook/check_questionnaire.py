"""The questionnaire: every name leads somewhere, and whoever fills it in can reach a result."""

from collections import Counter
from collections.abc import Iterator
from string import Formatter

from recommender.engine.model import Questionnaire
from recommender.rulebook import build, files
from recommender.rulebook.findings import Findings
from recommender.rulebook.names import RulesFolder, must_be_known

FILE = "questionnaire.yaml"
NEEDED = ("primary_goal", "secondary_goals", "organisation", "market")
"""Questions that the program itself reads, so every questionnaire has them."""


def check_questionnaire(folder: RulesFolder, findings: Findings) -> Questionnaire | None:
    """The questionnaire, if nothing is wrong with it."""
    found = Findings()
    form: files.QuestionnaireFile = folder.forms[FILE]
    for needed in NEEDED:
        if needed not in form.questions:
            line = folder.line(FILE, "questions")
            found.add(FILE, line, "needed_question", value=needed)
    _check_steps(folder, form, found)
    for id_, asked in form.questions.items():
        _check_question(folder, form, id_, asked, found)
    findings.take(found)
    return None if found else build.questionnaire(form)


def _check_steps(folder: RulesFolder, form: files.QuestionnaireFile, findings: Findings) -> None:
    """Every page asks known questions, none stands twice, and required ones are asked in time."""
    stands = Counter(question for step in form.steps for question in step.questions)
    for number, step in enumerate(form.steps):
        line = folder.line(FILE, "steps", number, "questions")
        for question in step.questions:
            must_be_known(findings, FILE, line, "unknown_question", question, form.questions)
            if stands[question] > 1:
                findings.add(FILE, line, "asked_twice", question=question)
    pages = {question for step in form.steps if not step.optional for question in step.questions}
    for id_, asked in form.questions.items():
        if asked.required and id_ not in pages:
            findings.add(FILE, folder.line(FILE, "questions", id_), "never_asked", question=id_)


def _check_question(
    folder: RulesFolder,
    form: files.QuestionnaireFile,
    id_: str,
    asked: files.QuestionForm,
    findings: Findings,
) -> None:
    owner = form.questions.get(asked.options_of or id_)
    if owner is None:
        line = folder.line(FILE, "questions", id_, "options_of")
        near = form.questions
        findings.add(FILE, line, "unknown_question", value=asked.options_of, near=near)
        return
    if not owner.options:
        line = folder.line(FILE, "questions", id_)
        findings.add(FILE, line, "missing_key", name=f"questions.{id_}.options")
        return
    if asked.kind == "many" and not (asked.more_clause and asked.less_clause):
        line = folder.line(FILE, "questions", id_)
        findings.add(FILE, line, "missing_key", name="more_clause, less_clause")
    for group in asked.groups:
        where = folder.line(FILE, "questions", id_, "groups")
        for option in group.options:
            must_be_known(
                findings, FILE, where, "unknown_option", option, owner.options, question=id_
            )
    for question, option in _asked_when(asked):
        where = folder.line(FILE, "questions", id_, "ask_when")
        if question not in form.questions:
            near = form.questions
            findings.add(FILE, where, "unknown_question", value=question, near=near)
            continue
        source = form.questions[form.questions[question].options_of or question]
        choices = [*source.options, *(["-"] if form.questions[question].none else [])]
        must_be_known(findings, FILE, where, "unknown_option", option, choices, question=question)
    for key in ("clause", "more_clause", "less_clause"):
        words: files.TextForm | None = getattr(asked, key)
        if words and not all(map(_holds_option_alone, (words.en, words.id))):
            findings.add(FILE, folder.line(FILE, "questions", id_, key), "placeholder", name=key)


def _asked_when(asked: files.QuestionForm) -> Iterator[tuple[str, str]]:
    for alternative in asked.ask_when:
        for question, options in alternative.items():
            for option in options:
                yield question, option


def _holds_option_alone(sentence: str) -> bool:
    """Whether `{option}` is the only thing in braces."""
    try:
        parts = list(Formatter().parse(sentence))
    except ValueError:
        return False
    return all(part[1:] in ((None, None, None), ("option", "", None)) for part in parts)
