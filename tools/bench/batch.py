"""P4: many profiles at once, as columns and from JSON text to JSON text."""

import json
from collections.abc import Callable
from itertools import compress, islice
from typing import Any

from recommender.batch import brief_lines
from recommender.engine.answers import read
from recommender.engine.columns import CHUNK, Columns
from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from tools.bench.engines import Unequal
from tools.bench.measure import Contestant, Progress, repeated, rounds
from tools.bench.peers import DataLogic, Naive, Peer, Zen, flat
from tools.bench.rules import generated, given_answers
from tools.bench.table import Figure, at_least

RULES, MANY = 1_000, 100_000
TIMES_NAIVE, TIMES_PEER = 500, 15
CHECKED = 200
PEERS = (DataLogic, Zen)
"""The two that are fastest one by one; see the figures of P1."""


def figures(book: Rulebook, quick: bool) -> list[Figure]:
    count = 3 if quick else 7
    large = generated(book, RULES)
    with Progress(f"batch: making {MANY:,} answers", 1):
        given = given_answers(large, MANY, seed=21)
    return [*_columns(large, given, count), *_texts(large, given, count)]


def _columns(book: Rulebook, given: list[dict], count: int) -> list[Figure]:
    answers = [read(book.questionnaire, one) for one in given]
    columns = Columns(book.index)
    naive = Naive(book.questionnaire, book.types, book.index.rows)
    flats = [flat(book.questionnaire, one) for one in answers[:CHECKED]]
    encoded = [columns.profile(one) for one in answers]
    _check_points(columns, encoded, naive, flats)

    def points(_: object) -> None:
        for start in range(0, MANY, CHUNK):
            columns.points(encoded[start : start + CHUNK])

    def whole(_: object) -> None:
        for start in range(0, MANY, CHUNK):
            columns.points([columns.profile(one) for one in answers[start : start + CHUNK]])

    contestants = {
        "points": Contestant(points, lambda _: [None], size=MANY),
        "answers to points": Contestant(whole, lambda _: [None], size=MANY),
        "naive": repeated(naive.evaluate, flats, 0.3),
    }
    samples = rounds(f"batch: {MANY:,} profiles, points", contestants, count)
    said = f"points only, {MANY:,} profiles, {RULES:,} rules: times faster than the naive loop"
    return [
        at_least("P4", said, samples.ratio("naive", "points"), TIMES_NAIVE),
        Figure(
            "",
            f"{said}, answers made into bits included",
            samples.ratio("naive", "answers to points"),
        ),
        Figure("", "profiles a second, points only", 1 / samples.median("points")),
    ]


def _check_points(columns: Columns, encoded: list[int], naive: Naive, flats: list[dict]) -> None:
    got = columns.points(encoded[: len(flats)])
    for number, profile in enumerate(flats):
        if {type_: points[number] for type_, points in got.items()} != naive.evaluate(profile)[0]:
            raise Unequal("The columns give other points than the naive loop; nothing was timed.")


def _texts(book: Rulebook, given: list[dict], count: int) -> list[Figure]:
    """The work of `recommender batch --brief`, done by us and by each peer with its own means."""
    lines = [
        json.dumps({"id": number, "answers": answers}).encode() + b"\n"
        for number, answers in enumerate(given)
    ]
    peers = {kind.name: _peer_lines(book, kind) for kind in PEERS}
    expected = list(islice(brief_lines(book, lines), CHECKED))
    for name, work in peers.items():
        if [work(line) for line in lines[:CHECKED]] != expected:
            raise Unequal(f"{name} writes other lines than `batch --brief`; nothing was timed.")

    def ours(__: object) -> None:
        for _ in brief_lines(book, lines):
            pass

    contestants = {"ours": Contestant(ours, lambda _: [None], size=MANY)}
    contestants |= {name: repeated(work, lines, 0.3) for name, work in peers.items()}
    samples = rounds(f"batch: {MANY:,} lines of JSON", contestants, count)
    fastest = min(peers, key=lambda name: samples.ratio(name, "ours"))
    return [
        at_least(
            "P4",
            f"JSON text to JSON text, {RULES:,} rules: times faster than the fastest peer "
            f"({fastest})",
            samples.ratio(fastest, "ours"),
            TIMES_PEER,
        ),
        Figure("", "lines of JSON a second", 1 / samples.median("ours")),
    ]


def _peer_lines(book: Rulebook, kind: type[Peer]) -> Callable[[bytes], bytes]:
    """A line in, a line out: the peer's own evaluation between json.loads and json.dumps."""
    peer = kind(book.questionnaire, book.types, book.index.rows)
    unknown = flat(book.questionnaire, Answers({}))
    with_none = [q.id for q in book.questionnaire.questions.values() if q.none]

    def work(line: bytes) -> bytes:
        given = json.loads(line)
        profile = unknown | given["answers"]
        for question in with_none:
            if given["answers"].get(question) == []:
                profile[question] = ["-"]
        ranking = _ranking(_points(peer, profile))
        made = {"id": given["id"], "recommendation": {"ranking": ranking}}
        text = json.dumps(made, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return text.encode() + b"\n"

    return work


def _points(peer: Any, profile: dict) -> dict[str, int]:
    points = dict.fromkeys(peer.types, 0)
    for type_, given, _ in compress(peer.effects, peer.list.evaluate(profile)):
        points[type_] += given
    return points


def _ranking(points: dict[str, int]) -> list[dict[str, Any]]:
    order = sorted(points.items(), key=lambda item: (-item[1], item[0]))
    ranked = [given for _, given in order]
    return [
        {"type": type_, "rank": 1 + ranked.index(given), "points": given} for type_, given in order
    ]
