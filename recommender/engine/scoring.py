"""The ranking: sums of points, and the contributions they are the sums of."""

from typing import NamedTuple

from recommender.engine import code
from recommender.engine.model import Answers, Entry, Recommendation
from recommender.engine.rulebook import Rulebook


class Standing(NamedTuple):
    """Where a type stands, without what put it there."""

    type: str
    rank: int
    points: int
    excluded: bool


def standings(rulebook: Rulebook, answers: Answers) -> list[Standing]:
    """The ranking that `recommend` gives, best first, at the cost of its points alone."""
    return _standings(rulebook, rulebook.index.fired(answers))


def recommend(rulebook: Rulebook, answers: Answers) -> Recommendation:
    """Rank the types for these answers, best first, with the rules that decided.

    Points are whole sums of effects and may be negative; they are no probabilities. An
    unanswered question satisfies no `when` and no `unless`. Types with equal points share a
    rank; excluded types follow all others. Drafts are ranked like any answers. The same digest
    and answers give the same recommendation. Never raises for answers that `read` gave.
    """
    fired = rulebook.index.fired(answers)
    return Recommendation(
        version=rulebook.version,
        digest=rulebook.digest,
        answers=answers,
        code=code.encode(rulebook.layouts, answers),
        ranking=tuple(
            _entry(rulebook, answers, standing, fired) for standing in _standings(rulebook, fired)
        ),
    )


def _standings(rulebook: Rulebook, fired: int) -> list[Standing]:
    """Equal places share the rank of the first of them (1, 1, 3)."""
    places = rulebook.index.places(fired)
    order = sorted(places)
    return [
        Standing(type_, 1 + order.index(place), -place[1], place[0])
        for place, type_ in sorted(zip(places, rulebook.types))
    ]


def _entry(rulebook: Rulebook, answers: Answers, standing: Standing, fired: int) -> Entry:
    rows = rulebook.index.rows_for(standing.type, fired)
    contributions = tuple(row.contribution for row in rows if row.contribution)
    return Entry(
        type=standing.type,
        rank=standing.rank,
        points=standing.points,
        fit=_sum(contributions, "fit"),
        capacity=_sum(contributions, "capacity"),
        band=rulebook.scale.band(standing.points),
        excluded=standing.excluded,
        contributions=contributions,
        unknown=tuple(
            question
            for question in rulebook.questionnaire.questions
            if question in rulebook.index.reads[standing.type] and answers.get(question) is None
        ),
        warnings=tuple(row.warning for row in rows if row.warning),
    )


def _sum(contributions: tuple, kind: str) -> int:
    return sum(item.points for item in contributions if item.kind == kind)
