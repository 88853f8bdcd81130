"""Answers and changes of answers as parts of a sentence."""

from collections.abc import Iterable

from recommender.engine.model import Question, Value, options_of
from recommender.engine.moves import Change
from recommender.engine.rulebook import Rulebook
from recommender.engine.trial import Alternative
from recommender.errors import Text
from recommender.i18n import words


def answer_clause(question: Question, value: Value | None, lang: str) -> str:
    """An answer as part of a sentence: “your team has 3 to 7 hours a week for this”."""
    if value is None:
        return question.unknown_clause[lang]
    if value == ():
        return (question.none_clause or question.unknown_clause)[lang]
    return _filled(question.clause, question, options_of(value), lang)


def change_clause(rulebook: Rulebook, alternative: Alternative, lang: str) -> str:
    """Changed answers as part of a sentence after “if”: “you cannot make videos and …”."""
    questions = rulebook.questionnaire.questions
    parts = [
        part
        for change in alternative
        for part in _change_parts(questions[change.question], change, lang)
    ]
    return words(lang).listed(parts)


def _change_parts(question: Question, change: Change, lang: str) -> list[str]:
    before, after = change.before, change.after
    if not (isinstance(before, tuple) and isinstance(after, tuple) and before and after):
        return [answer_clause(question, after, lang)]
    gone = tuple(option for option in before if option not in after)
    new = tuple(option for option in after if option not in before)
    parts = ((question.less_clause, gone), (question.more_clause, new))
    return [_filled(clause, question, options, lang) for clause, options in parts if options]


def _filled(clause: Text, question: Question, options: Iterable[str], lang: str) -> str:
    phrases = [question.options[option].phrase[lang] for option in options]
    return clause[lang].format(option=words(lang).listed(phrases))
