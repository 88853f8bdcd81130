"""Pages rendered once and filled in from then on: only the checked options and a few words,
such as the code, differ.

Drawing a page of questions costs ten times what filling in a drawn one does.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

MOST_PAGES = 256

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
    """A page cut at its marks."""

    texts: tuple[str, ...]
    places: tuple[Place, ...]

    def filled(self, said: Mapping[str, str], fields: Mapping[str, list[str]]) -> str:
        """The page for these words and answers, exactly as if it had been rendered for them."""
        page = [self.texts[0]]
        for place, text in zip(self.places, self.texts[1:]):
            page += (self._mark(place, said, fields), text)
        return "".join(page)

    @staticmethod
    def _mark(place: Place, said: Mapping[str, str], fields: Mapping[str, list[str]]) -> str:
        if isinstance(place, str):
            return said[place]
        question, option = place
        chosen = fields.get(question, ())
        if option is None:
            return " open" if chosen else ""
        return " checked" if option in chosen else ""


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


def blanks(questions: Iterable[str], marks: Marks) -> dict[str, Blank]:
    return {question: Blank(question, marks) for question in questions}


def _cut(draw: Callable[[Marks], str]) -> Drawn:
    marks = Marks()
    texts = _PLACES.split(draw(marks))
    return Drawn(tuple(texts[::2]), tuple(marks.places[int(at)] for at in texts[1::2]))
