"""A result as its reader meets it: the sentences and choices that page, report and print share."""

from collections.abc import Mapping
from dataclasses import dataclass

from recommender.engine.content import Advice, Service
from recommender.engine.explain import Explanation, explain
from recommender.engine.guidance import PlatformNote, advice_for, platforms_for, services_for
from recommender.engine.model import (
    Answers,
    Contribution,
    Entry,
    Question,
    Recommendation,
    WarningNote,
)
from recommender.engine.rows import holds
from recommender.engine.rulebook import Rulebook
from recommender.engine.scoring import recommend
from recommender.i18n import number, words
from recommender.render.phrases import answer_clause
from recommender.render.trying import WhatIf, change_sentences, what_ifs

MOST_QUESTIONS = 3


@dataclass(frozen=True, slots=True)
class Card:
    """One type's place: what speaks for and against it, what would change it, what to do.

    The page shows all advice of a `whole` card, which those of the first two types are.
    """

    entry: Entry
    range: tuple[int, int]
    reasons_for: tuple[Contribution, ...]
    reasons_against: tuple[Contribution, ...]
    lower: str | None
    capacity_gap: str | None
    warnings: tuple[WarningNote, ...]
    changes: tuple[str, ...]
    advice: Mapping[str, tuple[Advice, ...]]
    platforms: tuple[PlatformNote, ...]
    services: tuple[Service, ...]
    whole: bool

    @property
    def told(self) -> tuple[PlatformNote, ...]:
        """The platforms that the page tells of with reason and source; others it only names."""
        if self.whole:
            return self.platforms
        return tuple(note for note in self.platforms if not note.advised)

    @property
    def named_only(self) -> tuple[PlatformNote, ...]:
        """The platforms that the page names without more."""
        return tuple(note for note in self.platforms if note not in self.told)


@dataclass(frozen=True, slots=True)
class View:
    """A whole result in one language. `sharpen` holds the open questions worth asking now."""

    lang: str
    answers: Answers
    made: Recommendation
    explained: Explanation
    form: str
    leaders: tuple[Entry, ...]
    headline: str
    lead: str | None
    confidence: str
    confidence_line: str
    runner_up: str | None
    what_ifs: tuple[WhatIf, ...]
    cards: tuple[Card, ...]
    sharpen: tuple[str, ...]


def view(rulebook: Rulebook, answers: Answers, lang: str) -> View:
    """The result for complete answers, as it is shown."""
    made, explained = recommend(rulebook, answers), explain(rulebook, answers)
    form, leaders = _leaders(rulebook, made, explained)
    return View(
        lang=lang,
        answers=answers,
        made=made,
        explained=explained,
        form=form,
        leaders=leaders,
        headline=_headline(rulebook, form, leaders, lang),
        lead=_lead(rulebook, made, lang),
        confidence=words(lang)(f"confidence_{explained.confidence.label}"),
        confidence_line=_confidence_line(rulebook, answers, explained, lang),
        runner_up=None if form == "tie" else _runner_up(rulebook, made, lang),
        what_ifs=what_ifs(rulebook, answers, explained, lang),
        cards=tuple(_card(rulebook, answers, made, explained, e, lang) for e in made.ranking),
        sharpen=_sharpen(rulebook, answers, explained),
    )


def named(rulebook: Rulebook, entry: Entry, lang: str) -> str:
    """A type within a sentence, with its best-known platforms: “media sharing (Instagram, …)”."""
    type_ = rulebook.types[entry.type]
    return f"{type_.in_sentence[lang]} ({', '.join(type_.best_known)})"


def _leaders(
    rulebook: Rulebook, made: Recommendation, explained: Explanation
) -> tuple[str, tuple[Entry, ...]]:
    """The headline's form, and the types that it names."""
    ranked = [entry for entry in made.ranking if not entry.excluded]
    if not ranked:
        return "none", ()
    if ranked[0].band == "weak":
        return "weak", tuple(entry for entry in ranked if entry.points == ranked[0].points)
    if explained.confidence.label == "tie" and len(ranked) > 1:
        near = (entry for entry in ranked if ranked[0].points - entry.points < rulebook.scale.tie)
        return "tie", tuple(near)
    supports = len(ranked) > 1 and ranked[1].band in ("strong", "good")
    if supports and len(ranked) > 2 and ranked[1].points == ranked[2].points:
        supports = False
    return ("pair", tuple(ranked[:2])) if supports else ("clear", (ranked[0],))


def _headline(rulebook: Rulebook, form: str, leaders: tuple[Entry, ...], lang: str) -> str:
    w = words(lang)
    names = [named(rulebook, entry, lang) for entry in leaders]
    if form == "pair":
        sentence = w("headline_pair", first=names[0], second=names[1])
    else:
        sentence = w(f"headline_{form}", first=w.listed(names))
    return sentence[0].upper() + sentence[1:]


def _lead(rulebook: Rulebook, made: Recommendation, lang: str) -> str | None:
    """The sentence that speaks most for the first type; of equals, the one about the goal."""
    said = [c for c in made.ranking[0].contributions if c.points > 0]
    if made.ranking[0].excluded or not said:
        return None
    best = [c for c in said if c.points == said[0].points]
    about_goal = [
        c
        for c in best
        if {"goal", "primary_goal"} & {question for question, _ in rulebook.rules[c.rule].when}
    ]
    return (about_goal or best)[0].reason[lang]


def _confidence_line(
    rulebook: Rulebook, answers: Answers, explained: Explanation, lang: str
) -> str:
    w, found = words(lang), explained.confidence
    if found.label == "tie":
        separating = _separating(rulebook, answers, explained)
        key = "tie_line" if separating else "tie_line_final"
        return w(
            key,
            margin=w.count("points", found.margin),
            question=separating and (rulebook.questionnaire.questions[separating].label[lang]),
        )
    line = w(
        "confidence_line",
        margin=w.count("points", found.margin),
        kept=found.kept,
        tried=found.tried,
    )
    if found.label == "early":
        line = f"{line} {w.count('early_line', len(explained.open_questions))}"
    return line


def _separating(rulebook: Rulebook, answers: Answers, explained: Explanation) -> str | None:
    """The open question that can best separate a tie: of those offered, else of all asked."""
    asked = [q for step in rulebook.questionnaire.steps for q in step.questions]
    offered = _sharpen(rulebook, answers, explained)
    able = [question for question in explained.separating if question in asked]
    return next((q for q in able if q in offered), next(iter(able), None))


def _runner_up(rulebook: Rulebook, made: Recommendation, lang: str) -> str | None:
    """Who comes next after the first type and how far behind; None where nobody does."""
    top = made.ranking[0]
    rest = [e for e in made.ranking if not e.excluded and e.points < top.points]
    if top.excluded or not rest:
        return None
    w = words(lang)
    second = [entry for entry in rest if entry.rank == rest[0].rank]
    return w(
        "runner_up",
        second=w.listed([named(rulebook, entry, lang) for entry in second]),
        points=w.count("points", top.points - second[0].points),
    )


def _card(
    rulebook: Rulebook,
    answers: Answers,
    made: Recommendation,
    explained: Explanation,
    entry: Entry,
    lang: str,
) -> Card:
    advice: dict[str, tuple[Advice, ...]] = {}
    for one in advice_for(rulebook, answers, entry.type):
        advice[one.kind] = (*advice.get(one.kind, ()), one)
    against = tuple(c for c in reversed(entry.contributions) if c.points <= 0)
    return Card(
        entry=entry,
        range=explained.ranges[entry.type],
        reasons_for=tuple(c for c in entry.contributions if c.points > 0),
        reasons_against=against,
        lower=_lower(rulebook, made, entry, lang),
        capacity_gap=_capacity_gap(rulebook, answers, entry, lang),
        warnings=tuple(note for note in entry.warnings if not note.closes),
        changes=change_sentences(rulebook, answers, made, explained, entry, lang),
        advice=advice,
        platforms=platforms_for(rulebook, answers, entry.type, entry.warnings),
        services=services_for(rulebook, entry.type),
        whole=entry in made.ranking[:2],
    )


def _lower(rulebook: Rulebook, made: Recommendation, entry: Entry, lang: str) -> str | None:
    """Why a type that is not first ranks lower: how far behind, and what the first one has."""
    top = made.ranking[0]
    if entry.rank == 1 or entry.excluded or top.excluded:
        return None
    w = words(lang)
    reason = _lead(rulebook, made, lang) or ""
    return w(
        "lower_line",
        first=rulebook.types[top.type].in_sentence[lang],
        points=w.count("points", top.points - entry.points),
        reason=reason,
    ).strip()


def _capacity_gap(rulebook: Rulebook, answers: Answers, entry: Entry, lang: str) -> str | None:
    """“Fits, but not with 3 hours a week”, with both sums; None where capacity is no obstacle."""
    worst = min(
        (c for c in entry.contributions if c.kind == "capacity"),
        key=lambda c: c.points,
        default=None,
    )
    if worst is None or worst.points >= 0 or entry.capacity >= 0 or entry.fit <= 0:
        return None
    if rulebook.scale.band(entry.fit) == "weak":
        return None
    questions = rulebook.questionnaire.questions
    read = [q for q, _ in rulebook.rules[worst.rule].when if questions.get(q) in _team(questions)]
    if not read:
        return None
    clause = answer_clause(questions[read[0]], answers.get(read[0]), lang)
    return words(lang)(
        "fits_but", clause=clause, fit=number(entry.fit), capacity=number(entry.capacity)
    )


def _team(questions: Mapping[str, Question]) -> list[Question]:
    return [question for question in questions.values() if question.control != "given"]


def _sharpen(rulebook: Rulebook, answers: Answers, explained: Explanation) -> tuple[str, ...]:
    """The first open questions that are asked and can still change the first two places."""
    questionnaire = rulebook.questionnaire
    asked = {question for step in questionnaire.steps for question in step.questions}
    return tuple(
        id_
        for id_ in explained.next_questions
        if id_ in asked and is_asked(questionnaire.questions[id_], answers)
    )[:MOST_QUESTIONS]


def is_asked(question: Question, answers: Answers) -> bool:
    """Whether a question is worth offering: one of its `ask_when` holds, or it has none."""
    return not question.ask_when or any(
        holds((alternative,), (), answers) for alternative in question.ask_when
    )
