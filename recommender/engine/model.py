"""The values that everything else is made of. All are frozen: built once, then only read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from types import MappingProxyType

from recommender.errors import Text

FORMAT = 1
"""The number of the recommendation document's shape."""

NONE = "-"
"""Stands in conditions, forms and tables for "none of these", which answers hold as `()`."""

Value = str | tuple[str, ...]
"""An answer: an option id, or option ids in questionnaire order; unknown is the key's absence."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. `phrase` stands in the middle of a sentence; `order` counts from less to more."""

    id: str
    label: Text
    phrase: Text
    hint: Text | None = None
    order: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Options that stand together under a heading."""

    id: str
    label: Text
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its options; `most` is how many options an answer may hold.

    `none` is the label of "none of these" where the question has one: only there does an
    empty list say something. `ask_when` lists alternatives, each a question and its options;
    it only decides whether the page offers the question, never whether an answer counts.
    `control` tells who can change the answer: the `team`, whoever sets the `goal`, or nobody.
    """

    id: str
    many: bool
    required: bool
    most: int
    label: Text
    short: Text
    options: Mapping[str, Option]
    clause: Text
    unknown_clause: Text
    more_clause: Text
    less_clause: Text
    none_clause: Text | None = None
    hint: Text | None = None
    error: Text | None = None
    none: Text | None = None
    control: str = "given"
    not_sure: bool = False
    chips: bool = False
    collapsed: bool = False
    groups: tuple[Group, ...] = ()
    ask_when: tuple[tuple[str, frozenset[str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One page of questions; `optional` steps are offered with the result, not before it."""

    id: str
    title: Text
    lead: Text
    questions: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All questions by id, in the order in which answers are kept, and the pages they stand on."""

    steps: tuple[Step, ...]
    questions: Mapping[str, Question]
    words: Mapping[str, Text]

    @property
    def pages(self) -> tuple[Step, ...]:
        """The steps before the result."""
        return tuple(step for step in self.steps if not step.optional)


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers as they were read: known questions only, in questionnaire order.

    Made by `answers.read`, which alone decides what is valid. `missing` names the required
    questions without an answer; answers with any are a draft, of which no document is made.
    """

    values: Mapping[str, Value]
    missing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __hash__(self) -> int:
        return hash(frozenset(self.values.items()))

    def get(self, question: str) -> Value | None:
        """The answer to a question, None where it is unknown."""
        return self.values.get(question)

    def options(self, question: str) -> tuple[str, ...]:
        """The options that a condition may find: none for unknown, `-` for "none of these"."""
        return options_of(self.values.get(question))


def options_of(value: Value | None) -> tuple[str, ...]:
    """The options that a condition may find in an answer: none for unknown, `-` for `()`."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value or (NONE,)


Conditions = tuple[tuple[str, frozenset[str]], ...]
"""Questions with the options that satisfy each."""


@dataclass(frozen=True, slots=True)
class Example:
    """Answers written beside a rule, whether it fires on them, and what it then does.

    `does` holds pairs of a deed (raises, lowers, excludes, closes, warns) and a type.
    """

    answers: Mapping[str, Value]
    fires: bool
    does: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the decision table: when it holds, what it does to which type, and why.

    Holds when every `when` question has one of the listed options and no `unless` question
    has; an unanswered question satisfies neither. `goal` in `when` stands for the main goal in
    full or another goal at half. Exactly one of `effects` (points by type, one sign), `exclude`,
    `close` (platforms by type) and `warn` is filled.
    """

    id: str
    kind: str
    when: Conditions
    unless: Conditions
    reason: Text
    sources: tuple[str, ...]
    effects: Mapping[str, int] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    close: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    warn: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """How points are shown: the ends of the bars, and the least points of each band but weak.

    A margin below `tie` is no lead; one of `clear` or more is a clear lead, if it also stands.
    """

    least: int
    most: int
    bands: tuple[tuple[str, int], ...]
    tie: int
    clear: int

    def band(self, points: int) -> str:
        return next((band for band, least in self.bands if points >= least), "weak")


@dataclass(frozen=True)
class LayoutPart:
    """One question of a code layout: every answer it can carry, in order; the first is unknown."""

    question: str
    states: tuple[Value | None, ...]

    @cached_property
    def numbers(self) -> Mapping[Value | None, int]:
        """The place of each answer among the states."""
        return {state: number for number, state in enumerate(self.states)}


@dataclass(frozen=True)
class Layout:
    """How answers become a number in codes of one version."""

    version: int
    parts: tuple[LayoutPart, ...]

    @cached_property
    def length(self) -> int:
        """How many letters the answers take."""
        return -(-(prod(len(part.states) for part in self.parts) - 1).bit_length() // 5)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one rule gave one type: its points (0 for a gate that excludes), reason and sources."""

    rule: str
    kind: str
    points: int
    reason: Text
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WarningNote:
    """A caution that a rule attaches to a type, whatever its points; `closes` names platforms."""

    rule: str
    reason: Text
    sources: tuple[str, ...]
    closes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One type's place in a ranking. `points` is exactly the sum of its contributions' points."""

    type: str
    rank: int
    points: int
    fit: int
    capacity: int
    band: str
    excluded: bool
    contributions: tuple[Contribution, ...]
    unknown: tuple[str, ...]
    warnings: tuple[WarningNote, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """All six types, best first, for these answers under that rulebook."""

    version: str
    digest: str
    answers: Answers
    code: str
    ranking: tuple[Entry, ...]

    @property
    def first(self) -> tuple[Entry, ...]:
        """The types that share rank 1."""
        return tuple(entry for entry in self.ranking if entry.rank == 1)
