"""What became of each line: a whole recommendation, or its problems, as JSON or as a row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from recommender.batch.given import Given, json_given, line_key
from recommender.batch.table import csv_given
from recommender.engine.model import Recommendation
from recommender.engine.rulebook import Rulebook
from recommender.engine.scoring import recommend
from recommender.errors import Problem
from recommender.render.cells import no_formula
from recommender.render.document import brief as brief_document
from recommender.render.document import document, problem_object


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line (counted from 1): a recommendation, or every problem with it."""

    id: str | int | None
    line: int
    recommendation: Recommendation | None = None
    problems: tuple[Problem, ...] = ()


def from_json_lines(rulebook: Rulebook, lines: Iterable[bytes]) -> Iterator[Outcome]:
    """An outcome for each line of JSON; blank lines after the last are no lines."""
    return (outcome(rulebook, given) for given in json_given(rulebook, lines))


def from_csv(rulebook: Rulebook, lines: Iterable[str]) -> Iterator[Outcome]:
    """An outcome for each row of a table; see `csv_given`."""
    given = csv_given(rulebook, lines)
    return (outcome(rulebook, one) for one in given)


def outcome(rulebook: Rulebook, given: Given) -> Outcome:
    """What becomes of a line as it was read."""
    if given.answers is None:
        return Outcome(given.id, given.line, problems=given.problems)
    return Outcome(given.id, given.line, recommend(rulebook, given.answers))


def json_object(rulebook: Rulebook, outcome: Outcome, *, brief: bool = False) -> dict[str, Any]:
    """The outcome as one line of JSON holds it."""
    key = line_key(outcome.id, outcome.line)
    made = outcome.recommendation
    if made is None:
        return key | {"problems": [problem_object(problem) for problem in outcome.problems]}
    make = brief_document if brief else document
    return key | {"recommendation": make(rulebook, made.answers)}


def csv_columns(rulebook: Rulebook) -> list[str]:
    """The names of the columns that `csv_cells` fills."""
    ranks = [f"{what}_{type_}" for type_ in rulebook.types for what in ("rank", "points")]
    return ["id", "status", "code", "rules", *ranks, "problems"]


def csv_cells(rulebook: Rulebook, outcome: Outcome, lang: str) -> list[str | int]:
    """The outcome as a row; text that a spreadsheet would run as a formula begins with `'`."""
    id_ = "" if outcome.id is None else no_formula(str(outcome.id))
    if outcome.recommendation is None:
        words = "; ".join(
            f"{problem.question}: {problem.message[lang]}"
            if problem.question
            else problem.message[lang]
            for problem in outcome.problems
        )
        return [id_, "refused", "", "", *[""] * 2 * len(rulebook.types), no_formula(words)]
    made = outcome.recommendation
    places = {entry.type: (entry.rank, entry.points) for entry in made.ranking}
    numbers = [number for type_ in rulebook.types for number in places[type_]]
    return [id_, "done", made.code, made.version, *numbers, ""]
