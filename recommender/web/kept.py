"""Pages that are not rendered again: of questions, filled in; of results, as they were.

Of a page of questions only the checked options and a few words, such as the code, differ:
drawing it costs ten times what filling in a drawn one does.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

MOST_PAGES = 256
MOST_RESULTS = 128
MOST_BYTES = 16 * 1024 * 1024
"""What the results may take together; a page of one takes about a hundred thousand."""

# Stands in a drawn page wherever a reader's own answers go. Letters only, as addresses keep them.
_MARK = "zQkeptQz"
_PLACES = re.compile(rf"{_MARK}(\d+)z")


Place = tuple[str, str | None] | str
"""A checked option of a question, an opened question (no option), or a word to be filled in."""


class Marks:
    """The places in one page that are filled in each time, numbered as they are drawn."""

    def __init__(self) -> None:
        self.places: list[Place] = []

    def new(self, place: Place) -> str:
        """A mark for a place of the page."""
        self.places.append(place)
        return f"{_MARK}{len(self.places) - 1}z"


@dataclass(frozen=True)
class Blank:
    """Stands for a field of a form while a page is drawn to be kept."""

    question: str
    marks: Marks
    errors: tuple[str, ...] = ()

    def checked(self, value: str) -> str:
        return self.marks.new((self.question, value)) if value else ""

    def opened(self) -> str:
        return self.marks.new((self.question, None))


@dataclass(frozen=True)
class Drawn:
    """A page cut at its marks, as it is sent."""

    texts: tuple[bytes, ...]
    places: Mapping[Place, Sequence[int]]
    """Where in `texts` something can be filled in; nothing stands there."""

    def filled(self, said: Mapping[str, str], fields: Mapping[str, Sequence[str]]) -> bytes:
        """The page for these words and answers, exactly as if it had been rendered for them."""
        given: dict[Place, bytes] = {word: said[word].encode() for word in said}
        for question, options in fields.items():
            if options:
                given[question, None] = b" open"
            for option in options:
                given[question, option] = b" checked"
        page = list(self.texts)
        for place, text in given.items():
            for at in self.places.get(place, ()):
                page[at] = text
        return b"".join(page)


@dataclass
class Pages:
    """The drawn pages of a running app, forgotten all at once when there are too many."""

    drawn: dict[Hashable, Drawn] = field(default_factory=dict)

    def get(self, key: Hashable, draw: Callable[[Marks], str]) -> Drawn:
        page = self.drawn.get(key)
        if page is None:
            if len(self.drawn) >= MOST_PAGES:
                self.drawn.clear()
            page = self.drawn[key] = _cut(draw)
        return page


class Results:
    """The last pages of results that were asked for, whole."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> bytes | None:
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def keep(self, key: Hashable, page: bytes) -> None:
        """Keep a page; those asked for the longest ago are forgotten where it is too much."""
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > MOST_RESULTS or self._bytes() > MOST_BYTES:
                self._pages.popitem(last=False)

    def _bytes(self) -> int:
        return sum(map(len, self._pages.values()))


def blanks(questions: Iterable[str], marks: Marks) -> dict[str, Blank]:
    return {question: Blank(question, marks) for question in questions}


def _cut(draw: Callable[[Marks], str]) -> Drawn:
    marks = Marks()
    texts = _PLACES.split(draw(marks))
    places: dict[Place, list[int]] = {}
    for at in range(1, len(texts), 2):
        places.setdefault(marks.places[int(texts[at])], []).append(at)
        texts[at] = ""
    return Drawn(tuple(text.encode() for text in texts), places)
