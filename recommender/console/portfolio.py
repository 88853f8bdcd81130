"""Recommended against existing types over all clients, with the hours a week that they ask for.

No rulebook says outright how many hours a type needs. It says below which hours a type loses
points: the least answer to `weekly_hours` at which no rule takes points from the type any more
is what the type asks for, and those rules are where the figure comes from.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from recommender.engine import code as codes
from recommender.engine.model import Answers, Value
from recommender.engine.rows import Row, rows_of
from recommender.engine.rulebook import Rulebook
from recommender.errors import CodeError
from recommender.store.portfolio import Client

HOURS, CHANNELS = "weekly_hours", "existing_channels"

BOUNDS: Mapping[str, tuple[int, int | None]] = {
    "hours_under_3": (0, 3),
    "hours_3_7": (3, 7),
    "hours_8_20": (8, 20),
    "hours_over_20": (20, None),
}
"""The least and the most hours a week that each answer stands for."""

Books = Callable[[str], Rulebook | None]
"""The rulebook of a version; None where it is not kept."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The least hours that a type asks of somebody, and the rules that take points below them."""

    type: str
    option: str
    rules: tuple[str, ...]

    @property
    def hours(self) -> int:
        return BOUNDS[self.option][0]


@dataclass(frozen=True, slots=True)
class Line:
    """A type over all clients: `first` have it at rank 1, `tied` of them together with others,
    `uses` use it, `both` are first and use it. `hours` is the sum of what it asks of the `asked`
    clients who have it first and of whom the rules say so; `short` of them have fewer hours.
    """

    type: str
    first: int
    tied: int
    uses: int
    both: int
    hours: int
    asked: int
    short: int


@dataclass(frozen=True, slots=True)
class Short:
    """A client whose hours (an option of `weekly_hours`) are fewer than her first type asks."""

    client: Client
    asking: Asking
    has: str


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Sums over clients. Of a tie the type that asks the least counts.

    `hours` asked of `compared` clients, who have at least `least` and at most `most` (None: no
    end); of `silent` clients something is asked and they did not say their hours; of `unasked`
    the rules say no hours. `told` said which channels they run. Of `unread` clients the code
    cannot be read any more; they count nowhere. `sources` are types, rules, and the least hours
    that rest on each.
    """

    clients: int
    unread: int
    told: int
    lines: tuple[Line, ...]
    hours: int
    compared: int
    least: int
    most: int | None
    silent: int
    unasked: int
    short: tuple[Short, ...]
    sources: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class _Read:
    client: Client
    first: tuple[str, ...]
    uses: frozenset[str] | None
    has: str | None
    asking: tuple[Asking, ...]

    @property
    def least(self) -> Asking | None:
        return min(self.asking, key=lambda one: one.hours, default=None)

    def is_short_for(self, asking: Asking | None) -> bool:
        return bool(asking and self.has and BOUNDS[self.has][0] < asking.hours)


def portfolio(clients: Iterable[Client], today: Rulebook, books: Books) -> Portfolio:
    """All clients, the newest answers first, in sums.

    Of a client only the newest answers count; her hours by the rules of the version that she saw.
    """
    newest: dict[str, Client] = {}
    for client in clients:
        newest.setdefault(client.listed.thread, client)
    seen = [_read(client, today, books) for client in newest.values()]
    read = [one for one in seen if one]
    lines = (_line(type_, read) for type_ in today.types)
    asked = [(one, one.least) for one in read]
    compared = [(one, asking) for one, asking in asked if asking and one.has]
    most = [BOUNDS[one.has or ""][1] for one, _ in compared]
    short = [Short(one.client, a, one.has or "") for one, a in compared if one.is_short_for(a)]
    return Portfolio(
        clients=len(read),
        unread=len(seen) - len(read),
        told=sum(one.uses is not None for one in read),
        lines=tuple(sorted(lines, key=lambda line: -line.first)),
        hours=sum(asking.hours for _, asking in compared),
        compared=len(compared),
        least=sum(BOUNDS[one.has or ""][0] for one, _ in compared),
        most=None if None in most else sum(filter(None, most)),
        silent=sum(asking is not None and not one.has for one, asking in asked),
        unasked=sum(asking is None for _, asking in asked),
        short=tuple(short),
        sources=_sources(one for each in read for one in each.asking),
    )


def asking(rulebook: Rulebook, answers: Answers, type_: str) -> Asking | None:
    """The least hours that a type asks of somebody with these answers; None if no rule says."""
    rows = _rows(rulebook).get(type_, ())
    read = sorted({question for row in rows for question in row.reads()} & set(answers.values))
    return _asking(rulebook, type_, tuple((q, answers.values[q]) for q in read if q != HOURS))


@lru_cache(4096)
def _asking(rulebook: Rulebook, type_: str, given: tuple[tuple[str, Value], ...]) -> Asking | None:
    rows = _rows(rulebook).get(type_, ())
    below: tuple[str, ...] = ()
    for option in BOUNDS:
        tried = Answers({**dict(given), HOURS: option})
        lowering = tuple(dict.fromkeys(row.rule for row in rows if row.holds(tried)))
        if not lowering:
            return Asking(type_, option, below) if below else None
        below = lowering
    return None


@lru_cache(16)
def _rows(rulebook: Rulebook) -> Mapping[str, tuple[Row, ...]]:
    """The rows that take points from a type and read the hours, by type."""
    found: dict[str, tuple[Row, ...]] = defaultdict(tuple)
    for row in (row for rule in rulebook.rules.values() for row in rows_of(rule)):
        if row.points < 0 and HOURS in row.reads():
            found[row.type] += (row,)
    return found


def _read(client: Client, today: Rulebook, books: Books) -> _Read | None:
    rulebook = books(client.rules_version)
    try:
        values = codes.decode((rulebook or today).layouts, client.code)
    except CodeError:
        return None
    uses, has = values.get(CHANNELS), values.get(HOURS)
    first = client.listed.first
    found = [asking(rulebook, Answers(values), type_) for type_ in first] if rulebook else []
    return _Read(
        client,
        first,
        None if uses is None else frozenset(uses),
        has if isinstance(has, str) and has in BOUNDS else None,
        tuple(one for one in found if one),
    )


def _line(type_: str, read: Iterable[_Read]) -> Line:
    counts: Counter[str] = Counter()
    for one in read:
        first, uses = type_ in one.first, type_ in (one.uses or ())
        counts["uses"] += uses
        if not first:
            continue
        asked = next((each for each in one.asking if each.type == type_), None)
        counts["first"] += 1
        counts["tied"] += len(one.first) > 1
        counts["both"] += uses
        counts["hours"] += asked.hours if asked else 0
        counts["asked"] += asked is not None
        counts["short"] += one.is_short_for(asked)
    names = ("first", "tied", "uses", "both", "hours", "asked", "short")
    return Line(type_, **{name: counts[name] for name in names})


def _sources(found: Iterable[Asking]) -> tuple[tuple[str, str, int], ...]:
    named = {(one.type, rule, one.hours) for one in found for rule in one.rules}
    return tuple(sorted(named, key=lambda one: (one[0], one[2], one[1])))
