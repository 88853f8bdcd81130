"""Tables of answers: a row for each client, a column for each question."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import chain

from recommender.batch.given import LINE_MESSAGES, Given, is_broken, judged, problem
from recommender.engine.answers import from_fields
from recommender.engine.rulebook import Rulebook
from recommender.errors import Problem, RecommenderError, Text, filled
from recommender.json_text import MESSAGES as JSON_MESSAGES

MOST_LINES = 100
MOST_LETTERS = 64 * 1024
"""A row may run over so many lines, or letters, if a quote in it is open."""

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


def csv_given(rulebook: Rulebook, lines: Iterable[str]) -> Iterator[Given]:
    """What each row gives, below the line of column names; blank rows are no rows.

    `lines` are decoded with `surrogateescape`, so that bytes that are not UTF-8 cost only
    their row. Commas, semicolons and tabs are taken as separators, whichever the first line
    uses. Raises TableError, before any outcome, if the columns cannot be used.
    """
    lines = iter(lines)
    first = next(lines, "")
    separator = max(",;\t", key=first.count)
    source = _Lines(chain([first], lines))
    columns = _columns(rulebook, csv.reader(source, delimiter=separator))
    return _rows(rulebook, source, separator, columns)


class _Unclosed(Exception):
    """A quote opens in the row and does not close within what a row may be."""


class _Lines(Iterator[str]):
    """Lines of a table, which can be taken back if they turn out to be rows of their own."""

    def __init__(self, lines: Iterator[str]):
        self._lines = lines
        self._back: deque[str] = deque()
        self.row: list[str] = []
        self._number = 0

    def begin(self) -> int:
        """Begin a row, the one after those read so far; the number of its first line."""
        self._number += len(self.row)
        self.row = []
        return self._number + 1

    def take_back(self) -> None:
        """Leave only its first line to the row."""
        self._back.extendleft(reversed(self.row[1:]))
        del self.row[1:]

    def __next__(self) -> str:
        """The row's next line. The reader asks for a second one only while a quote is open."""
        if len(self.row) >= MOST_LINES or sum(map(len, self.row)) > MOST_LETTERS:
            raise _Unclosed
        line = self._back.popleft() if self._back else next(self._lines, None)
        if line is None:
            raise _Unclosed if self.row else StopIteration
        self.row.append(line)
        return line


def _columns(rulebook: Rulebook, rows: Iterator[list[str]]) -> list[str]:
    try:
        columns = [column.strip() for column in next(rows, [])]
    except csv.Error as error:
        raise TableError(filled(LINE_MESSAGES["csv"], why=error)) from None
    except _Unclosed:
        raise TableError(LINE_MESSAGES["quote"]) from None
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


def _rows(
    rulebook: Rulebook, source: _Lines, separator: str, columns: list[str]
) -> Iterator[Given]:
    """What each row gives. A quote that is not closed costs only the line in which it opens."""
    rows = csv.reader(source, delimiter=separator)
    while True:
        number = source.begin()
        try:
            row = next(rows)
            if len(source.row) > 1 and not _may_run_on(source.row, separator, columns):
                raise _Unclosed
        except StopIteration:
            return
        except _Unclosed:
            source.take_back()
            yield Given(None, number, problems=(problem("quote"),))
        except csv.Error as error:
            source.take_back()
            yield Given(None, number, problems=(problem("csv", why=error),))
        else:
            if any(cell.strip() for cell in row):
                yield _row(rulebook, number, columns, row)


def _may_run_on(lines: list[str], separator: str, columns: list[str]) -> bool:
    """Whether several lines are one row: well quoted, and a line end only in its id."""
    try:
        [row] = csv.reader(lines, delimiter=separator, strict=True)
    except (csv.Error, ValueError):
        return False
    others = (cell for column, cell in zip(columns, row) if column != "id")
    return len(row) <= len(columns) and not any("\n" in cell.strip() for cell in others)


def _row(rulebook: Rulebook, number: int, columns: list[str], row: list[str]) -> Given:
    cells = dict(zip(columns, row))
    id_ = cells.pop("id", "") or None
    if any(is_broken(cell) for cell in row):
        id_ = None if id_ is None else id_.encode("utf-8", "replace").decode()
        return Given(id_, number, problems=(Problem(None, "encoding", JSON_MESSAGES["encoding"]),))
    if len(row) > len(columns):
        return Given(id_, number, problems=(problem("cells", have=len(row), most=len(columns)),))
    fields = {question: [cell.strip()] for question, cell in cells.items()}
    return judged(rulebook, id_, number, from_fields(rulebook.questionnaire, fields))
