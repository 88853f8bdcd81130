"""`python -m tools.soak.big [--rows N] [--postgres]`: does the console's time grow with the rows?

Fills two databases, one with 10,000 submissions and one with N, and asks both the same, in turn.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import create_engine, select, text

from recommender.rulebook import load, shipped
from recommender.store import migrations
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.listing import Place, Wanted, counts, listing, median_seconds
from recommender.store.tables import submissions
from tools.bench import table
from tools.bench.measure import Contestant, rounds
from tools.soak.rows import APART, KNOWN, fill, recommendations

FEW = 10_000
MOST_TIMES = 1.2
ROUNDS = 21
PLACES = 25
AT_ONCE = 5
"""So often each is asked in a round."""

TESTS = Path(__file__).parents[2] / "tests"

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


def measured(big: int, urls: Sequence[str], count: int) -> list[table.Figure]:
    """How many times longer each answer takes where there are `big`."""
    now, done = datetime.now(UTC), recommendations(load(shipped()))
    with ExitStack() as stack:
        desks = {}
        for size, url in zip((FEW, big), urls, strict=True):
            database = Database(url)
            stack.callback(database.close)
            migrations.upgrade(database)
            desks[size] = fill(database, done, size, now)
        return compared(desks, now, count)


def compared(desks: Mapping[int, Desk], now: datetime, count: int) -> list[table.Figure]:
    """The same asked of two desks, by how many submissions they have, in so many rounds."""
    few, many = desks
    contestants: dict[str, Contestant] = {}
    for size, desk in desks.items():
        items = partial(_items, places(desk, now, size, PLACES))
        for name, question in questions(desk, now).items():
            contestants[f"{name} {size}"] = Contestant(question, items, perf_counter)
    samples = rounds("asking", contestants, count)
    figures = []
    for name in questions(desks[few], now):
        took = 1000 * samples.median(f"{name} {many}")
        ratio = samples.ratio(f"{name} {many}", f"{name} {few}")
        told = f"{name}: {took:.2f} ms, in times at {few:,}"
        figures.append(table.at_most("S", told, ratio, MOST_TIMES))
    return figures


def _items(found: Sequence[Place], number: int) -> Sequence[Place]:
    """Some places, others from round to round; soon all were read from the disk before."""
    return [found[(number * AT_ONCE + more) % len(found)] for more in range(AT_ONCE)]


@contextmanager
def _urls(postgres: bool, names: Sequence[str]) -> Iterator[list[str]]:
    """Addresses of empty databases of these names, which go afterwards."""
    if not postgres:
        with tempfile.TemporaryDirectory(prefix="soak-") as folder:
            yield [f"sqlite:///{folder}/{name}.db" for name in names]
        return
    sys.path.append(str(TESTS))
    from databases import postgresql

    with postgresql("fsync=off", "max_wal_size=4GB") as url:
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name in names:
                connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        yield [url.replace("/postgres?", f"/{name}?") for name in names]


def main(arguments: Sequence[str]) -> int:
    """Fill, ask, print; 1 if anything takes longer than it may."""
    options = argparse.ArgumentParser("tools.soak.big", description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--postgres", action="store_true", help="instead of SQLite")
    options.add_argument("--json", type=Path, metavar="FILE")
    asked = options.parse_args(arguments)
    with _urls(asked.postgres, ("few", "many")) as urls:
        figures = measured(asked.rows, urls, asked.rounds)
    kind = "PostgreSQL" if asked.postgres else "SQLite"
    print(f"{table.machine()}\n{asked.rows:,} submissions, {kind}\n\n{table.markdown(figures)}")
    if asked.json:
        asked.json.write_text(json.dumps(table.as_json(figures), indent=1) + "\n", "utf-8")
    return int(any(figure.met is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
