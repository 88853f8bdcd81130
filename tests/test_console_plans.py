"""However many submissions there are, the console reads but a few of them; see tools/soak/big."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from profiles import PLAIN
from sqlalchemy import event, select, text
from test_store_plans import nodes, statements

from recommender.agency.sending import made
from recommender.engine.answers import read
from recommender.engine.rulebook import Rulebook
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.listing import LOOKS, MOST_FOUND, Wanted, listing
from recommender.store.searching import looked_for
from recommender.store.tables import search_words, submissions
from tools.soak.big import places, questions
from tools.soak.rows import fill, recommendations

ROWS = 10_000
GROWING = frozenset(("submissions", "contacts", "consents", "search_words"))
"""Tables that have a row or more for each submission."""

Said = list[tuple[str, object]]


def read_through(database: Database, said: Said) -> list[str]:
    """The statements that read all rows of a growing table, or more than they may."""
    seen = _sqlite if database.is_sqlite else _postgresql
    how = "QUERY PLAN" if database.is_sqlite else "(ANALYZE, FORMAT JSON)"
    with database.reading() as connection:
        if not database.is_sqlite:  # it likes to read all of a table that is as small as this one
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        return [
            f"{statement}\n{plan}"
            for statement, parameters in said
            for plan in [connection.exec_driver_sql(f"EXPLAIN {how} {statement}", parameters).all()]
            if seen(plan)
        ]


def _sqlite(plan: list) -> bool:
    lines = [row[-1] for row in plan]
    return any(line.startswith("SCAN ") and line.split()[1] in GROWING for line in lines)


@contextmanager
def steps(database: Database) -> Iterator[list[int]]:
    """How many hundreds of steps SQLite's machine takes meanwhile, an entry for each."""
    taken: list[int] = []

    def watch(connection, *_) -> None:
        if database.is_sqlite:
            connection.set_progress_handler(lambda: taken.append(1), 100)

    event.listen(database.engine, "checkout", watch)
    try:
        yield taken
    finally:
        event.remove(database.engine, "checkout", watch)


def _postgresql(plan: list) -> bool:
    return any(
        node.get("Relation Name") in GROWING
        and (node["Node Type"] == "Seq Scan" or _rows(node) > 2 * LOOKS[-1])
        for node in nodes(plan[0][0][0]["Plan"])
    )


def _rows(node: dict) -> float:
    """How many rows were read there, those included that did not fit."""
    return node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))


def planned_for_good(desk: Desk, wanted: Wanted) -> bool:
    """Whether PostgreSQL no longer plans this page of the list after it was asked for often.

    Planning takes longer than reading the page, and the more so the more rows there are.
    """
    desk.database.close()  # a new connection has no plans
    for _ in range(12):  # the driver prepares it after five times, and five later it is settled
        listing(desk, wanted)
    kept = text(
        "SELECT sum(generic_plans) FROM pg_prepared_statements WHERE statement LIKE :page"
    ).bindparams(page="%JOIN contacts %")
    with desk.database.reading() as connection:
        return bool(connection.scalar(kept))


@pytest.mark.slow
def test_a_search_finds_all_or_says_that_there_are_too_many(
    database: Database, rulebook: Rulebook
) -> None:
    one = made(rulebook, read(rulebook.questionnaire, PLAIN))
    desk = fill(database, [one], 1_000, datetime.now(UTC))
    with database.writing() as connection:
        many = connection.scalars(select(submissions.c.id).limit(100)).all()
        words = [(id_, f"zq{place:03}{n:02}") for place, id_ in enumerate(many) for n in range(24)]
        own = {"agency_id": desk.agency_id}
        rows = [own | {"submission_id": id_, "word": word} for id_, word in words]
        connection.execute(search_words.insert(), rows)
        held = connection.execute(select(search_words.c.submission_id, search_words.c.word)).all()
    numbers = set()
    for query in ("sari", "sariw exa", "baba", "b", "b c", "example", "a", "zq"):
        ids = [
            {id_ for id_, word in held if word.startswith(one)} for one in looked_for(query)
        ]  # several words begin different ones of a submission
        expected = set.intersection(*ids)
        found = listing(desk, Wanted(query=query, tests=True), limit=MOST_FOUND)
        if min(map(len, ids)) > MOST_FOUND:
            assert found.too_many, query
        else:
            assert {one.id for one in found.rows} == expected, query
        numbers.add((len(expected) > MOST_FOUND // 6) + (len(expected) > MOST_FOUND))
    assert numbers == {0, 1, 2}


@pytest.mark.slow
def test_nothing_that_the_console_asks_reads_through_a_table(
    database: Database, rulebook: Rulebook
) -> None:
    now = datetime.now(UTC)
    desk = fill(database, recommendations(rulebook), ROWS, now)
    found = places(desk, now, ROWS, 3)
    for name, question in questions(desk, now).items():
        for place in found:
            with statements(database) as said, steps(database) as taken:
                question(place)
            assert said, name
            assert len(taken) * 100 < (1 if "search" in name else 40) * LOOKS[-1] + ROWS, name
            assert read_through(database, said) == [], name
    if not database.is_sqlite:
        assert planned_for_good(desk, Wanted())
    bad: Said = [("SELECT id FROM submissions WHERE goal = 'x'", ())]
    assert len(read_through(database, bad)) == 1
