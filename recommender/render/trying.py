"""What would change a result, in sentences: the smallest changes, and a few to try."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from recommender.engine import code
from recommender.engine.explain import Explanation, Outcome
from recommender.engine.model import Answers, Entry, Question, Questionnaire, Recommendation
from recommender.engine.moves import Change, read_back
from recommender.engine.rulebook import Rulebook
from recommender.engine.scoring import standings
from recommender.engine.trial import Alternative
from recommender.i18n import words
from recommender.render.phrases import change_clause

MOST_CHANGES = MOST_WHAT_IFS = 3
CONTROL = {"team": 0, "goal": 1, "given": 2}
"""What the reader can change comes first; who the audience is comes last."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One change to try: its clause, what happens, and the code of the answers after it."""

    clause: str
    outcome: str
    code: str
    changes_first: bool


def what_ifs(
    rulebook: Rulebook, answers: Answers, explained: Explanation, lang: str
) -> tuple[WhatIf, ...]:
    """Up to three changes to try, one a question: what flips first, and one that does not."""
    questions = rulebook.questionnaire.questions
    possible = [
        outcome
        for outcome in explained.outcomes
        if None not in (outcome.change.before, outcome.change.after)
        and questions[outcome.change.question].control != "given"
    ]
    order = {question: -place for place, question in enumerate(questions)}
    # Of equals the later question: hours before reply time before content.
    possible.sort(key=lambda one: (*_effort(questions, (one.change,)), order[one.change.question]))
    flips = _one_a_question(o for o in possible if o.changes_first)[: MOST_WHAT_IFS - 1]
    tried = {outcome.change.question for outcome in flips}
    stays = _one_a_question(
        o for o in possible if not o.changes_first and o.change.question not in tried
    )
    chosen = [*flips, *stays[: MOST_WHAT_IFS - len(flips)]]
    return tuple(_what_if(rulebook, answers, outcome, lang) for outcome in chosen)


def _one_a_question(outcomes: Iterable[Outcome]) -> list[Outcome]:
    found: dict[str, Outcome] = {}
    for outcome in outcomes:
        found.setdefault(outcome.change.question, outcome)
    return list(found.values())


def _what_if(rulebook: Rulebook, answers: Answers, outcome: Outcome, lang: str) -> WhatIf:
    w = words(lang)
    types = w.listed(
        [rulebook.types[t].in_sentence[lang] for t in rulebook.types if t in outcome.first]
    )
    key = "what_if_flips" if outcome.changes_first else "what_if_stays"
    if len(outcome.first) > 1:
        key += "_shared"
    sentence = w(key, first=types)
    return WhatIf(
        clause=change_clause(rulebook, (outcome.change,), lang),
        outcome=sentence[0].upper() + sentence[1:],
        code=code.encode(rulebook.layouts, changed(answers, (outcome.change,))),
        changes_first=outcome.changes_first,
    )


def changed(answers: Answers, alternative: Alternative) -> Answers:
    """The answers after changes, as they are read."""
    values = {**answers.values, **{change.question: change.after for change in alternative}}
    return Answers({q: value for q, value in read_back(values).items() if value is not None})


def difference(questionnaire: Questionnaire, one: Answers, two: Answers) -> Alternative:
    """The changes that lead from one set of answers to another, question by question."""
    return tuple(
        Change(question, one.get(question), two.get(question))
        for question in questionnaire.questions
        if one.get(question) != two.get(question)
    )


def _effort(questions: Mapping[str, Question], alternative: Alternative) -> tuple[int, int]:
    """How hard changes are to make: who controls the answers, then how far they are."""
    control = max(CONTROL[questions[change.question].control] for change in alternative)
    return control, sum(_distance(questions[change.question], change) for change in alternative)


def _distance(question: Question, change: Change) -> int:
    if isinstance(change.before, str) and isinstance(change.after, str):
        orders = [question.options[option].order or 0 for option in (change.before, change.after)]
        return abs(orders[0] - orders[1]) or 1
    before, after = (
        {*value} if isinstance(value, tuple) else {value} - {None}
        for value in (change.before, change.after)
    )
    return len(before ^ after)


def change_sentences(
    rulebook: Rulebook,
    answers: Answers,
    made: Recommendation,
    explained: Explanation,
    entry: Entry,
    lang: str,
) -> tuple[str, ...]:
    """Up to three of the smallest changes as sentences, or that there is none."""
    w = words(lang)
    name = rulebook.types[entry.type].in_sentence[lang]
    leads = [e.type for e in made.first] == [entry.type]
    alternatives = sorted(
        explained.changes[entry.type],
        key=lambda alternative: _effort(rulebook.questionnaire.questions, alternative),
    )
    if not alternatives:
        sentence = w("no_change_leads" if leads else "no_change", type=name)
        return (sentence[0].upper() + sentence[1:],)
    return tuple(
        w(
            "change_line",
            change=change_clause(rulebook, alternative, lang),
            outcome=_outcome(rulebook, answers, alternative, lang),
        )
        for alternative in alternatives[:MOST_CHANGES]
    )


def _outcome(rulebook: Rulebook, answers: Answers, alternative: Alternative, lang: str) -> str:
    """Who leads after changes: “a blog takes first place”, “… share first place”."""
    after = [one for one in standings(rulebook, changed(answers, alternative)) if one.rank == 1]
    w = words(lang)
    names = w.listed([rulebook.types[one.type].in_sentence[lang] for one in after])
    return w("outcome_takes" if len(after) == 1 else "outcome_share", first=names)
