"""How well the rules rank real cases."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from math import comb, log2
from random import Random
from statistics import fmean, quantiles
from textwrap import fill
from typing import Any

from recommender.engine.explain import explain
from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.rulebook.cases import UNKNOWN, Case

RESAMPLES = 2000
SEED = 1
LABELS = ("clear", "narrow", "early", "tie")
"""The confidence labels, surest first."""

Order = tuple[tuple[str, ...], ...]
"""All types, best first; types that are tied stand together."""

Placed = tuple[Case, Order]
Measure = Callable[[Case, Order], float | None]
"""A number from 0 to 1 for one case, None where the case says nothing about it."""


def chance(order: Order, wanted: Iterable[str], places: int) -> float:
    """How likely one of `wanted` takes one of the first places, when every tie is drawn by lot.

    So a type among k tied for the first place counts 1/k there.
    """
    none, wanted = 1.0, set(wanted)
    for tied in order:
        drawn = min(places, len(tied))
        none *= comb(len(tied) - len(wanted.intersection(tied)), drawn) / comb(len(tied), drawn)
        places -= drawn
    return 1 - none


def ndcg(order: Order, worked: Sequence[str]) -> float:
    """NDCG of the first three places; the first three of `worked` gain 3, 2 and 1.

    Tied types share what the places they take are worth. 1 is the order of `worked`.
    """
    gains = dict(zip(worked, (3, 2, 1)))
    worth = [1 / log2(place + 1) for place in (1, 2, 3)]
    found, place = 0.0, 0
    for tied in order:
        gain = sum(gains.get(type_, 0) for type_ in tied) / len(tied)
        found += gain * sum(worth[place : place + len(tied)])
        place += len(tied)
    return found / sum(gain * each for gain, each in zip(gains.values(), worth))


MEASURES: dict[str, Measure] = {
    "top1": lambda case, order: chance(order, case.worked, 1),
    "top2": lambda case, order: chance(order, case.worked, 2),
    "ndcg3": lambda case, order: ndcg(order, case.worked),
    "failed_first": lambda case, order: chance(order, case.failed, 1) if case.failed else None,
}
OF_MAIN: dict[str, Measure] = {
    "first": lambda case, order: chance(order, [case.main], 1),
    "first_two": lambda case, order: chance(order, [case.main], 2),
}
OF_LABEL = {"top1": MEASURES["top1"]}


def order_of(rulebook: Rulebook, answers: Answers) -> Order:
    """The types as the rules rank them for these answers."""
    index = rulebook.index
    placed = sorted(zip(index.places(index.fired(answers)), index.types))
    return tuple(tuple(t for _, t in tied) for _, tied in groupby(placed, lambda one: one[0]))


def _same_order(types: Iterable[str], cases: Sequence[Case], case: Case) -> Order:
    """The types by how often they are the main one of all cases, this one included.

    Without its own vote each case would find its type behind the others wherever types are about
    as frequent: of eight blogs and eight forums each blog would get an order led by forums.
    That makes the baseline absurdly low, so this one knows the very cases that it is tried on.
    """
    votes = Counter(each.main for each in cases)
    return _by_votes(types, lambda type_: votes[type_])


def _per_goal(types: Iterable[str], cases: Sequence[Case], case: Case) -> Order:
    """The types by how often they are the main one of the other cases with this main goal.

    Ties are settled by all the others. Some goals have one case or two: with its own vote
    such a case would be its own answer.
    """
    others = [other for other in cases if other is not case]
    overall = Counter(other.main for other in others)
    votes = Counter(other.main for other in others if other.goal == case.goal)
    return _by_votes(types, lambda type_: (votes[type_], overall[type_]))


def _by_votes(types: Iterable[str], votes: Callable[[str], Any]) -> Order:
    ranked = sorted(types, key=votes, reverse=True)
    return tuple(tuple(tied) for _, tied in groupby(ranked, votes))


BASELINES = {"same_order": _same_order, "per_goal": _per_goal}
"""What the rules must beat."""


def measure(rulebook: Rulebook, cases: Sequence[Case]) -> dict[str, Any]:
    """How the rules rank these cases, beside the baselines, ready for JSON.

    Every estimate is `{value, low, high, n}`: a mean from 0 to 1 over n cases and its 95 %
    bootstrap interval, None without cases. `per_type` follows the main working type alone:
    how often it was itself first, and among the first two. `wrong` are the cases in which no
    type that worked came first, not even tied. `per_label` tells for each confidence label of
    a ranking how often its first type was right, as `top1` of those cases. Same cases and
    rules give the same numbers.
    """
    placed = [(case, order_of(rulebook, case.answers)) for case in cases]
    asked = rulebook.questionnaire.questions.get("market")
    markets = (*(asked.options if asked else ()), UNKNOWN)
    types = rulebook.types
    return {
        "n": len(placed),
        "rules": {"version": rulebook.version, "digest": rulebook.digest},
        "all": _estimates(placed),
        "without_named": _estimates([p for p in placed if not p[0].names_channel]),
        "per_type": {t: _estimates([p for p in placed if p[0].main == t], OF_MAIN) for t in types},
        "per_market": {m: _estimates([p for p in placed if p[0].market == m]) for m in markets},
        "per_label": _per_label(rulebook, placed),
        "baselines": {
            name: _estimates([(case, order(types, cases, case)) for case in cases])
            for name, order in BASELINES.items()
        },
        "wrong": [
            {"id": case.id, "first": list(order[0]), "worked": list(case.worked)}
            for case, order in placed
            if not set(order[0]).intersection(case.worked)
        ],
    }


def _per_label(rulebook: Rulebook, placed: Sequence[Placed]) -> dict[str, Any]:
    labels = [explain(rulebook, case.answers).confidence.label for case, _ in placed]
    return {
        label: _estimates([p for p, own in zip(placed, labels) if own == label], OF_LABEL)
        for label in LABELS
    }


def _estimates(placed: list[Placed], measures: dict[str, Measure] = MEASURES) -> dict[str, Any]:
    values = {name: [each(*one) for one in placed] for name, each in measures.items()}
    return {name: _estimate([v for v in of if v is not None]) for name, of in values.items()}


def _estimate(values: Sequence[float]) -> dict[str, Any]:
    """The mean of the values, and a percentile interval from drawing as many of them again."""
    n = len(values)
    if not n:
        return {"value": None, "low": None, "high": None, "n": 0}
    drawing = Random(SEED)
    cuts = quantiles([fmean(drawing.choices(values, k=n)) for _ in range(RESAMPLES)], n=40)
    shown = {"value": fmean(values), "low": cuts[0], "high": cuts[-1]}
    return {name: round(number, 4) for name, number in shown.items()} | {"n": n}


def as_text(measured: Mapping[str, Any]) -> str:
    """What `measure` gave as tables of at most 80 columns, with two decimals."""
    rules = [(f"rules, {label}", measured[key]) for key, label in _SUBSETS.items()]
    markets = [(f"rules, {market}", found) for market, found in measured["per_market"].items()]
    baselines = [(label, measured["baselines"][key]) for key, label in _BASELINES.items()]
    lines = [
        f"{measured['n']} cases, rules version {measured['rules']['version']}.",
        f"From 0 to 1, with the 95 % interval of {RESAMPLES} bootstrap resamples of n cases.",
        *_table("Order by", _COLUMNS, [*rules, *markets, *baselines]),
        *_table("A failed type first", {"failed_first": "share"}, [*rules, *baselines]),
        *_table("Main working type", _OF_MAIN_COLUMNS, list(measured["per_type"].items())),
        *_table("Confidence", {"top1": "first was right"}, list(measured["per_label"].items())),
        "",
        f"Cases in which no working type came first: {len(measured['wrong'])}.",
    ]
    for wrong in measured["wrong"]:
        first, worked = ", ".join(wrong["first"]), ", ".join(wrong["worked"])
        line = f"  {wrong['id']}: {first} came first; worked: {worked}"
        lines.append(fill(line, 80, subsequent_indent="    ", break_on_hyphens=False))
    return "\n".join(lines) + "\n"


_SUBSETS = {"all": "all cases", "without_named": "channel unnamed"}
_BASELINES = {"same_order": "always the same order", "per_goal": "most frequent per goal"}
_COLUMNS = {"top1": "top-1", "top2": "top-2", "ndcg3": "NDCG@3"}
_OF_MAIN_COLUMNS = {"first": "came first", "first_two": "in first two"}


def _table(title: str, columns: Mapping[str, str], rows: Sequence[tuple[str, Any]]) -> list[str]:
    """An empty line, a head and a line for each row; n is the same in all columns."""
    lines = ["", f"{title:<22}   n" + "".join(f"{column:>18}" for column in columns.values())]
    for label, found in rows:
        shown = [found[column] for column in columns]
        lines.append(f"{label:<22}{shown[0]['n']:>4}" + "".join(f"{_shown(e):>18}" for e in shown))
    return lines


def _shown(estimate: Mapping[str, Any]) -> str:
    return "{value:.2f} ({low:.2f}-{high:.2f})".format(**estimate) if estimate["n"] else "-"
