"""What each rule does over many answers: where it fires, and where it decides who comes first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import fill
from typing import Any

from recommender.engine.index import Index
from recommender.engine.model import Answers, Rule
from recommender.engine.rulebook import Rulebook
from recommender.engine.trial import Places, first
from recommender.i18n import words
from recommender.rulebook.balance import random_profiles
from recommender.rulebook.cases import Case


@dataclass(frozen=True, slots=True)
class Use:
    """Where a rule fires, and which types share rank 1 without it where that makes a difference.

    Both name answers by their place among those given, from 0.
    """

    fires: list[int] = field(default_factory=list)
    decides: dict[int, frozenset[str]] = field(default_factory=dict)


def uses(
    rulebook: Rulebook, answers: Iterable[Answers], tell: Callable[[int], object] = lambda n: None
) -> dict[str, Use]:
    """The use of every rule; each is left out on its own, while all others stand.

    `tell` is called with the answers done.
    """
    index = rulebook.index
    masks = rows_by_rule(index)
    found = {id_: Use() for id_ in rulebook.rules}
    known: dict[int, Places] = {}
    for at, each in enumerate(answers):
        fired = index.fired(each)
        places = index.places(fired)
        leading = first(places)
        for id_, mask in masks.items():
            rows = fired & mask
            if rows:
                found[id_].fires.append(at)
                without = first(_without(index, places, fired, rows, known))
                if without != leading:
                    found[id_].decides[at] = frozenset(index.types[one] for one in without)
        tell(1)
    return found


def rows_by_rule(index: Index) -> dict[str, int]:
    """The rows of each rule, as bits."""
    masks: dict[str, int] = {}
    for bit, row in enumerate(index.rows):
        masks[row.rule] = masks.get(row.rule, 0) | 1 << bit
    return masks


def _without(
    index: Index, places: Places, fired: int, rows: int, known: dict[int, Places]
) -> Places:
    """Where the types stand without some of the rows that hold; `known` is what rows do alone."""
    if index.excluded(rows):
        return index.places(fired & ~rows)
    if rows not in known:
        known[rows] = index.places(rows)
    return [(out, points - own) for (out, points), (_, own) in zip(places, known[rows])]


def steps(cases: Sequence[Case], profiles: int) -> int:
    """The sum of what `coverage` tells while it works."""
    return len(cases) + profiles


def coverage(
    rulebook: Rulebook,
    cases: Sequence[Case],
    profiles: int,
    tell: Callable[[int], object] = lambda n: None,
) -> dict[str, Any]:
    """The use of each rule over cases and random valid profiles, ready for JSON.

    Of each rule the cases in which it fires and those whose first place other types take
    without it, and how many profiles of either sort. `never` are the rules that fire nowhere;
    `idle` fire, and each can be taken away, on its own, without changing any of these first
    places; `words_only` fire and only warn or close a platform, which no first place hangs on.
    Same rules, cases and number of profiles give the same numbers.
    """
    of_cases = uses(rulebook, (case.answers for case in cases), tell)
    of_profiles = uses(rulebook, random_profiles(rulebook, profiles), tell)
    rules = {
        id_: {
            "cases": {
                "fires": [cases[at].id for at in of_cases[id_].fires],
                "decides": [cases[at].id for at in of_cases[id_].decides],
            },
            "profiles": {
                "fires": len(of_profiles[id_].fires),
                "decides": len(of_profiles[id_].decides),
            },
        }
        for id_ in rulebook.rules
    }
    return {
        "rules": {"version": rulebook.version, "digest": rulebook.digest, "n": len(rules)},
        "cases": len(cases),
        "profiles": profiles,
        **_sorts(rulebook.rules, rules),
        "uses": rules,
    }


def _sorts(rules: Mapping[str, Rule], used: Mapping[str, Any]) -> dict[str, list[str]]:
    """The rules that change no first place, by why they do not."""
    sorts: dict[str, list[str]] = {"never": [], "idle": [], "words_only": []}
    for id_, rule in rules.items():
        if not _any(used[id_], "fires"):
            sorts["never"].append(id_)
        elif rule.warn or rule.close:
            sorts["words_only"].append(id_)
        elif not _any(used[id_], "decides"):
            sorts["idle"].append(id_)
    return sorts


def _any(use: Mapping[str, Any], what: str) -> bool:
    return bool(use["cases"][what] or use["profiles"][what])


def as_text(found: Mapping[str, Any], lang: str) -> str:
    """What `coverage` gave: the rules that change nothing, then all, the most decisive first."""
    w, n = words(lang), found["rules"]
    counts = {"cases": found["cases"], "profiles": found["profiles"]}
    lines = [w("coverage_count", rules=n["n"], version=n["version"], **counts), ""]
    for sort in ("never", "idle", "words_only"):
        listed = ", ".join(found[sort]) or w("coverage_none")
        line = f"{w(f'coverage_{sort}')} ({len(found[sort])}): {listed}."
        lines.append(fill(line, 92, subsequent_indent="  ", break_on_hyphens=False))
    heads = [
        f"{w(of)}{w('coverage_decides'):>12}" for of in ("coverage_cases", "coverage_profiles")
    ]
    lines += ["", w("coverage_note"), f"{w('coverage_rule'):<48}{heads[0]:>20}{heads[1]:>24}"]
    order = sorted(found["uses"].items(), key=lambda use: (*_decided(use[1]), use[0]))
    for id_, use in order:
        cases = f"{len(use['cases']['fires'])}{len(use['cases']['decides']):>12}"
        profiles = f"{use['profiles']['fires']}{use['profiles']['decides']:>12}"
        lines.append(f"{id_:<48}{cases:>20}{profiles:>24}")
    return "\n".join(lines) + "\n"


def _decided(use: Mapping[str, Any]) -> tuple[int, int]:
    """The most decisive first."""
    return -use["profiles"]["decides"], -len(use["cases"]["decides"])
