"""The rules in the open: all of them, each with what hangs on it, and how right they are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, request

from recommender.engine.model import Rule
from recommender.engine.rows import GOAL
from recommender.engine.rulebook import Rulebook
from recommender.i18n import words
from recommender.render.about_rule import example_sentence, use_sentences
from recommender.render.rule import condition, outcome
from recommender.web.drafts import encoded, must_be_kept
from recommender.web.measured import Measured
from recommender.web.page import language, render
from recommender.web.running import answering, running

blueprint = Blueprint("rules", __name__)
blueprint.before_request(must_be_kept)


@dataclass(frozen=True, slots=True)
class Listed:
    """A rule as the list shows it: its condition and what it does, in words."""

    rule: Rule
    condition: str
    outcome: str


@blueprint.get("/rules")
def all_rules() -> str:
    """Every rule, by the question that it reads first; `?type=`, `?question=`, `?q=` choose.

    Where a folder extends others, the rules that it switched off stand at the end.
    """
    book, lang = answering(), language()
    wanted = {key: request.args.get(key, "").strip() for key in ("type", "question", "q")}
    chosen, off = (
        [one for one in _listed(book, rules, lang) if _is_wanted(book, one, wanted, lang)]
        for rules in (book.rules.values(), book.off)
    )
    groups = _by_question(book, chosen)
    return render("rules/all.html", groups=groups, n=len(chosen), off=off, wanted=wanted)


@blueprint.get("/rules/<id_>")
def rule(id_: str) -> str:
    """One rule: in words, its sources, examples, and the cases that it applies to and decides."""
    book, lang = answering(), language()
    known = book.rules.get(id_)
    if known is None:
        abort(404)
    measured = _measured()
    use = measured.coverage["uses"][id_]["cases"]
    return render(
        "rules/rule.html",
        rule=known,
        condition=condition(book.questionnaire, known.when, known.unless, lang),
        outcome=outcome(book, known, lang),
        examples=[example_sentence(book.questionnaire, one, lang) for one in known.examples],
        sentences=use_sentences(known, measured.coverage, lang),
        cases=[(measured.cases[case], case in use["decides"]) for case in use["fires"]],
        encoded=encoded,
    )


@blueprint.get("/accuracy")
def accuracy() -> str:
    """What `recommender cases` says of the rules that answer."""
    book, measured, w = answering(), _measured(), words(language())
    found = measured.accuracy
    markets = {f"market_{market}": each for market, each in found["per_market"].items()}
    of_rules = {"all": found["all"], "without_named": found["without_named"], **markets}
    types = found["per_type"].items()
    return render(
        "rules/accuracy.html",
        found=found,
        cases=measured.cases,
        rows=[(w(f"accuracy_{key}"), e) for key, e in (of_rules | found["baselines"]).items()],
        types=[(book.types[type_].name[language()], each) for type_, each in types],
        labels=[(w(f"confidence_{key}"), each) for key, each in found["per_label"].items()],
        names=lambda types: w.listed([book.types[id_].name[language()] for id_ in types]),
        share=_share,
        encoded=encoded,
    )


def _share(value: float) -> str:
    """A share as one decimal of a per cent, which hides no half that the command shows."""
    said = f"{100 * value:.1f}".removesuffix(".0")
    return f"{said}%" if language() == "en" else f"{said}%".replace(".", ",")


def touched(rule: Rule) -> tuple[str, ...]:
    """The types that a rule does something to."""
    return (*rule.effects, *rule.exclude, *rule.close, *rule.warn)


def read_by(rule: Rule) -> frozenset[str]:
    """The questions that a rule reads; of `goal` both, the main goal first."""
    named = {question for question, _ in (*rule.when, *rule.unless)}
    goals = {"primary_goal", "secondary_goals"} if GOAL in named else set()
    return frozenset((named | goals) - {GOAL})


def _measured() -> Measured:
    return running().measured.of(answering())


def _listed(book: Rulebook, rules: Iterable[Rule], lang: str) -> Iterator[Listed]:
    for one in rules:
        said = condition(book.questionnaire, one.when, one.unless, lang)
        yield Listed(one, said, outcome(book, one, lang))


def _is_wanted(book: Rulebook, one: Listed, wanted: Mapping[str, str], lang: str) -> bool:
    """Whether a rule passes the choices; one that names nothing known lets all pass."""
    if wanted["type"] in book.types and wanted["type"] not in touched(one.rule):
        return False
    asked = book.questionnaire.questions
    if wanted["question"] in asked and wanted["question"] not in read_by(one.rule):
        return False
    titles = [book.sources[id_].title[lang] for id_ in one.rule.sources]
    said = (one.rule.id, one.condition, one.outcome, one.rule.reason[lang], *titles)
    text = " ".join(said).casefold()
    return all(word in text for word in wanted["q"].casefold().split())


def _by_question(book: Rulebook, listed: Iterable[Listed]) -> dict[str, list[Listed]]:
    """The rules under the question that stands first among those they need."""
    groups: dict[str, list[Listed]] = {id_: [] for id_ in book.questionnaire.questions}
    for one in listed:
        first = one.rule.when[0][0]
        groups["primary_goal" if first == GOAL else first].append(one)
    return {id_: members for id_, members in groups.items() if members}
