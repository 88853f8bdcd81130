"""P1 and P2: one evaluation beside its peers, and how its cost grows with the rules."""

from collections.abc import Callable, Mapping
from math import log
from time import process_time
from typing import Any

from recommender.engine.index import Index
from recommender.engine.model import Answers, Value
from recommender.engine.rulebook import Rulebook
from tools.bench.measure import Contestant, Samples, repeated, rounds
from tools.bench.peers import PEERS, Naive, flat
from tools.bench.rules import generated, profiles
from tools.bench.table import Figure, at_least, at_most

GOALS = {100: (2.5, 1.4), 1_000: (9, 7), 10_000: (20, 18)}
"""By rules: how much faster than the fastest peer, warm and with answers never seen."""
CHECK_SECONDS = 2
OURS, NEW, POINTS = "ours", "ours, answers never seen", "ours, points only"


class Unequal(Exception):
    """An engine gave another result, so that its time means nothing."""


def figures(book: Rulebook, quick: bool) -> list[Figure]:
    count = 5 if quick else 11
    made = [*_shipped(book, count)]
    for size in GOALS:
        made += _beside_peers(generated(book, size), size, count)
    return made + _growth(book, count)


def _shipped(book: Rulebook, count: int) -> list[Figure]:
    label = f"engines: the {len(book.index.rows)} rows of the shipped rules"
    samples = _race(book, label, count)
    return _told(samples, "shipped rules")


def _beside_peers(book: Rulebook, size: int, count: int) -> list[Figure]:
    samples = _race(book, f"engines: {size:,} rules", count)
    fastest = {
        against: min((peer.name for peer in PEERS), key=lambda name: samples.ratio(name, against))
        for against in (OURS, NEW)
    }
    warm, new = GOALS[size]
    said = f"{size:,} rules, all fired rules and points: times faster than the fastest peer"
    return [
        at_least("P1", f"{said} ({fastest[OURS]}), warm", samples.ratio(fastest[OURS], OURS), warm),
        at_least(
            "P1",
            f"{said} ({fastest[NEW]}), answers never seen before",
            samples.ratio(fastest[NEW], NEW),
            new,
        ),
        *_told(samples, f"{size:,} rules"),
    ]


def _told(samples: Samples, rules: str) -> list[Figure]:
    """Every engine's time in microseconds, and how many times ours it is."""
    return [
        Figure(
            "",
            f"{rules}, {name}: µs an evaluation"
            + ("" if name == OURS else f" ({samples.ratio(name, OURS):.1f} times ours)"),
            samples.median(name) * 1e6,
        )
        for name in samples
    ]


def _race(book: Rulebook, label: str, count: int) -> Samples:
    answers = profiles(book, 200)
    flats = [flat(book.questionnaire, one) for one in answers]
    naive = Naive(book.questionnaire, book.types, book.index.rows)
    expected = [_comparable(naive.evaluate(profile)) for profile in flats]
    peers = [kind(book.questionnaire, book.types, book.index.rows) for kind in PEERS]
    _check(OURS, book.index.evaluate, answers, expected)
    for peer in peers:
        _check(peer.name, peer.evaluate, flats, expected)
    contestants = {
        OURS: repeated(book.index.evaluate, answers),
        NEW: never_seen(book.index, answers),
    }
    contestants |= {engine.name: repeated(engine.evaluate, flats) for engine in [*peers, naive]}
    return rounds(label, contestants, count)


def never_seen(index: Index, answers: list[Answers]) -> Contestant:
    """Evaluations by an index in use that has never seen a list that it is now given.

    What it keeps of lists (answers to many-choice questions) is taken from it before each; the
    taking is timed too.
    """
    items = [(one, _lists(index, one)) for one in answers]

    def evaluate(item: tuple[Answers, list[tuple[dict, Value]]]) -> None:
        for known, value in item[1]:
            known.pop(value, None)
        index.evaluate(item[0])

    return repeated(evaluate, items)


def _lists(index: Index, answers: Answers) -> list[tuple[dict, Value]]:
    """The lists among answers, each with the table in which the index keeps what it rules out."""
    return [
        (index._tables[question], value)
        for question, value in answers.values.items()
        if isinstance(value, tuple) and question in index._tables
    ]


def _check(name: str, evaluate: Callable, given: list[Any], expected: list[tuple]) -> None:
    """Raise Unequal for another result on any of the answers, as many as a few seconds allow."""
    begun = process_time()
    for one, result in zip(given, expected, strict=True):
        if _comparable(evaluate(one)) != result:
            raise Unequal(f"{name} gives another result than the naive loop; nothing was timed.")
        if process_time() - begun > CHECK_SECONDS:
            return


def _comparable(result: tuple[Mapping[str, int], list[str]]) -> tuple[dict[str, int], list[str]]:
    """Points, and fired rules whatever their order; a rule of several rows counts once."""
    return dict(result[0]), sorted({*result[1]})


def _points_only(index: Index) -> Callable[[Answers], object]:
    return lambda answers: index.points(index.fired(answers))


def _growth(book: Rulebook, count: int) -> list[Figure]:
    """From 100 to 10,000 rules within the same rounds."""
    contestants = {}
    for size in (100, 10_000):
        large = generated(book, size)
        answers, index = profiles(book, 200), large.index
        contestants[f"{OURS} {size}"] = repeated(index.evaluate, answers)
        contestants[f"{POINTS} {size}"] = repeated(_points_only(index), answers)
    samples = rounds("engines: growth from 100 to 10,000 rules", contestants, count)
    said = "growth of one evaluation from 100 to 10,000 rules, exponent"
    exponents = {
        kind: log(samples.ratio(f"{kind} 10000", f"{kind} 100")) / log(100)
        for kind in (OURS, POINTS)
    }
    return [
        at_most("P2", f"{said}, all fired rules", exponents[OURS], 0.65),
        at_most("P2", f"{said}, points only", exponents[POINTS], 0.25),
    ]
