"""How evenly the rules treat the types: over random answers, and at the ends of their points."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_
from random import Random
from statistics import fmean, quantiles
from typing import Any

from recommender.engine.model import Answers, Value
from recommender.engine.moves import allowed_values, read_back, single_changes
from recommender.engine.rulebook import Rulebook
from recommender.engine.trial import Places, first

PROFILES = 5000
SEED = 1
UNKNOWN = 1 / 3
"""How likely a random profile leaves an optional question open."""
STARTS = 6
"""How many random profiles each search sets out from."""
SEARCH = 1000
"""What one search counts as, in profiles: about the time that it takes."""

KINDS = ("capacity", "fit")
MARKET = "market"

Firsts = list[frozenset[int]]
"""Of each profile, the positions of the types that share the first place."""
Tell = Callable[[int], object]


def steps(rulebook: Rulebook, profiles: int) -> int:
    """The sum of what `balance` tells while it works."""
    passes = 1 + len(KINDS) + len(_markets(rulebook))
    return profiles * passes + SEARCH * STARTS * 2 * len(rulebook.types)


def balance(
    rulebook: Rulebook, profiles: int = PROFILES, tell: Tell = lambda n: None
) -> dict[str, Any]:
    """Who comes first and with how many points over random valid profiles, ready for JSON.

    Of each type: how often it comes first (among k tied it counts 1/k), its least, mean and
    most points among the profiles, and the least and most that a search over all valid answers
    finds. `points` has the quartiles of the points of who comes first, and of all types.
    `first_changes` are the shares of profiles whose first place others take without all points
    of a kind, and from one market to another. Shares are from 0 to 1. Same rules and number of
    profiles give the same numbers. `tell` is called with the steps done.
    """
    drawn = list(random_profiles(rulebook, profiles))
    placed = list(_placed(rulebook, drawn, tell))
    points = [[-place[1] for place in places] for places in placed]
    firsts = [first(places) for places in placed]
    return {
        "profiles": profiles,
        "rules": {"version": rulebook.version, "digest": rulebook.digest},
        "types": {
            type_: {
                "first": _share((at in each) / len(each) for each in firsts),
                **_spread([each[at] for each in points]),
                "least_possible": _furthest(rulebook, at, -1, tell),
                "most_possible": _furthest(rulebook, at, 1, tell),
            }
            for at, type_ in enumerate(rulebook.types)
        },
        "points": {
            "first": _quartiles([-min(places)[1] for places in placed]),
            "all": _quartiles([number for each in points for number in each]),
        },
        "first_changes": {
            **{f"without_{kind}": _without(rulebook, kind, drawn, firsts, tell) for kind in KINDS},
            "between_markets": _between_markets(rulebook, drawn, tell),
        },
    }


def random_profiles(rulebook: Rulebook, profiles: int) -> Iterator[Answers]:
    """Valid answers, each uniform among all that a question allows; see UNKNOWN for the gaps."""
    rng = Random(SEED)
    questions = rulebook.questionnaire.questions.values()
    choices = [(question, list(allowed_values(question))) for question in questions]
    for _ in range(profiles):
        yield _answers(
            {
                question.id: rng.choice(values)
                for question, values in choices
                if question.required or rng.random() >= UNKNOWN
            }
        )


def _answers(values: Mapping[str, Value | None]) -> Answers:
    kept = read_back(dict(values))
    return Answers({question: value for question, value in kept.items() if value is not None})


def _placed(rulebook: Rulebook, drawn: Iterable[Answers], tell: Tell) -> Iterator[Places]:
    index = rulebook.index
    for answers in drawn:
        yield index.places(index.fired(answers))
        tell(1)


def _without(
    rulebook: Rulebook, kind: str, drawn: Sequence[Answers], firsts: Firsts, tell: Tell
) -> float:
    """How often others come first without the points of a kind; its warnings have none."""
    kept = {id_: rule for id_, rule in rulebook.rules.items() if rule.kind != kind}
    others = [first(places) for places in _placed(replace(rulebook, rules=kept), drawn, tell)]
    return _share(one != other for one, other in zip(firsts, others))


def _markets(rulebook: Rulebook) -> tuple[str, ...]:
    asked = rulebook.questionnaire.questions.get(MARKET)
    return tuple(asked.options) if asked else ()


def _between_markets(rulebook: Rulebook, drawn: Sequence[Answers], tell: Tell) -> float:
    """How often the market alone decides who comes first."""
    by_market = []
    for market in _markets(rulebook):
        there = [Answers({**answers.values, MARKET: market}) for answers in drawn]
        by_market.append([first(places) for places in _placed(rulebook, there, tell)])
    return _share(len(set(found)) > 1 for found in zip(*by_market)) if by_market else 0.0


def _furthest(rulebook: Rulebook, position: int, sign: int, tell: Tell) -> int:
    """The most points of the type at a position, or with sign -1 the least, that searches find."""
    index = rulebook.index
    every = index.planes_within(index.remaining(0))
    planes = [(sign * weight, mask) for at, weight, mask in every if at == position]
    found = []
    for answers in random_profiles(rulebook, STARTS):
        found.append(_climbed(rulebook, answers, planes))
        tell(SEARCH)
    return sign * max(found)


def _climbed(rulebook: Rulebook, answers: Answers, planes: list[tuple[int, int]]) -> int:
    """What these weights and rows sum to where no single change of an answer adds any more."""
    index, reached = rulebook.index, _sum(planes, rulebook.index.fired(answers))
    while True:
        ruled_out = {
            q: index.ruled_out(q, answers.get(q)) for q in rulebook.questionnaire.questions
        }
        best, after = reached, None
        for _, differing in single_changes(rulebook.questionnaire, answers):
            changed = ruled_out | {q: index.ruled_out(q, value) for q, value in differing.items()}
            points = _sum(planes, index.remaining(reduce(or_, changed.values())))
            if points > best:
                best, after = points, differing
        if after is None:
            return reached
        reached, answers = best, _answers({**answers.values, **after})


def _sum(planes: list[tuple[int, int]], fired: int) -> int:
    return sum([weight * (fired & mask).bit_count() for weight, mask in planes])


def _spread(points: Sequence[int]) -> dict[str, float]:
    return {"least": min(points), "mean": round(fmean(points), 2), "most": max(points)}


def _quartiles(points: Sequence[int]) -> list[float]:
    return quantiles(points, n=4, method="inclusive") if len(points) > 1 else [points[0]] * 3


def _share(found: Iterable[float]) -> float:
    return round(fmean(found), 4)


def as_text(found: Mapping[str, Any]) -> str:
    """What `balance` gave, in at most 80 columns."""
    shares, points = found["first_changes"], found["points"]
    head = f"{'Type':<16}{'first':>8}{'least':>8}{'mean':>8}{'most':>8}{'searched least/most':>24}"
    lines = [
        f"{found['profiles']} random profiles, rules version {found['rules']['version']}.",
        "",
        head,
    ]
    for type_, each in found["types"].items():
        lines.append(
            f"{type_:<16}{each['first']:>8.1%}{each['least']:>8}{each['mean']:>8.1f}"
            f"{each['most']:>8}{each['least_possible']:>18}{each['most_possible']:>6}"
        )
    return "\n".join(
        [
            *lines,
            "",
            f"Quartiles of the first type's points: {_numbers(points['first'])}; "
            f"of all types': {_numbers(points['all'])}.",
            "",
            "The first place changes in",
            f"{shares['without_capacity']:>8.1%} of profiles without the points of capacity,",
            f"{shares['without_fit']:>8.1%} without those of fit,",
            f"{shares['between_markets']:>8.1%} from one market to another.",
            "",
        ]
    )


def _numbers(quartiles_: Iterable[float]) -> str:
    return ", ".join(f"{number:g}" for number in quartiles_)
