"""How sure a ranking is and what would change it: every change is tried, nothing is estimated."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from recommender.engine.model import Answers
from recommender.engine.moves import Change, allowed_values
from recommender.engine.pairs import Pairs
from recommender.engine.rulebook import Rulebook
from recommender.engine.trial import Alternative, Places, Trial, first, first_two

MOST_KEPT = 128


@dataclass(frozen=True, slots=True)
class Confidence:
    """A word, and the counts behind it. `margin` is in points, `kept` and `tried` in changes."""

    label: str
    margin: int
    kept: int
    tried: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who leads after a single change: the types that would share rank 1."""

    change: Change
    first: frozenset[str]
    changes_first: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """What follows from trying changes.

    `ranges` holds the least and most points of each type over every answer to one open
    question. `changes` holds for each type the smallest changes that put it alone at rank 1,
    or, for the one that is, after which it no longer is; none where nothing of up to two does.
    `next_questions` can each change who holds rank 1 or 2, the most useful first;
    `open_questions` are those of the pages before the result that can change rank 1;
    `separating` are those with an answer after which nobody is level with the first type any
    more, the most useful first. `outcomes` holds every single change.
    """

    confidence: Confidence
    ranges: dict[str, tuple[int, int]]
    changes: dict[str, tuple[Alternative, ...]]
    next_questions: tuple[str, ...]
    open_questions: tuple[str, ...]
    separating: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


@lru_cache(MOST_KEPT)
def explain(rulebook: Rulebook, answers: Answers) -> Explanation:
    """Try every single change of one answer, pairs where no single suffices, and open questions.

    The last explanations are kept, as page, document and report of a result all need its own.
    """
    trial = Trial(rulebook, answers)
    opened = {
        question.id: [trial.after({question.id: value}) for value in allowed_values(question)]
        for question in rulebook.questionnaire.questions.values()
        if answers.get(question.id) is None
    }
    deciding = _open_questions(rulebook, trial, opened)
    return Explanation(
        confidence=_confidence(rulebook, trial, deciding),
        ranges=_ranges(rulebook, trial, opened),
        changes=_changes(rulebook, trial),
        next_questions=_next_questions(trial, opened),
        open_questions=deciding,
        separating=_separating(rulebook, opened),
        outcomes=_outcomes(rulebook, trial),
    )


def _confidence(rulebook: Rulebook, trial: Trial, deciding: tuple[str, ...]) -> Confidence:
    leading = first(trial.places)
    kept = sum(first(move.places) == leading for move in trial.singles)
    tried = len(trial.singles)
    margin = _margin(trial.places)
    if margin < rulebook.scale.tie:
        label = "tie"
    elif deciding:
        label = "early"
    elif margin >= rulebook.scale.clear and 10 * kept >= 9 * tried:
        label = "clear"
    else:
        label = "narrow"
    return Confidence(label, margin, kept, tried)


def _margin(places: Places) -> int:
    """The points between the first two that are not excluded, 0 if there are fewer."""
    points = sorted(-place[1] for place in places if not place[0])
    return points[-1] - points[-2] if len(points) > 1 else 0


def _separating(rulebook: Rulebook, opened: dict[str, list[Places]]) -> tuple[str, ...]:
    """Open questions by how many of their answers leave no tie."""
    useful = []
    for order, (question, outcomes) in enumerate(opened.items()):
        ended = sum(_margin(places) >= rulebook.scale.tie for places in outcomes) / len(outcomes)
        if ended:
            useful.append((-ended, order, question))
    return tuple(question for *_, question in sorted(useful))


def _open_questions(
    rulebook: Rulebook, trial: Trial, opened: dict[str, list[Places]]
) -> tuple[str, ...]:
    """The unanswered questions of the pages before the result that can change rank 1."""
    leading = first(trial.places)
    asked = [question for page in rulebook.questionnaire.pages for question in page.questions]
    return tuple(
        question
        for question in asked
        if any(first(places) != leading for places in opened.get(question, ()))
    )


def _ranges(
    rulebook: Rulebook, trial: Trial, opened: dict[str, list[Places]]
) -> dict[str, tuple[int, int]]:
    outcomes = [trial.places, *(places for found in opened.values() for places in found)]
    by_type = zip(*outcomes)
    return {
        type_: (-max(places)[1], -min(places)[1])
        for type_, places in zip(
            rulebook.types, ([(False, place[1]) for place in places] for places in by_type)
        )
    }


def _changes(rulebook: Rulebook, trial: Trial) -> dict[str, tuple[Alternative, ...]]:
    found = _by_type(trial.alone, trial.flips())
    if len(found) < len(rulebook.types):
        others = set(range(len(rulebook.types))) - set(found)
        found = _by_type(trial.alone, Pairs(trial, others).flips()) | found
    return {type_: tuple(found.get(at, ())) for at, type_ in enumerate(rulebook.types)}


def _by_type(
    before: int | None, flips: Iterable[tuple[Alternative, int | None]]
) -> dict[int, list[Alternative]]:
    """For each type, the changes that put it alone at rank 1, or take it from there."""
    found: dict[int, list[Alternative]] = defaultdict(list)
    for alternative, after in flips:
        for position in (before, after):
            if position is not None:
                found[position].append(alternative)
    return found


def _outcomes(rulebook: Rulebook, trial: Trial) -> tuple[Outcome, ...]:
    types, leading = tuple(rulebook.types), first(trial.places)
    return tuple(
        Outcome(
            move.change,
            frozenset(types[at] for at in first(move.places)),
            first(move.places) != leading,
        )
        for move in trial.singles
    )


def _next_questions(trial: Trial, opened: dict[str, list[Places]]) -> tuple[str, ...]:
    """Open questions by how many of their answers change rank 1, then rank 1 or 2."""
    now = first_two(trial.places)
    useful = []
    for order, (question, outcomes) in enumerate(opened.items()):
        after = [first_two(places) for places in outcomes]
        both = sum(places != now for places in after) / len(after)
        leading = sum(places[0] != now[0] for places in after) / len(after)
        if both:
            useful.append((-leading, -both, order, question))
    return tuple(question for *_, question in sorted(useful))
