"""What a rule does to a type in one word, and what examples and statements say that it does."""

from collections.abc import Iterable, Iterator

from recommender.engine.rows import Row
from recommender.rulebook.files import DeedsForm

Deed = tuple[str, str]
"""A word of DEEDS and the type to which it is done."""

DEEDS = tuple(DeedsForm.model_fields)


def said(form: DeedsForm) -> Iterator[Deed]:
    """What is said there, in the order of DEEDS."""
    for deed in DEEDS:
        for type_ in getattr(form, deed):
            yield deed, type_


def done(rows: Iterable[Row]) -> set[Deed]:
    """What these rows do."""
    return {(_deed(row), row.type) for row in rows}


def _deed(row: Row) -> str:
    if row.warning:
        return "closes" if row.warning.closes else "warns"
    if row.excludes:
        return "excludes"
    return "raises" if row.points > 0 else "lowers"
