"""Type, rank and points for many lines: read fast, scored by columns, written as JSON.

A usual line costs some microseconds. It is accepted by tables of answers that `read` has
accepted before; whatever is not in them takes the ordinary way, which alone explains.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from recommender.batch.given import Given, is_broken, json_line, line_key, numbered
from recommender.engine.answers import read
from recommender.engine.columns import CHUNK, Columns, Standings
from recommender.engine.model import Value
from recommender.engine.moves import MAIN, OTHERS
from recommender.engine.rulebook import Rulebook
from recommender.errors import AnswersError
from recommender.json_text import JsonError, strict_decoder
from recommender.render.document import canonical, problem_object

MOST_KEPT = 4096
"""How many forms of answers to a question are kept; more are judged again each time."""

WRITTEN = 2048
"""How many lines are put into words at once: all that were counted would take much memory."""

Read = tuple[str, int] | Given
"""The start of an accepted line's answer and its profile, or what the ordinary way gave."""


@dataclass(frozen=True, slots=True)
class Part:
    """Answers to some lines, in order, each a line of JSON; `refused` counts those refused."""

    content: bytes
    lines: int
    refused: int


def brief_lines(rulebook: Rulebook, lines: Iterable[bytes]) -> Iterator[bytes]:
    r"""For each line of JSON a line of JSON with type, rank and points, or every problem.

    Lines go in and come out as `recommender batch --brief` takes and gives them, some thousands
    at once, in the same order; memory does not grow with their number. So a partition of a
    distributed job, a file or a socket is scored by

        from recommender.rulebook import load, shipped
        from recommender.batch import brief_lines

        for line in brief_lines(load(shipped()), partition):
            ...
    """
    for part in brief_parts(rulebook, lines):
        yield from part.content.splitlines(keepends=True)


def brief_parts(
    rulebook: Rulebook, lines: Iterable[bytes] | None = None, given: Iterable[Given] = ()
) -> Iterator[Part]:
    """The same in parts of many lines; from lines of JSON, or from a table's rows as given."""
    columns = Columns(rulebook.index)
    writer = _Writer(rulebook, columns)
    found = iter(given) if lines is None else _read_lines(rulebook, columns, lines)
    for first in found:
        yield from writer.parts(chain((first,), islice(found, CHUNK - 1)))


def _read_lines(rulebook: Rulebook, columns: Columns, lines: Iterable[bytes]) -> Iterator[Read]:
    accepted = _Accepted(rulebook, columns)
    for number, line in numbered(lines):
        yield accepted.read(number, line) or json_line(rulebook, number, line)


class _Accepted:
    """Lines whose every answer `read` has accepted before, known at a glance."""

    def __init__(self, rulebook: Rulebook, columns: Columns):
        questions = rulebook.questionnaire.questions
        required = [question.id for question in questions.values() if question.required]
        flags = {question: 1 << columns.size + at for at, question in enumerate(required)}
        self._required = sum(flags.values())
        self._options = (1 << columns.size) - 1

        def verdicts(question: str, main: str | None = None) -> _Verdicts:
            return _Verdicts(rulebook, columns, question, main, flags.get(question, 0))

        tables = {question: verdicts(question) for question in questions}
        # What is kept of the other goals hangs on the main goal, and only that.
        self._by_main: dict[Any, dict[str, _Verdicts]] = {
            main: tables | {question: verdicts(question, main) for question in {OTHERS} & {*tables}}
            for main in (None, *(questions[MAIN].options if MAIN in questions else ()))
        }

    def read(self, number: int, line: bytes) -> tuple[str, int] | None:
        """The start of the line's answer and its profile; None where anything is unusual."""
        try:
            text = line.decode()
            given, end = _DECODER.raw_decode(text)
            answers = given["answers"]
            tables = self._by_main[answers.get(MAIN)]
            profile = 0
            for question, raw in answers.items():
                profile |= tables[question][frozenset(raw) if type(raw) is list else raw]
        except _UNUSUAL:
            return None
        # As many colons as keys: so no key came twice, and nothing else holds an object.
        if text[end:] not in _LINE_ENDS or text.count(":") != len(given) + len(answers):
            return None
        start = _start(number, given)
        if start is None or profile & self._required != self._required:
            return None
        return start, profile & self._options


class _Verdicts(dict[Any, int]):
    """The part of a profile that an answer to one question is, for answers that `read` accepts.

    Raises KeyError for all others. Lists are looked up as sets, since neither their order nor
    repeats count.
    """

    def __init__(
        self, rulebook: Rulebook, columns: Columns, question: str, main: str | None, flag: int
    ):
        self._questionnaire, self._columns = rulebook.questionnaire, columns
        self._question, self._main, self._flag = question, main, flag

    def __missing__(self, raw: Any) -> int:
        given: dict[str, Any] = {} if self._main is None else {MAIN: self._main}
        given[self._question] = list(raw) if isinstance(raw, frozenset) else raw
        try:
            answers = read(self._questionnaire, given, require=())
        except AnswersError:
            raise KeyError(raw) from None
        value: Value | None = answers.get(self._question)
        profile = 0
        if value is not None:
            profile = self._columns.chosen[self._question, value] | self._flag
        if len(self) < MOST_KEPT:
            self[raw] = profile
        return profile


class _Writer:
    """Lines that were read, as answers in JSON, byte for byte in its canonical form."""

    def __init__(self, rulebook: Rulebook, columns: Columns):
        self._columns = columns
        self._entries = [_Entries(type_) for type_ in rulebook.types]
        self._orders = _Orders()

    def parts(self, some: Iterable[Read]) -> Iterator[Part]:
        """The answers to some lines: counted at once, written a part at a time."""
        starts: list[str] = []
        profiles: list[int] = []
        refused: dict[int, str] = {}
        for at, read_ in enumerate(some):
            if isinstance(read_, tuple):
                starts.append(read_[0])
                profiles.append(read_[1])
            elif read_.answers is None:
                refused[at] = _refusal(read_)
            else:
                starts.append(_head(read_.id, read_.line))
                profiles.append(self._columns.profile(read_.answers))
        done = self._lines(starts, self._columns.standings(profiles))
        count = len(starts) + len(refused)
        for start in range(0, count, WRITTEN):
            places = range(start, min(start + WRITTEN, count))
            lines = [refused.get(at) or next(done) for at in places]
            yield Part("".join(lines).encode(), len(lines), len(refused.keys() & places))

    def _lines(self, starts: list[str], standings: Standings) -> Iterator[str]:
        entries = [
            map(texts.__getitem__, zip(ranks, points))
            for texts, ranks, points in zip(self._entries, standings.ranks, standings.points)
        ]
        orders = map(self._orders.__getitem__, zip(*standings.order))
        return (
            f'{start},"recommendation":{{"ranking":[{",".join(order(each))}]}}}}\n'
            for start, order, each in zip(starts, orders, zip(*entries))
        )


class _Entries(dict[tuple[int, int], str]):
    """A type's entry in a ranking, by rank and points."""

    def __init__(self, type_: str):
        self._type = type_

    def __missing__(self, place: tuple[int, int]) -> str:
        rank, points = place
        entry = {"type": self._type, "rank": rank, "points": points}
        self[place] = canonical(entry).decode()
        return self[place]


class _Orders(dict[tuple[int, ...], Any]):
    """What puts entries in order, by the place of each type."""

    def __missing__(self, order: tuple[int, ...]) -> Any:
        self[order] = itemgetter(*sorted(range(len(order)), key=order.__getitem__))
        return self[order]


def _start(number: int, given: dict[str, Any]) -> str | None:
    """The start of a line's answer; None where its keys or its id are unusual."""
    id_ = given.get("id")
    if len(given) != 1 + ("id" in given):
        return None
    if type(id_) is str:
        return None if not id_.isascii() and is_broken(id_) else _head(id_, number)
    return _head(id_, number) if id_ is None or type(id_) is int else None


def _head(id_: str | int | None, number: int) -> str:
    if id_ is None:
        return f'{{"id":null,"line":{number}'
    return f'{{"id":{id_ if type(id_) is int else _ENCODER.encode(id_)}'


def _refusal(given: Given) -> str:
    problems = [problem_object(problem) for problem in given.problems]
    key = line_key(given.id, given.line)
    return canonical({**key, "problems": problems}).decode() + "\n"


_DECODER = strict_decoder()
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_LINE_ENDS = ("\n", "\r\n", "")
_UNUSUAL = (JsonError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What reading a line, or looking its answers up, raises where it is not as usual."""
