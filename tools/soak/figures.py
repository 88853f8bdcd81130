"""What a long proof is, and what it gives: figures beside their goals.

Every module of this folder that proves something has a table `SOAKS` of these.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tools.bench.table import Figure, at_least, at_most

__all__ = ["Figure", "Soak", "at_least", "at_most", "sized"]


@dataclass(frozen=True, slots=True)
class Soak:
    """A long proof. `run` is told how many minutes it may take, or None for its whole size.

    Figures bear the soak's name; `goal` and `met` are None for what is told only to be known.
    `minutes` is about how long the whole size takes.
    """

    name: str
    help: str
    run: Callable[[float | None], Iterable[Figure]]
    minutes: float = 0


def sized(whole: int, takes: float, minutes: float | None, least: int = 1) -> int:
    """How many of so many can be done in that time, if all of them take `takes` minutes."""
    share = 1 if minutes is None else min(1, minutes / takes)
    return max(least, round(whole * share))
