"""The few sentences that frame a ranking, shared by every format."""

from collections.abc import Iterable

from recommender.engine.model import Entry, Question, Recommendation, Value, options_of
from recommender.engine.moves import Change
from recommender.engine.rulebook import Rulebook
from recommender.engine.trial import Alternative
from recommender.errors import Text
from recommender.i18n import words


def headline_key(recommendation: Recommendation) -> str:
    """Which form the headline takes: one first type, a tie, none that fits, or none at all."""
    first = recommendation.first
    if first[0].excluded:
        return "headline_none"
    if first[0].band == "weak":
        return "headline_weak"
    return "headline_clear" if len(first) == 1 else "headline_tie"


def named(rulebook: Rulebook, entry: Entry, lang: str) -> str:
    """A type within a sentence, with its best-known platforms: “media sharing (Instagram, …)”."""
    type_ = rulebook.types[entry.type]
    return f"{type_.in_sentence[lang]} ({', '.join(type_.best_known)})"


def headline(rulebook: Rulebook, recommendation: Recommendation, lang: str) -> str:
    """The answer in one sentence."""
    w = words(lang)
    first = w.listed([named(rulebook, entry, lang) for entry in recommendation.first])
    sentence = w(headline_key(recommendation), first=first)
    return sentence[0].upper() + sentence[1:]


def runner_up(rulebook: Rulebook, recommendation: Recommendation, lang: str) -> str | None:
    """Who comes next and how far behind; None where nobody does."""
    first = recommendation.first
    rest = [entry for entry in recommendation.ranking[len(first) :] if not entry.excluded]
    if not rest or first[0].excluded:
        return None
    w = words(lang)
    second = [entry for entry in rest if entry.rank == rest[0].rank]
    return w(
        "runner_up" if len(first) == 1 else "runners_up",
        second=w.listed([named(rulebook, entry, lang) for entry in second]),
        points=w.count("points", first[0].points - second[0].points),
    )


def main_reason(recommendation: Recommendation, lang: str) -> str | None:
    """The sentence of the rule that gave the first type most; None where nothing speaks for it."""
    best = recommendation.ranking[0].contributions[:1]
    return best[0].reason[lang] if best and best[0].points > 0 else None


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
