"""Practice against the rules: which rules speak for what was overruled, and who was right."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from recommender.engine import code as codes
from recommender.engine.model import Answers, Contribution
from recommender.engine.rulebook import Rulebook
from recommender.engine.scoring import recommend
from recommender.errors import Text
from recommender.store.practice import WENT, Practice, Practised, Rules

ENOUGH = 10
"""Of fewer outcomes nothing is said but their number."""


@dataclass(frozen=True, slots=True)
class Contested:
    """A rule that spoke against a strategist's choice.

    In `lifted` submissions it lifted the type that she overruled, in `held` it held down the one
    that she chose, in `against` it did either; in `spoke` it gave or took points, or ruled a type
    out, at all.
    """

    rule: str
    reason: Text
    sources: tuple[str, ...]
    lifted: int
    held: int
    against: int
    spoke: int

    @property
    def share(self) -> float:
        """How often it spoke against a choice, of how often it spoke; 0 to 1."""
        return self.against / self.spoke


@dataclass(frozen=True, slots=True)
class Contest:
    """Rules, those overruled most often first; `looked` is of how many submissions."""

    rules: tuple[Contested, ...]
    looked: int
    overruled: int


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How one way of choosing went: `went` counts by WENT; rates are medians in percent.

    The rates are those of the `measured` follow-ups that have both, None without any.
    """

    went: Mapping[str, int]
    measured: int
    before: float | None
    after: float | None

    @property
    def known(self) -> int:
        """Follow-ups that say how it went."""
        return sum(self.went[each] for each in WENT if each != "unknown")

    @property
    def enough(self) -> bool:
        return self.known >= ENOUGH


WAYS = ("followed", "overruled", "otherwise")
"""The recommended type was used; the one that the strategist chose instead; something else."""


Books = Callable[[Rules], Rulebook | None]
"""The rulebook of a version and digest; None where it is not there any more."""


def contest(looked_at: Iterable[Practised], books: Books = lambda _: None) -> Contest:
    """The rules that spoke against strategists' choices; a submission given twice counts once.

    What rules said that are not there any more is read from the documents.
    """
    seen: set[str] = set()
    spoke, lifted, held, against = (Counter[str]() for _ in range(4))
    said: dict[str, Contribution] = {}
    overruled = 0
    for one in looked_at:
        if one.id in seen:
            continue
        seen.add(one.id)
        ranking = _ranking(one, books(one.rules))
        up, down = _against(one, ranking)
        overruled += one.practice.overrule is not None
        spoke.update({c.rule for _, given in ranking for c in given})
        lifted.update(up.keys())
        held.update(down.keys())
        against.update((up | down).keys())
        said = up | down | said
    rules = [
        Contested(id_, c.reason, c.sources, lifted[id_], held[id_], against[id_], n)
        for id_, c in said.items()
        for n in [spoke[id_]]
    ]
    ordered = sorted(rules, key=lambda one: (-one.against, -one.share, one.rule))
    return Contest(tuple(ordered), len(seen), overruled)


def outcomes(known: Iterable[tuple[tuple[str, ...], Practice]]) -> dict[str, Outcomes]:
    """How it went by WAYS, of types at rank 1 with what became of them."""
    found: dict[str, list[Any]] = {way: [] for way in WAYS}
    for first, practice in known:
        if practice.followup:
            found[_way(first, practice)].append(practice.followup)
    return {way: _outcomes(some) for way, some in found.items()}


_Ranking = Sequence[tuple[str, Sequence[Contribution]]]
"""Types, each with the contributions that speak for or against it."""


def _ranking(one: Practised, book: Rulebook | None) -> _Ranking:
    """What was said to a client: by the rules, or in a tenth of the speed by the document."""
    if book:
        made = recommend(book, Answers(codes.decode(book.layouts, one.code)))
        told = [(entry.type, entry.contributions) for entry in made.ranking]
    else:
        told = [
            (entry["type"], tuple(map(_contribution, entry["contributions"])))
            for entry in json.loads(one.document)["ranking"]
        ]
    return [(type_, [c for c in given if c.points or c.kind == "gate"]) for type_, given in told]


def _contribution(told: Mapping[str, Any]) -> Contribution:
    return Contribution(**{**told, "sources": tuple(told["sources"])})


def _against(
    one: Practised, ranking: _Ranking
) -> tuple[dict[str, Contribution], dict[str, Contribution]]:
    """The contributions, by rule, that lifted what was overruled and held down what was chosen."""
    chosen = one.practice.overrule
    if chosen is None:
        return {}, {}
    given_up = [g for type_, g in ranking if type_ in one.first and type_ != chosen.type]
    up = {c.rule: c for given in given_up for c in given if c.points > 0}
    own = [given for type_, given in ranking if type_ == chosen.type]
    down = {c.rule: c for given in own for c in given if c.points <= 0}
    return up, down


def _way(first: tuple[str, ...], practice: Practice) -> str:
    assert practice.followup is not None
    used, overrule = practice.followup.types, practice.overrule
    if overrule:
        return "overruled" if overrule.type in used else "otherwise"
    return "followed" if set(first).intersection(used) else "otherwise"


def _outcomes(some: list[Any]) -> Outcomes:
    rates = [
        (one.rate_before, one.rate_after)
        for one in some
        if one.rate_before is not None and one.rate_after is not None
    ]
    went = Counter(one.went for one in some)
    return Outcomes(
        {each: went[each] for each in WENT},
        len(rates),
        median(before for before, _ in rates) if rates else None,
        median(after for _, after in rates) if rates else None,
    )
