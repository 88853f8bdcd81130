"""Many answers in, one outcome out for each, in order: a broken line costs only itself."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from typing import Any

from recommender.engine.answers import from_fields, read
from recommender.engine.model import Recommendation
from recommender.engine.rulebook import Rulebook
from recommender.engine.scoring import recommend
from recommender.errors import AnswersError, Problem, RecommenderError, Text, filled
from recommender.json_text import MESSAGES as JSON_MESSAGES
from recommender.json_text import JsonError, parse
from recommender.render.document import brief as brief_document
from recommender.render.document import document, problem_object

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
_WHY: dict[str, Text] = {
    "unknown": {"en": "“{name}” is no question", "id": "“{name}” bukan pertanyaan"},
    "near": {
        "en": "“{name}” is no question (did you mean “{near}”?)",
        "id": "“{name}” bukan pertanyaan (apakah maksud Anda “{near}”?)",
    },
    "twice": {"en": "“{name}” stands twice", "id": "“{name}” tertulis dua kali"},
    "missing": {"en": "“{name}” is missing", "id": "“{name}” tidak ada"},
}


class TableError(RecommenderError):
    """A table that cannot be read as a whole; `message` says why in every language."""

    def __init__(self, message: Text):
        super().__init__(message["en"])
        self.message = message


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line (counted from 1): a recommendation, or every problem with it."""

    id: str | int | None
    line: int
    recommendation: Recommendation | None = None
    problems: tuple[Problem, ...] = ()


def from_json_lines(rulebook: Rulebook, lines: Iterable[bytes]) -> Iterator[Outcome]:
    """An outcome for each line of JSON; blank lines after the last are no lines."""
    blank = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            blank += 1
            continue
        for earlier in range(number - blank, number):
            yield Outcome(None, earlier, problems=(_problem("object"),))
        blank = 0
        yield _json_line(rulebook, number, line)


def _json_line(rulebook: Rulebook, number: int, line: bytes) -> Outcome:
    id_ = None
    try:
        given = parse(line)
    except JsonError as error:
        return Outcome(None, number, problems=(Problem(None, error.code, error.message),))
    if not isinstance(given, dict):
        return Outcome(None, number, problems=(_problem("object"),))
    if isinstance(given.get("id"), (str, int)) and not isinstance(given["id"], bool):
        id_ = given["id"] if not _is_broken(str(given["id"])) else None
    if not isinstance(given.get("answers"), dict):
        return Outcome(id_, number, problems=(_problem("answers"),))
    return _outcome(rulebook, id_, number, given["answers"])


def from_csv(rulebook: Rulebook, lines: Iterable[str]) -> Iterator[Outcome]:
    """An outcome for each row below the line of column names; blank rows are no rows.

    `lines` are decoded with `surrogateescape`, so that bytes that are not UTF-8 cost only
    their row. Commas, semicolons and tabs are taken as separators, whichever the first line
    uses. Raises TableError, before any outcome, if the columns cannot be used.
    """
    lines = iter(lines)
    first = next(lines, "")
    separator = max(",;\t", key=first.count)
    rows = csv.reader(chain([first], lines), delimiter=separator)
    columns = _columns(rulebook, rows)
    return _rows(rulebook, rows, columns)


def _columns(rulebook: Rulebook, rows: Iterator[list[str]]) -> list[str]:
    try:
        columns = [column.strip() for column in next(rows, [])]
    except csv.Error as error:
        raise TableError(filled(LINE_MESSAGES["csv"], why=error)) from None
    if not any(columns):
        raise TableError(LINE_MESSAGES["no_rows"])
    questions = rulebook.questionnaire.questions
    wrong = [
        *(_unknown(name, questions) for name in columns if name not in ("id", *questions)),
        *(
            filled(_WHY["twice"], name=name)
            for name in sorted({*columns})
            if columns.count(name) > 1
        ),
        *(
            filled(_WHY["missing"], name=question.id)
            for question in questions.values()
            if question.required and question.id not in columns
        ),
    ]
    if wrong:
        whole = {lang: "; ".join(words[lang] for words in wrong) for lang in wrong[0]}
        raise TableError(
            {lang: LINE_MESSAGES["columns"][lang].format(why=whole[lang]) for lang in whole}
        )
    return columns


def _unknown(name: str, questions: Iterable[str]) -> Text:
    near = get_close_matches(name[:80], list(questions), 1)
    return filled(_WHY["near" if near else "unknown"], name=name, near="".join(near))


def _rows(rulebook: Rulebook, rows: Any, columns: list[str]) -> Iterator[Outcome]:
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Outcome(None, rows.line_num, problems=(_problem("csv", why=error),))
            continue
        if any(cell.strip() for cell in row):
            yield _row(rulebook, rows.line_num, columns, row)


def _row(rulebook: Rulebook, number: int, columns: list[str], row: list[str]) -> Outcome:
    cells = dict(zip(columns, row))
    id_ = cells.pop("id", "") or None
    if any(_is_broken(cell) for cell in row):
        id_ = None if id_ is None else id_.encode("utf-8", "replace").decode()
        return Outcome(
            id_, number, problems=(Problem(None, "encoding", JSON_MESSAGES["encoding"]),)
        )
    if len(row) > len(columns):
        return Outcome(id_, number, problems=(_problem("cells", have=len(row), most=len(columns)),))
    fields = {question: [cell.strip()] for question, cell in cells.items()}
    return _outcome(rulebook, id_, number, from_fields(rulebook.questionnaire, fields))


def _outcome(rulebook: Rulebook, id_: str | int | None, number: int, given: object) -> Outcome:
    try:
        answers = read(rulebook.questionnaire, given)
    except AnswersError as error:
        return Outcome(id_, number, problems=error.problems)
    return Outcome(id_, number, recommend(rulebook, answers))


def json_object(rulebook: Rulebook, outcome: Outcome, *, brief: bool = False) -> dict[str, Any]:
    """The outcome as one line of JSON holds it."""
    key: dict[str, Any] = {"id": outcome.id}
    if outcome.id is None:
        key["line"] = outcome.line
    if outcome.recommendation is None:
        return key | {"problems": [problem_object(problem) for problem in outcome.problems]}
    made = outcome.recommendation
    return key | {
        "recommendation": brief_document(made) if brief else document(rulebook, made.answers)
    }


def csv_columns(rulebook: Rulebook) -> list[str]:
    """The names of the columns that `csv_cells` fills."""
    ranks = [f"{what}_{type_}" for type_ in rulebook.types for what in ("rank", "points")]
    return ["id", "status", "code", "rules", *ranks, "problems"]


def csv_cells(rulebook: Rulebook, outcome: Outcome, lang: str) -> list[str | int]:
    """The outcome as a row; text that a spreadsheet would run as a formula begins with `'`."""
    id_ = "" if outcome.id is None else _no_formula(str(outcome.id))
    if outcome.recommendation is None:
        words = "; ".join(
            f"{problem.question}: {problem.message[lang]}"
            if problem.question
            else problem.message[lang]
            for problem in outcome.problems
        )
        return [id_, "refused", "", "", *[""] * 2 * len(rulebook.types), _no_formula(words)]
    made = outcome.recommendation
    places = {entry.type: (entry.rank, entry.points) for entry in made.ranking}
    numbers = [number for type_ in rulebook.types for number in places[type_]]
    return [id_, "done", made.code, made.version, *numbers, ""]


def _is_broken(text: str) -> bool:
    """Whether there are halves of letters in a text, which no UTF-8 can hold."""
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _no_formula(text: str) -> str:
    start = text.lstrip("\N{NO-BREAK SPACE} ")[:1]
    return f"'{text}" if start and start in "=+-@\t\r\n\0＝＋－＠" else text


def _problem(key: str, **values: object) -> Problem:
    return Problem(None, key, filled(LINE_MESSAGES[key], **values))
