"""Where people stop on the way from the first page to a send, from counts without a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

ENOUGH = 20
"""With fewer people at the first page, a share says little."""

SEEN, BEGUN, FINISHED, SEND, SENT = "seen", "begun", "finished", "send", "sent"


@dataclass(frozen=True, slots=True)
class Stage:
    """How many came so far, and how many of a hundred who saw the first page that is.

    `page` is the number of the page that was passed last; 0 before the first and after the last.
    """

    name: str
    page: int
    count: int
    share: int


@dataclass(frozen=True, slots=True)
class Loss:
    """Where most people stop: after `before`, so many of whom did not come to `after`."""

    before: Stage
    after: Stage
    lost: int


def passed(number: int, pages: int) -> tuple[str, ...]:
    """What is counted when somebody passes a page: its stage; of a single page, both ends."""
    if number == pages:
        return (BEGUN, FINISHED) if number == 1 else (FINISHED,)
    return (BEGUN,) if number == 1 else (f"page-{number}",)


def stages(counts: Mapping[str, int], pages: int, *, sends: bool) -> tuple[Stage, ...]:
    """The way through a form of so many pages; `sends` says whether answers can be sent at all.

    Somebody who goes back and on again is counted again. So that no page seems to win people,
    a stage counts for no more than the one before.
    """
    between = [(passed(number, pages)[0], number) for number in range(1, pages)]
    ends = [(FINISHED, 0), *([(SEND, 0), (SENT, 0)] if sends else [])]
    found: list[Stage] = []
    for name, page in [(SEEN, 0), *between, *ends]:
        count = min(counts.get(name, 0), found[-1].count if found else counts.get(name, 0))
        first = found[0].count if found else count
        found.append(Stage(name, page, count, round(100 * count / first) if first else 0))
    return tuple(found)


def biggest_loss(way: tuple[Stage, ...]) -> Loss | None:
    """Where most people are lost; None where nobody is, or too few came to say."""
    if way[0].count < ENOUGH:
        return None
    losses = [Loss(one, two, one.count - two.count) for one, two in pairwise(way)]
    worst = max(losses, key=lambda loss: loss.lost)
    return worst if worst.lost else None
