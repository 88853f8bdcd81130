"""The 90-day sheet: what to measure from the first day on, to fill in by hand or as a table."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from recommender.engine.guidance import advice_for
from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.engine.scoring import recommend
from recommender.i18n import words

DAYS = (0, 30, 60, 90)
ENGAGEMENT = "engagement-rate"
"""How advice ends that measures the engagement rate, which has the first row anyway."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The type that is measured, what to measure, and the dates; () until a first day is set."""

    type: str
    measures: tuple[str, ...]
    dates: tuple[date, ...]


def sheet(rulebook: Rulebook, answers: Answers, lang: str, start: date | None) -> Sheet:
    """The sheet for the first type: engagement rate by its formula, then its own measures."""
    first = recommend(rulebook, answers).ranking[0].type
    own = [
        one.text[lang]
        for one in advice_for(rulebook, answers, first)
        if one.kind == "measure" and not one.id.endswith(ENGAGEMENT)
    ]
    dates = tuple(start + timedelta(days=days) for days in DAYS) if start else ()
    return Sheet(first, (words(lang)("engagement_rate"), *own), dates)


def read_start(text: str) -> date | None:
    """A date as `2026-12-01`; None for anything else, and where ninety days later is no date."""
    try:
        start = date.fromisoformat(text)
        return start if start + timedelta(days=DAYS[-1]) else None
    except (ValueError, OverflowError):
        return None


def columns(made: Sheet, lang: str) -> list[str]:
    """The heads of the columns: measure, baseline, target, and the actual figures by month."""
    w = words(lang)
    dated = [f" ({day.isoformat()})" for day in made.dates] or [""] * len(DAYS)
    heads = [w("sheet_baseline") + dated[0], w("sheet_target")]
    heads += [w("sheet_actual", day=day) + when for day, when in zip(DAYS[1:], dated[1:])]
    return [w("sheet_measure"), *heads]


def as_csv(made: Sheet, lang: str) -> bytes:
    """The sheet as a table with cells to fill in, and the mark that spreadsheets know UTF-8 by."""
    heads = columns(made, lang)
    rows: Sequence[Sequence[str]] = [
        heads,
        *([measure, *[""] * (len(heads) - 1)] for measure in made.measures),
    ]
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode("utf-8-sig")
