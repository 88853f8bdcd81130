"""What the first places of real cases hang on: strength classes weighed anew, rules left out."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from textwrap import fill
from typing import Any

from recommender.engine.model import Rule
from recommender.engine.rulebook import Rulebook
from recommender.rulebook.accuracy import chance
from recommender.rulebook.cases import Case
from recommender.rulebook.coverage import uses

CLASSES = {
    "seed": "document",
    "policy": "document",
    "study": "study",
    "statistic": "study",
    "survey": "survey",
    "practitioner": "practitioner",
}
"""The class of every strength that a source may have, the strongest first."""

Firsts = tuple[frozenset[str], ...]
"""Of each case, the types that share the first place."""


def strength_class(rulebook: Rulebook, rule: Rule) -> str:
    """The class of a rule's strongest source."""
    order = list(CLASSES)
    strengths = (rulebook.sources[source].strength for source in rule.sources)
    return CLASSES[min(strengths, key=order.index)]


VARIANTS = 2 * len(set(CLASSES.values()))
"""How many sets of rules `sensitivity` weighs anew; leaving rules out takes next to no time."""


def sensitivity(
    rulebook: Rulebook, cases: Sequence[Case], tried: Callable[[int], object] = lambda n: None
) -> dict[str, Any]:
    """How the first places change with the weights of a class, and without each rule, for JSON.

    `top1` is from 0 to 1 as in `accuracy.measure`; `changed` names the cases in which other
    types share the first place than do under the rules as they stand. `left_out` holds only
    the rules without which any does. `tried` is told of each set of rules that was weighed anew.
    """
    before = _firsts(rulebook, cases)
    rules = rulebook.rules

    def outcome(after: Firsts) -> dict[str, Any]:
        moved = (case.id for case, was, is_ in zip(cases, before, after) if was != is_)
        return {"changed": list(moved), "top1": _top1(cases, after)}

    def doubled(which: Collection[str]) -> dict[str, Any]:
        tried(1)
        return outcome(_firsts(replace(rulebook, rules=_doubled(rules, which)), cases))

    used = uses(rulebook, (case.answers for case in cases))
    return {
        "n": len(cases),
        "rules": {"version": rulebook.version, "digest": rulebook.digest, "n": len(rules)},
        "top1": _top1(cases, before),
        "classes": {
            name: {
                "rules": len(members),
                "doubled": doubled(members),
                "others_doubled": doubled(set(rules) - members),
            }
            for name, members in _members(rulebook).items()
        },
        "left_out": {
            id_: outcome(tuple(use.decides.get(at, was) for at, was in enumerate(before)))
            for id_, use in used.items()
            if use.decides
        },
    }


def _members(rulebook: Rulebook) -> dict[str, set[str]]:
    """The ids of the rules of each class."""
    members: dict[str, set[str]] = {name: set() for name in CLASSES.values()}
    for id_, rule in rulebook.rules.items():
        members[strength_class(rulebook, rule)].add(id_)
    return members


def _doubled(rules: Mapping[str, Rule], which: Collection[str]) -> dict[str, Rule]:
    """All rules, with twice the points where the id is one of `which`."""
    return {
        id_: replace(rule, effects={t: 2 * points for t, points in rule.effects.items()})
        if id_ in which
        else rule
        for id_, rule in rules.items()
    }


def _firsts(rulebook: Rulebook, cases: Sequence[Case]) -> Firsts:
    index = rulebook.index
    found = []
    for case in cases:
        places = index.places(index.fired(case.answers))
        best = min(places)
        found.append(frozenset(t for t, place in zip(index.types, places) if place == best))
    return tuple(found)


def _top1(cases: Sequence[Case], firsts: Firsts) -> float | None:
    if not cases:
        return None
    right = (chance((tuple(first),), case.worked, 1) for case, first in zip(cases, firsts))
    return round(fmean(right), 4)


def as_text(found: dict[str, Any]) -> str:
    """What `sensitivity` gave, in at most 80 columns."""
    n = found["n"]
    lines = [
        f"{n} cases, rules version {found['rules']['version']}. Top-1 as it stands: "
        f"{_share(found['top1'])}.",
        "",
        "How many first places change, and top-1 then, when all points of a class are",
        "doubled, or all others are. A rule is of the class of its strongest source.",
        "",
        f"{'Class':<16}{'rules':>6}{'doubled':>16}{'others doubled':>20}",
    ]
    for name, each in found["classes"].items():
        cells = f"{_cell(each['doubled']):>16}{_cell(each['others_doubled']):>20}"
        lines.append(f"{name:<16}{each['rules']:>6}{cells}")
    left_out = found["left_out"]
    silent = found["rules"]["n"] - len(left_out)
    lines += [
        "",
        f"{silent} of the {found['rules']['n']} rules can be left out, one at a time, and no first",
        "place changes. Those that matter, with how many change, and top-1 then:",
    ]
    for rule, each in left_out.items():
        line = f"  {rule}: {_cell(each)}, {', '.join(each['changed'])}"
        lines.append(fill(line, 80, subsequent_indent="    ", break_on_hyphens=False))
    return "\n".join(lines) + "\n"


def _cell(outcome: dict[str, Any]) -> str:
    return f"{len(outcome['changed'])} ({_share(outcome['top1'])})"


def _share(top1: float | None) -> str:
    return "-" if top1 is None else f"{top1:.3f}"
