"""JSON from outside: one value, strictly, or one clear reason why not."""

import json
from math import isinf
from typing import Any

from recommender.errors import RecommenderError, Text, filled

MOST_LEVELS = 10

MESSAGES: dict[str, Text] = {
    "encoding": {"en": "The text is not valid UTF-8.", "id": "Teks bukan UTF-8 yang sah."},
    "malformed": {
        "en": "This is not valid JSON: line {line}, column {column}.",
        "id": "Ini bukan JSON yang sah: baris {line}, kolom {column}.",
    },
    "duplicate_key": {
        "en": "The key “{name}” is given twice. Keep one.",
        "id": "Kunci “{name}” diberikan dua kali. Pertahankan satu.",
    },
    "number": {
        "en": "“{name}” is not a number that JSON can hold.",
        "id": "“{name}” bukan angka yang dapat dimuat JSON.",
    },
    "too_deep": {
        "en": "The data is nested deeper than {most} levels.",
        "id": "Data bersarang lebih dari {most} tingkat.",
    },
}


class JsonError(RecommenderError):
    """Text that is no JSON; `code` is a key of MESSAGES, `message` the words in every language."""

    def __init__(self, code: str, **values: object):
        self.code = code
        self.message = filled(MESSAGES[code], **values)
        super().__init__(self.message["en"])


def parse(content: bytes) -> object:
    """The one JSON value in these bytes.

    Refuses what Python's reader lets pass: repeated keys, NaN and infinities, deep nesting.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise JsonError("encoding") from None
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise JsonError("malformed", line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise JsonError("too_deep", most=MOST_LEVELS) from None
    except ValueError:  # Python refuses whole numbers of thousands of digits
        raise JsonError("number", name="…") from None
    if text.count("[") + text.count("{") > MOST_LEVELS:
        _check_depth(value)
    return value


def strict_decoder(**hooks: Any) -> json.JSONDecoder:
    """A decoder that refuses NaN and infinities; further hooks are the standard library's."""
    return json.JSONDecoder(parse_constant=_refuse_number, parse_float=_float, **hooks)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise JsonError("duplicate_key", name=twice)
    return found


def _float(text: str) -> float:
    value = float(text)
    if isinf(value):
        _refuse_number(text)
    return value


def _refuse_number(text: str) -> None:
    raise JsonError("number", name=text)


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(MOST_LEVELS):
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise JsonError("too_deep", most=MOST_LEVELS)


_DECODER = strict_decoder(object_pairs_hook=_object)
