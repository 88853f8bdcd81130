"""Everything about one rule, for whoever writes rules: in words, its sources, what hangs on it.

What hangs on it comes from `coverage`, whose JSON is `covered` here: where the rule fires, and
where without it other types would share first place.
"""

from collections.abc import Iterator, Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any

from recommender.engine.model import Example, Questionnaire, Rule
from recommender.engine.rulebook import Rulebook
from recommender.i18n import LANGUAGES, Words, words
from recommender.render.phrases import answer_clause
from recommender.render.rule import condition, outcome, sentence

if TYPE_CHECKING:  # it brings the forms of the file of cases
    from recommender.rulebook.cases import Case

WIDTH = 92


def example_sentence(questionnaire: Questionnaire, example: Example, lang: str) -> str:
    """An example in words: “It applies if your audience reads long articles.”"""
    w = words(lang)
    asked = questionnaire.questions
    said = [answer_clause(asked[id_], value, lang) for id_, value in example.answers.items()]
    key = "rule_example_fires" if example.fires else "rule_example_not"
    return w(key, clauses=f", {w('and')} ".join(said))


def use_sentences(rule: Rule, covered: Mapping[str, Any], lang: str) -> tuple[str, str]:
    """How often the rule fires and decides: among the real cases, and in random answers."""
    w, use = words(lang), covered["uses"][rule.id]
    cases, profiles = use["cases"], use["profiles"]
    fires, decides = len(cases["fires"]), len(cases["decides"])
    return (
        w("rule_in_cases", n=covered["cases"], fires=fires, decides=decides),
        w("rule_in_profiles", n=covered["profiles"], **profiles),
    )


def as_text(
    rulebook: Rulebook,
    rule: Rule,
    covered: Mapping[str, Any],
    cases: "Mapping[str, Case]",
    lang: str,
) -> str:
    """The rule for a terminal, each part under its heading; `cases` by id."""
    w = words(lang)
    examples = [example_sentence(rulebook.questionnaire, one, lang) for one in rule.examples]
    parts = {
        f"{rule.id} ({w(f'kind_{rule.kind}')})": [sentence(rulebook, rule, lang)],
        w("report_reason"): [rule.reason[lang]],
        w("sources"): [_source(rulebook, id_, w) for id_ in rule.sources],
        w("rule_examples"): examples,
        w("rule_hangs"): list(use_sentences(rule, covered, lang)),
        w("rule_cases"): list(_cases(covered["uses"][rule.id]["cases"], cases, w)),
    }
    blocks = ["\n".join([title, *map(_wrapped, said)]) for title, said in parts.items() if said]
    return "\n\n".join(blocks) + "\n"


def as_object(rulebook: Rulebook, rule: Rule, covered: Mapping[str, Any]) -> dict[str, Any]:
    """The same for a program."""
    asked, use = rulebook.questionnaire, covered["uses"][rule.id]
    return {
        "rule": rule.id,
        "rules": {"version": rulebook.version, "digest": rulebook.digest},
        "kind": rule.kind,
        "condition": {x: condition(asked, rule.when, rule.unless, x) for x in LANGUAGES},
        "outcome": {lang: outcome(rulebook, rule, lang) for lang in LANGUAGES},
        "points": dict(rule.effects),
        "reason": dict(rule.reason),
        "sources": list(rule.sources),
        "examples": [{"answers": dict(one.answers), "fires": one.fires} for one in rule.examples],
        "cases": {"n": covered["cases"], **use["cases"]},
        "profiles": {"n": covered["profiles"], **use["profiles"]},
    }


def _source(rulebook: Rulebook, id_: str, w: Words) -> str:
    source = rulebook.sources[id_]
    place = f", {source.place[w.lang]}" if source.place else ""
    about = f"{w(f'strength_{source.strength}')}, {source.year or w('undated')}"
    address = f" {source.url}" if source.url else ""
    return f"[{id_}] {source.title[w.lang]}{place} ({about}){address}"


def _cases(use: Mapping[str, Any], cases: "Mapping[str, Case]", w: Words) -> Iterator[str]:
    for id_ in use["fires"]:
        decides = f" ({w('rule_decides')})" if id_ in use["decides"] else ""
        yield f"{id_}: {cases[id_].title}{decides}"


def _wrapped(said: str) -> str:
    # Addresses stay whole, so that they can be opened.
    return fill(
        said,
        WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_on_hyphens=False,
        break_long_words=False,
    )
