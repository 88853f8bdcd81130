"""The ranking: sums of points, and the contributions they are the sums of."""

from recommender.engine import code
from recommender.engine.model import Answers, Entry, Recommendation
from recommender.engine.rulebook import Rulebook


def recommend(rulebook: Rulebook, answers: Answers) -> Recommendation:
    """Rank the types for these answers, best first, with the rules that decided.

    Points are whole sums of effects and may be negative; they are no probabilities. An
    unanswered question satisfies no `when` and no `unless`. Types with equal points share a
    rank; excluded types follow all others. Drafts are ranked like any answers. The same digest
    and answers give the same recommendation. Never raises for answers that `read` gave.
    """
    fired = rulebook.index.fired(answers)
    places = dict(zip(rulebook.types, rulebook.index.places(fired)))
    order = sorted(places, key=lambda type_: (places[type_], type_))
    ranks = _ranks([places[type_] for type_ in order])
    return Recommendation(
        version=rulebook.version,
        digest=rulebook.digest,
        answers=answers,
        code=code.encode(rulebook.layouts, answers),
        ranking=tuple(
            _entry(rulebook, answers, type_, rank, fired) for type_, rank in zip(order, ranks)
        ),
    )


def _ranks(places: list[tuple[bool, int]]) -> list[int]:
    """Ranks of places in order; equal places share the rank of the first of them (1, 1, 3)."""
    return [1 + places.index(place) for place in places]


def _entry(rulebook: Rulebook, answers: Answers, type_: str, rank: int, fired: int) -> Entry:
    rows = rulebook.index.rows_for(type_, fired)
    contributions = tuple(row.contribution for row in rows if row.contribution)
    points = sum(contribution.points for contribution in contributions)
    return Entry(
        type=type_,
        rank=rank,
        points=points,
        fit=_sum(contributions, "fit"),
        capacity=_sum(contributions, "capacity"),
        band=rulebook.scale.band(points),
        excluded=any(row.excludes for row in rows),
        contributions=contributions,
        unknown=tuple(
            question
            for question in rulebook.questionnaire.questions
            if question in rulebook.index.reads[type_] and answers.get(question) is None
        ),
        warnings=tuple(row.warning for row in rows if row.warning),
    )


def _sum(contributions: tuple, kind: str) -> int:
    return sum(item.points for item in contributions if item.kind == kind)
