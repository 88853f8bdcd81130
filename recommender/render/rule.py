"""A rule in words: when it holds and what it does, as whole sentences to the reader."""

from collections.abc import Iterable

from recommender.engine.model import NONE, Conditions, Question, Questionnaire, Rule
from recommender.engine.rows import GOAL
from recommender.engine.rulebook import Rulebook
from recommender.i18n import signed, words
from recommender.render.phrases import answer_clause


def sentence(rulebook: Rulebook, rule: Rule, lang: str) -> str:
    """The whole rule: “If your audience reads long articles: +7 points for a blog.”"""
    held = condition(rulebook.questionnaire, rule.when, rule.unless, lang)
    return f"{held}: {outcome(rulebook, rule, lang)}."


def condition(questionnaire: Questionnaire, when: Conditions, unless: Conditions, lang: str) -> str:
    """Conditions as a clause with a capital and without a full stop: “If …, but not if …”."""
    w = words(lang)
    # A comma before each clause, since the lists within them have words of their own between.
    needed = f", {w('and')} ".join(_clause(questionnaire, *one, lang) for one in when)
    if not unless:
        return w("rule_if", condition=needed)
    forbidden = f", {w('or')} ".join(_clause(questionnaire, *one, lang) for one in unless)
    return w("rule_if_not", condition=needed, exception=forbidden)


def outcome(rulebook: Rulebook, rule: Rule, lang: str) -> str:
    """What a rule does when it holds: “+4 points for a blog and +2 points for a forum”."""
    w = words(lang)
    if rule.effects:
        return w.listed([effect(rulebook, *one, lang) for one in rule.effects.items()])
    if rule.exclude:
        return w("effect_exclude", types=_types(rulebook, rule.exclude, lang, "or"))
    if rule.warn:
        return w("effect_warn", types=_types(rulebook, rule.warn, lang, "and"))
    closed = [
        w(
            "effect_close",
            platforms=w.listed([rulebook.platforms[id_].name for id_ in platforms], "or"),
            type=_types(rulebook, (type_,), lang, "and"),
        )
        for type_, platforms in rule.close.items()
    ]
    return w.listed(closed)


def effect(rulebook: Rulebook, type_: str, points: int, lang: str) -> str:
    """Points for a type: “+4 points for a blog”."""
    key = "effect_points"
    if abs(points) == 1:
        key += "_one"
    name = rulebook.types[type_].in_sentence[lang]
    return words(lang)(key, points=signed(points), type=name)


def _types(rulebook: Rulebook, types: Iterable[str], lang: str, link: str) -> str:
    return words(lang).listed([rulebook.types[id_].in_sentence[lang] for id_ in types], link)


def _clause(questionnaire: Questionnaire, question: str, options: frozenset[str], lang: str) -> str:
    """One condition: the question's own clause with the options any of which will do."""
    w = words(lang)
    if question == GOAL:
        asked = questionnaire.questions["primary_goal"]
        return w("rule_goal", option=w.listed(_phrases(asked, options, lang), "or"))
    asked = questionnaire.questions[question]
    phrases = _phrases(asked, options, lang)
    said = [asked.clause[lang].format(option=w.listed(phrases, "or"))] if phrases else []
    if NONE in options:
        said.append(answer_clause(asked, (), lang))
    return w.listed(said, "or")


def _phrases(question: Question, options: frozenset[str], lang: str) -> list[str]:
    return [one.phrase[lang] for id_, one in question.options.items() if id_ in options]
