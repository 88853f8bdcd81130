"""One line of a batch as it was read: answers, or every problem with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from recommender.engine.answers import read
from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.errors import AnswersError, Problem, Text, filled
from recommender.json_text import JsonError, parse

LINE_MESSAGES: dict[str, Text] = {
    "object": {
        "en": "Write each line as {{“id”: …, “answers”: {{…}}}}.",
        "id": "Tulis setiap baris sebagai {{“id”: …, “answers”: {{…}}}}.",
    },
    "answers": {
        "en": "“answers” must be an object of questions and options.",
        "id": "“answers” harus berupa objek berisi pertanyaan dan opsinya.",
    },
    "cells": {
        "en": "The row has {have} cells for {most} columns. Quote cells that hold a comma.",
        "id": "Baris ini memuat {have} sel untuk {most} kolom. Apit sel yang memuat koma dengan "
        "tanda kutip.",
    },
    "csv": {
        "en": "The row is not valid CSV ({why}).",
        "id": "Baris ini bukan CSV yang sah ({why}).",
    },
    "quote": {
        "en": "A quotation mark opens in this row and is not closed. Close it, or write it twice.",
        "id": "Tanda kutip di baris ini dibuka tetapi tidak ditutup. Tutup, atau tulis dua kali.",
    },
    "no_rows": {
        "en": "The file has no rows. Write a line of column names, then a row for each client.",
        "id": "Berkas ini kosong. Tulis satu baris nama kolom, lalu satu baris untuk tiap klien.",
    },
    "columns": {
        "en": "The columns cannot be used: {why}. Use “id” and the ids of questions, each once.",
        "id": "Kolomnya tidak dapat dipakai: {why}. Gunakan “id” dan id pertanyaan, masing-masing "
        "sekali.",
    },
}


@dataclass(frozen=True, slots=True)
class Given:
    """A line (counted from 1) with its answers, or with every problem and no answers."""

    id: str | int | None
    line: int
    answers: Answers | None = None
    problems: tuple[Problem, ...] = ()


def numbered(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers from 1; blank lines after the last are no lines."""
    blank = 0
    for number, line in enumerate(lines, 1):
        if line.isspace() or not line:
            blank += 1
            continue
        if blank:
            yield from ((earlier, b"") for earlier in range(number - blank, number))
            blank = 0
        yield number, line


def json_line(rulebook: Rulebook, number: int, line: bytes) -> Given:
    """What a line of JSON gives."""
    id_ = None
    if not line:
        return Given(None, number, problems=(problem("object"),))
    try:
        given = parse(line)
    except JsonError as error:
        return Given(None, number, problems=(Problem(None, error.code, error.message),))
    if not isinstance(given, dict):
        return Given(None, number, problems=(problem("object"),))
    if isinstance(given.get("id"), (str, int)) and not isinstance(given["id"], bool):
        id_ = given["id"] if not is_broken(str(given["id"])) else None
    if not isinstance(given.get("answers"), dict):
        return Given(id_, number, problems=(problem("answers"),))
    return judged(rulebook, id_, number, given["answers"])


def json_given(rulebook: Rulebook, lines: Iterable[bytes]) -> Iterator[Given]:
    """What each line of JSON gives; blank lines after the last are no lines."""
    for number, line in numbered(lines):
        yield json_line(rulebook, number, line)


def judged(rulebook: Rulebook, id_: str | int | None, number: int, answers: object) -> Given:
    """What `read` says of a line's answers."""
    try:
        return Given(id_, number, read(rulebook.questionnaire, answers))
    except AnswersError as error:
        return Given(id_, number, problems=error.problems)


def line_key(id_: str | int | None, number: int) -> dict[str, Any]:
    """What names a line in its answer: its id, or else its number."""
    return {"id": id_} if id_ is not None else {"id": None, "line": number}


def is_broken(text: str) -> bool:
    """Whether there are halves of letters in a text, which no UTF-8 can hold."""
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def problem(key: str, **values: object) -> Problem:
    return Problem(None, key, filled(LINE_MESSAGES[key], **values))
