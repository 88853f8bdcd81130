"""Many submissions of one agency, put into a database as fast as it takes them.

They share a hundred documents, as those of people who answer alike do, and have names,
addresses and search words of their own. None goes the way of a send: a million would take hours.
"""

import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Table, text

from recommender.agency.sending import made
from recommender.engine.rulebook import Rulebook
from recommender.store.database import Database, ordered_id
from recommender.store.desk import Desk, create_agency
from recommender.store.records import FormRecord, Made
from recommender.store.searching import words_of
from recommender.store.tables import (
    consents,
    contacts,
    counters,
    documents,
    search_words,
    submissions,
)
from tools.bench.measure import Progress
from tools.bench.rules import profiles

AGENCY = "banyak"
DOCUMENTS = 100
FORMS = ("kopi", "teh")
SMALL = 100
"""So many submissions belong to the second form, however many there are."""
APART = timedelta(seconds=20)
KNOWN, KNOWN_BY = "sariwangi", 60
"""A name that so many of them have, however many they are."""
TESTS = 5
"""Of 256 so many are tests."""
DAYS = 400
_AT_ONCE = 20_000
_COUNTED = ("seen", "begun", "finished", "sent")
_SYLLABLES = ("ba", "ci", "du", "fe", "go", "ha", "ji", "ku", "la", "me", "ni", "po", "ra", "si")

COLUMNS = {
    documents: "id code rules_version rules_digest body",
    counters: "form_id day name count",
    submissions: "id agency_id form_id form_version idempotency_key thread revision document_id "
    "goal first second label lang hidden context erase_hash test seconds created_at",
    contacts: "submission_id agency_id name email",
    consents: "submission_id version text lang given_at",
    search_words: "submission_id agency_id word",
}
"""What is filled in, in the order in which tables need each other."""

Rows = dict[Table, list[tuple]]


def recommendations(book: Rulebook) -> list[Made]:
    """What is shared."""
    return [made(book, answers) for answers in profiles(book, DOCUMENTS, seed=8)]


def fill(database: Database, done: Sequence[Made], count: int, now: datetime) -> Desk:
    """An agency with so many submissions, the newest of them just before `now`."""
    desk = Desk(database, create_agency(database, AGENCY, AGENCY.title(), now).id)
    forms = [desk.put_form(f"{AGENCY}-{one}", "live", {"name": one}, now) for one in FORMS]
    batches = range(0, count, _AT_ONCE)
    with _inserting(database) as insert, Progress(f"{count:,} submissions", len(batches)) as bar:
        insert(_shared(forms, done, now))
        for begin in batches:
            rows: Rows = {table: [] for table in COLUMNS}
            for number in range(begin, min(begin + _AT_ONCE, count)):
                rng, when = random.Random(number), now - (count - number) * APART
                form, one = forms[number % (count // SMALL) == 1], done[number % len(done)]
                known = number % (count // KNOWN_BY) == 0
                _add(rows, form, one, when, KNOWN if known else _word(rng), _word(rng))
            insert(rows)
            bar.step()
    return desk


def _shared(forms: Sequence[FormRecord], done: Iterable[Made], now: datetime) -> Rows:
    days = [f"{now - timedelta(days=n):%Y-%m-%d}" for n in range(DAYS)]
    return {
        documents: [
            (_id(one), one.code, one.rules_version, one.rules_digest, one.body) for one in done
        ],
        counters: [(form.id, day, name, 9) for form in forms for day in days for name in _COUNTED],
    }


def _id(one: Made) -> str:
    return one.code.ljust(64, "0")


def _add(rows: Rows, form: FormRecord, one: Made, when: datetime, first: str, last: str) -> None:
    id_, agency = ordered_id(when), form.agency_id
    name, email = f"{first} {last}".title(), f"{first}@{last}.example"
    values = {
        "id": id_,
        "agency_id": agency,
        "form_id": form.id,
        "form_version": 1,
        "idempotency_key": id_,
        "thread": id_,
        "revision": 1,
        "document_id": _id(one),
        "goal": one.goal,
        "first": " ".join(one.first),
        "second": " ".join(one.second),
        "label": one.label,
        "lang": "id",
        "hidden": "{}",
        "context": "{}",
        "erase_hash": id_,
        "test": int(id_[-2:], 16) < TESTS,
        "seconds": 60 + int(id_[-4:-2], 16),
        "created_at": when,
    }
    rows[submissions].append(tuple(values[name] for name in COLUMNS[submissions].split()))
    rows[contacts].append((id_, agency, name, email))
    rows[consents].append((id_, "1", "Saya setuju.", "id", when))
    rows[search_words] += [(id_, agency, word) for word in words_of(name, email, one.code)]


def _word(rng: random.Random) -> str:
    return "".join(rng.choices(_SYLLABLES, k=6))


@contextmanager
def _inserting(database: Database) -> Iterator[Callable[[Rows], None]]:
    """What writes rows past SQLAlchemy, which would take most of the time."""
    if not database.is_sqlite:
        with database.engine.connect() as connection:
            yield partial(_copy, connection.connection.driver_connection)
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
            plain.execute(text("VACUUM ANALYZE"))  # as PostgreSQL does by itself after a while
        return
    with closing(sqlite3.connect(str(database.url.database))) as connection:
        for setting in ("synchronous = OFF", "cache_size = -500000"):
            connection.execute(f"PRAGMA {setting}")
        yield partial(_insert, connection)


def _insert(connection: sqlite3.Connection, rows: Rows) -> None:
    for table, some in rows.items():
        marks = ", ".join("?" * len(COLUMNS[table].split()))
        statement = f"INSERT INTO {_columns(table)} VALUES ({marks})"  # noqa: S608
        connection.executemany(statement, map(_plain, some))
    connection.commit()


def _copy(connection: Any, rows: Rows) -> None:
    for table, some in rows.items():
        with connection.cursor().copy(f"COPY {_columns(table)} FROM STDIN") as copy:
            for row in some:
                copy.write_row(row)
    connection.commit()


def _columns(table: Table) -> str:
    return f"{table.name} ({', '.join(COLUMNS[table].split())})"


def _plain(row: tuple) -> tuple:
    """A row as SQLite keeps it: times as text."""
    return tuple(f"{v:%Y-%m-%d %H:%M:%S.%f}" if isinstance(v, datetime) else v for v in row)
