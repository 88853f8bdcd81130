"""What a report is made of: a few kinds of blocks, the same for every format."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar

from recommender.engine.model import Scale


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences in one paragraph; its role is `lead`, `note` or nothing special."""

    shape: ClassVar[str] = "paragraph"
    words: str
    role: str = "plain"


@dataclass(frozen=True, slots=True)
class Bar:
    """One type's points in words, and where they stand on the bar, in percent of its width."""

    shape: ClassVar[str] = "bar"
    name: str
    band: str
    points: str
    range: str
    alt: str
    start: float
    end: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bars:
    """The six types with their points; `zero` is where the bars begin."""

    shape: ClassVar[str] = "bars"
    bars: tuple[Bar, ...]
    zero: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: its name, what it says, and the ids of what it rests on.

    The name ends in a colon, unless the words go on from it. `mark` are signed points, or `!`
    for a caution.
    """

    shape: ClassVar[str] = "line"
    words: str
    name: str = ""
    mark: str = ""
    rule: str = ""
    sources: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """A list. `style` tells how it is set: `plain`, `numbered`, `terms`, `ledger` or `sources`.

    A ledger has a head: the names of its columns.
    """

    shape: ClassVar[str] = "lines"
    lines: tuple[Line, ...]
    style: str = "plain"
    head: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Blocks under a smaller heading."""

    shape: ClassVar[str] = "part"
    title: str
    blocks: tuple["Block", ...]


Block = Paragraph | Bars | Lines | Part


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks under a heading."""

    shape: ClassVar[str] = "section"
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report says, in one language to one reader.

    `origin` is the code and the rules' version, as they stand on each page; `page` numbers the
    pages, with {n} and {total} left open.
    """

    shape: ClassVar[str] = "report"
    lang: str
    reader: str
    kicker: str
    headline: str
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]
    origin: tuple[str, ...]
    page: str

    @property
    def title(self) -> str:
        """The document's title."""
        return f"{self.kicker}: {self.headline}"


def place(points: int, scale: Scale) -> float:
    """Where points stand on a bar, in percent of its width."""
    at = min(max(points, scale.least), scale.most) - scale.least
    return round(100 * at / (scale.most - scale.least), 1)


def as_data(value: Any) -> Any:
    """Blocks as plain values, each with its shape, for templates of another language."""
    if isinstance(value, tuple):
        return [as_data(one) for one in value]
    if is_dataclass(value):
        return {"shape": getattr(value, "shape", "")} | dict(_held(value))
    return value


def _held(value: Any) -> Iterator[tuple[str, Any]]:
    for field in fields(value):
        yield field.name, as_data(getattr(value, field.name))
