"""Two people's answers to one questionnaire: where they differ, and what of it decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, combinations

from recommender.engine.model import Answers, Value
from recommender.engine.moves import read_back
from recommender.engine.rulebook import Rulebook
from recommender.engine.trial import first

MOST_MIXED = 10
"""Up to so many differing questions every mix is tried; beyond that singles and pairs."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Where two sets of answers differ, and which differences decide who leads.

    `deciding` holds the smallest sets of questions that, answered as the second person did
    while all others stay as the first person's, give other types rank 1; `complete` tells
    whether every mix was tried or only singles and pairs.
    """

    differing: tuple[str, ...]
    first: frozenset[str]
    second: frozenset[str]
    deciding: tuple[tuple[str, ...], ...]
    complete: bool


def compare(rulebook: Rulebook, one: Answers, two: Answers) -> Comparison:
    """Compare the first person's answers with the second's; each question counts as one."""
    differing = tuple(q for q in rulebook.questionnaire.questions if one.get(q) != two.get(q))
    complete = len(differing) <= MOST_MIXED
    sizes = range(1, 1 + (len(differing) if complete else 2))
    leading = _leading(rulebook, one)
    deciding: list[frozenset[str]] = []
    for mix in chain.from_iterable(combinations(differing, size) for size in sizes):
        smaller = any(known <= set(mix) for known in deciding)
        if not smaller and _leading(rulebook, _mixed(one, two, mix)) != leading:
            deciding.append(frozenset(mix))
    return Comparison(
        differing=differing,
        first=leading,
        second=_leading(rulebook, two),
        deciding=tuple(tuple(q for q in differing if q in mix) for mix in deciding),
        complete=complete,
    )


def _mixed(one: Answers, two: Answers, questions: Iterable[str]) -> Answers:
    """The first person's answers with these questions answered as the second did, as read."""
    values: dict[str, Value | None] = dict(one.values)
    values.update({question: two.get(question) for question in questions})
    return Answers({q: value for q, value in read_back(values).items() if value is not None})


def _leading(rulebook: Rulebook, answers: Answers) -> frozenset[str]:
    index = rulebook.index
    places = index.places(index.fired(answers))
    return frozenset(index.types[at] for at in first(places))
