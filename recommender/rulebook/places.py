"""Documents put together from several files, in which every line still knows its own."""

from collections.abc import Iterable, Mapping
from typing import Any

from recommender.rulebook.yaml_text import List, Map


class Line(int):
    """A line that knows its file, for what is put together from several."""

    file: str

    def __new__(cls, line: int, file: str) -> "Line":
        made = super().__new__(cls, line)
        made.file = file
        return made


def placed(data: Any, file: str, at: int = 0) -> Any:
    """A copy of a document, plain values too, whose lines know their file; all `at` one line."""
    if not isinstance(data, (dict, list)):
        return data
    line = Line(at or getattr(data, "line", 1), file)
    if isinstance(data, dict):
        made, lines = Map(line), getattr(data, "lines", {})
        made.update({key: placed(value, file, at) for key, value in data.items()})
        made.lines = {key: Line(at or lines.get(key, 1), file) for key in data}
        return made
    items, known = List(line), getattr(data, "lines", [1] * len(data))
    items.extend(placed(value, file, at) for value in data)
    items.lines = [Line(at or line, file) for line in known]
    return items


def place_of(line: int) -> str:
    """Where a line that knows its file is, as messages say it."""
    return f"{getattr(line, 'file', '')}:{line}"


def mapping(content: Mapping[str, Any], lines: Mapping[str, int], line: int) -> Map:
    made = Map(line)
    made.update(content)
    made.lines = {key: lines[key] for key in content}
    return made


def listing(content: Iterable[tuple[Any, int]], line: int) -> List:
    made = List(line)
    for item, at in content:
        made.append(item)
        made.lines.append(at)
    return made
