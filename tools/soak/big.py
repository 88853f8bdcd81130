"""`python -m tools.soak.big [--rows N] [--postgres]`: does the console's time grow with the rows?

Fills two databases, one with 10,000 submissions and one with N, and asks both the same, in turn.
With `--keep FOLDER` they stay there, and the next time they are asked without being filled.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import select

from recommender.store.desk import Desk
from recommender.store.listing import Place, Wanted, counts, listing, median_seconds
from recommender.store.tables import submissions
from tools.bench import table
from tools.bench.measure import Contestant, rounds
from tools.soak.figures import Soak
from tools.soak.keeping import POSTGRESQL, SQLITE, filled
from tools.soak.rows import APART, KNOWN

FEW, MANY = 10_000, 1_000_000
A_MINUTE = 20_000
"""So many are filled in within a minute, and more."""
MOST_TIMES = 1.2
ROUNDS = 21
PLACES = 25
AT_ONCE = 10
"""So often each is asked in a round."""

Question = Callable[[Place], object]
"""Something that the console asks; the place of some submission tells where to look."""


def questions(desk: Desk, now: datetime) -> dict[str, Question]:
    """What the console asks a database with so many submissions, and how."""
    usual, small = (form.id for form in desk.forms())
    day = now - timedelta(days=1)

    def asked(**wanted: Any) -> Question:
        return lambda _: listing(desk, Wanted(**wanted))

    return {
        "list": asked(),
        "list, a later page": lambda place: listing(desk, Wanted(), place),
        "list with tests": asked(tests=True),
        "filter by form": asked(form_id=usual),
        "filter by form, a later page": lambda place: listing(desk, Wanted(form_id=usual), place),
        "filter by a small form": asked(form_id=small),
        "filter by type": asked(type="forum"),
        "filter by label": asked(label="tie"),
        "filter by day": lambda place: listing(desk, Wanted(until=place[0])),
        "every filter": asked(form_id=usual, type="blog", label="clear", since=day, until=now),
        "filter that nothing fits": asked(label="none"),
        "search for a name": asked(query=KNOWN),
        "search for a name, filtered": asked(query=KNOWN, type="blog", label="clear"),
        "search that finds too many": asked(query="ba"),
        "search for nobody": asked(query="zzz"),
        "counts": lambda _: counts(desk, day.date()),
        "median time": lambda _: median_seconds(desk, day),
        "detail": lambda place: desk.submission(place[1]),
        "export, first row": lambda _: next(desk.export()),
    }


def places(desk: Desk, now: datetime, count: int, wanted: int) -> list[Place]:
    """Where some submissions stand, evenly from the newest to the oldest."""
    found = []
    for number in range(wanted):
        at = now - APART * (count * number // wanted)
        near = select(submissions.c.created_at, submissions.c.id).where(
            desk.owns(submissions), submissions.c.created_at < at
        )
        ordered = near.order_by(submissions.c.created_at.desc()).limit(1)
        with desk.database.reading() as connection:
            found.append(tuple(connection.execute(ordered).one()))
    return found


def measured(kind: str, big: int, count: int, keep: Path | None = None) -> list[table.Figure]:
    """How many times longer each answer takes where there are `big`."""
    with filled(kind, FEW, big, keep) as (desks, now):
        return compared(kind, desks, now, count)


def compared(kind: str, desks: Mapping[int, Desk], now: datetime, count: int) -> list[table.Figure]:
    """The same asked of two desks, by how many submissions they have, in so many rounds."""
    few, many = desks
    asked = {size: questions(desk, now) for size, desk in desks.items()}
    items = {size: partial(_items, places(desk, now, size, PLACES)) for size, desk in desks.items()}
    contestants = {
        f"{name} {size}": Contestant(asked[size][name], items[size], perf_counter)
        for name in asked[few]
        for size in desks  # side by side, so that a machine that is slow for a while is so for both
    }
    samples = rounds("asking", contestants, count)
    figures = []
    for name in asked[few]:
        took = 1000 * samples.median(f"{name} {many}")
        ratio = samples.ratio(f"{name} {many}", f"{name} {few}")
        told = f"{kind}, {many:,} rows, {name}: {took:.2f} ms, in times at {few:,}"
        figures.append(table.at_most("rows", told, ratio, MOST_TIMES))
    return figures


def _items(found: Sequence[Place], number: int) -> Sequence[Place]:
    """Some places, others from round to round; soon all were read from the disk before."""
    return [found[(number * AT_ONCE + more) % len(found)] for more in range(AT_ONCE)]


def run(minutes: float | None) -> Sequence[table.Figure]:
    """Both kinds of database; SOAK_ROWS_KEEP names a folder in which they are kept."""
    big = MANY if minutes is None else max(2 * FEW, min(MANY, round(A_MINUTE * minutes / 2)))
    kept = os.environ.get("SOAK_ROWS_KEEP")
    return [
        figure
        for kind in (SQLITE, POSTGRESQL)
        for figure in measured(kind, big, ROUNDS, Path(kept, kind.casefold()) if kept else None)
    ]


SOAKS = (Soak("rows", "the console's time at 1,000,000 submissions beside that at 10,000", run),)


def main(arguments: Sequence[str]) -> int:
    """Fill, ask, print; 1 if anything takes longer than it may."""
    options = argparse.ArgumentParser("tools.soak.big", description=__doc__)
    options.add_argument("--rows", type=int, default=MANY)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--postgres", action="store_true", help="instead of SQLite")
    options.add_argument("--keep", type=Path, metavar="FOLDER", help="where databases stay")
    options.add_argument("--json", type=Path, metavar="FILE")
    asked = options.parse_args(arguments)
    kind = POSTGRESQL if asked.postgres else SQLITE
    figures = measured(kind, asked.rows, asked.rounds, asked.keep)
    print(f"{table.machine()}\n\n{table.markdown(figures)}")
    if asked.json:
        asked.json.write_text(json.dumps(table.as_json(figures), indent=1) + "\n", "utf-8")
    return int(any(figure.met is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
