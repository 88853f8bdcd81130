"""YAML as plain text values that know their lines, refused before anything dangerous is built."""

import sys
from collections.abc import Iterable
from typing import Any, Literal

import yaml

from recommender.rulebook.findings import Findings

MOST_BYTES = 16_000_000
MOST_LEVELS = 20
FREE_CONTAINERS, BYTES_EACH = 10_000, 32
"""So many lists and mappings may be in a file, and another one for so many of its bytes. Those of
the shipped files take 43 bytes at the least; a file of nothing else would be dear to read."""
MOST_FOUND = 500
"""After so many problems of one file nobody reads on, and to note more costs a hundred times it."""

# YAML 1.1 would read 18_24 as the integer 1824 and `no` as False, so no value is ever resolved:
# events carry scalars as text. libyaml's parser is some ten times faster where it is there.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_MISTAKES = {
    "mapping values are not allowed": "yaml_colon",
    "cannot start any token": "yaml_letter",
    "did not find expected": "yaml_place",
    "found unexpected end of stream": "yaml_place",
    "could not find expected ':'": "yaml_place",
}
"""The parser's words for mistakes that have a message of their own."""


class Map(dict):
    """A mapping that knows its own line and the line of each key."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int):
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class List(list):
    """A list that knows its own line and the line of each item."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int):
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def parse(file: str, content: bytes, findings: Findings) -> Map | List | str | None:
    """The file's document as maps, lists and texts; None, with findings, if it has none."""
    if len(content) > MOST_BYTES:
        findings.add(file, 1, "too_large", most=MOST_BYTES)
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.add(file, 1 + content.count(b"\n", 0, error.start), "encoding")
        return None
    containers = FREE_CONTAINERS + len(content) // BYTES_EACH
    builder, most = _Builder(file, findings, containers), len(findings) + MOST_FOUND
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if not builder.take(event) or len(findings) > most:
                return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
        key = next((key for part, key in _MISTAKES.items() if part in why), "yaml")
        findings.add(file, mark.line + 1 if mark else 1, key, why=why)
        return None
    except ValueError:  # a lone surrogate written as an escape
        findings.add(file, 1, "encoding")
        return None
    if builder.root is None or builder.root == "":
        findings.add(file, 1, "empty")
        return None
    return builder.root


def line_of(data: Any, path: Iterable) -> int:
    """The line of the value at a path of keys and positions, or of the nearest thing around it."""
    line = getattr(data, "line", 1)
    for key in path:
        inside = (
            data if isinstance(data, Map) else range(len(data)) if isinstance(data, List) else ()
        )
        if key not in inside:
            break
        line, data = data.lines[key], data[key]
    return line


class _Builder:
    """Builds values from parser events, one container on the stack per level."""

    def __init__(self, file: str, findings: Findings, most: int):
        self.root: Map | List | str | None = None
        self._file = file
        self._findings = findings
        self._most = self._left = most
        self._line = 1
        self._stack: list[Map | List] = []
        self._keys: list[str | Literal[False] | None] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> bool:
        """Add one event; False where reading on is pointless."""
        line = self._line_of(event)
        if isinstance(event, yaml.AliasEvent):
            self._findings.add(self._file, line, "alias")
            self._put("", line)
        elif isinstance(event, yaml.NodeEvent):
            self._check(event, line)
            return self._node(event, line)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._stack.pop()
            self._keys.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._findings.add(self._file, line, "second_document")
                return False
        return True

    def _line_of(self, event: yaml.Event) -> int:
        """The same number for all that stands on a line, as a file has many values."""
        line = event.start_mark.line + 1  # type: ignore[union-attr]
        if line != self._line:
            self._line = line
        return self._line

    def _check(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor is not None:
            self._findings.add(self._file, line, "alias")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._findings.add(self._file, line, "tag", name=tag)

    def _node(self, event: yaml.NodeEvent, line: int) -> bool:
        if isinstance(event, yaml.ScalarEvent):
            self._put(event.value, line)
            return True
        container: Map | List
        container = Map(line) if isinstance(event, yaml.MappingStartEvent) else List(line)
        self._put(container, line)
        self._stack.append(container)
        self._keys.append(None)
        self._left -= 1
        if len(self._stack) > MOST_LEVELS:
            self._findings.add(self._file, line, "too_deep", most=MOST_LEVELS)
            return False
        if self._left < 0:
            self._findings.add(self._file, line, "too_dense", most=self._most)
            return False
        return True

    def _put(self, value: Map | List | str, line: int) -> None:
        if not self._stack:
            self.root = value
            return
        top = self._stack[-1]
        if isinstance(top, List):
            top.append(value)
            top.lines.append(line)
        elif self._keys[-1] is None:
            self._keys[-1] = self._key(top, value, line)
        else:
            if isinstance(key := self._keys[-1], str):
                top.setdefault(key, value)
            self._keys[-1] = None

    def _key(self, top: Map, key: object, line: int) -> str | Literal[False]:
        """The key as the builder keeps it; False for one whose entry is left out."""
        if not isinstance(key, str):
            self._findings.add(self._file, line, "key_not_text")
            return False
        if key == "<<":
            self._findings.add(self._file, line, "alias")
        elif key in top:
            self._findings.add(self._file, line, "repeated_key", name=key)
        key = sys.intern(key)  # the same few stand in every rule
        top.lines.setdefault(key, line)
        return key
