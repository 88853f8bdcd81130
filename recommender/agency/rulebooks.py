"""The rulebooks that a form can name: the shipped one as it is today, and its releases."""

from functools import cache

from recommender.agency.form import SHIPPED
from recommender.engine.rulebook import Rulebook
from recommender.rulebook import load, shipped
from recommender.rulebook.load import load_release
from recommender.rulebook.released import kept


def names() -> list[str]:
    return [SHIPPED, *kept(shipped())]


@cache
def rulebook_called(name: str) -> Rulebook | None:
    """The rulebook of this name; None if there is none."""
    if name == SHIPPED:
        return load(shipped())
    release = kept(shipped()).get(name)
    return load_release(release) if release else None
