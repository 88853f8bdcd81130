"""In how many statements a desk answers, and by which indexes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from agencies import WHEN
from desks import UNKNOWN, desk_of, invitation, send
from sqlalchemy import event, text

from recommender.store import front, retention
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.records import Contact
from recommender.store.tables import submissions


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, object]]]:
    """What is said to the database meanwhile, but for how transactions begin."""
    said: list[tuple[str, object]] = []

    def note(_, __, statement, parameters, ___, many) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            said.append((statement, parameters[0] if many else parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_a_list_takes_one_statement_however_long_it_is(database: Database) -> None:
    desk = desk_of(database)
    numbers = []
    for count in (1, 8):
        for number in range(count):
            send(desk, f"{count}-{number}")
        with statements(database) as said:
            desk.submissions()
            desk.submission(UNKNOWN)
            desk.forms()
            desk.invitations()
        numbers.append(len(said))
    assert numbers == [4, 4]


def plans(database: Database, said: list[tuple[str, object]]) -> Iterator[tuple[str, object]]:
    """How the database would carry out each statement that it can explain."""
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, parameters in said:
            if statement.startswith(("SELECT", "DELETE", "UPDATE")):
                how = "QUERY PLAN" if database.is_sqlite else "(FORMAT JSON)"
                explained = f"EXPLAIN {how} {statement}"
                yield statement, connection.exec_driver_sql(explained, parameters).all()


def scans(plan: object) -> bool:
    """Whether a plan reads all submissions, be it along an index."""
    lines = [row[-1] for row in plan]  # type: ignore[attr-defined]
    if isinstance(lines[0], str):
        return any(line.startswith(("SCAN submissions", "SCAN TABLE sub")) for line in lines)
    return any(
        node.get("Relation Name") == "submissions"
        and "Operation" not in node
        and not {"Index Cond", "Recheck Cond"} & set(node)
        for node in nodes(lines[0][0]["Plan"])
    )


def nodes(plan: dict) -> Iterator[dict]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def use_everything(desk: Desk) -> None:
    """Ask and change everything that has to do with submissions."""
    database, link = desk.database, invitation(desk)
    sent = [send(desk, key, invitation=link.id) for key in "abcd"]
    front.behind(database, "erase-a")
    front.erase_by_token(database, "erase-a", WHEN)
    desk.submissions(before=(WHEN, UNKNOWN), form="kopi")
    desk.submissions(before=(WHEN, UNKNOWN))
    desk.submission(sent[1].id)
    list(desk.export(1))
    desk.erase([sent[1].id], WHEN)
    retention.purge(database, WHEN + timedelta(days=400))
    desk.leave(desk.holdings())


@pytest.mark.slow
def test_nothing_reads_through_all_submissions(database: Database) -> None:
    desk = desk_of(database)
    with statements(database) as said:
        use_everything(desk)
    found = list(plans(database, said))
    assert sum("submissions" in statement for statement, _ in found) > 20
    assert [statement for statement, plan in found if scans(plan)] == []


def test_a_plan_that_reads_through_all_submissions_is_seen(database: Database) -> None:
    bad = [(f"SELECT id FROM {submissions.name} WHERE goal = 'x'", ())]
    assert [scans(plan) for _, plan in plans(database, bad)] == [True]


def test_a_send_takes_one_look_and_goes_through_no_list(database: Database) -> None:
    desk = desk_of(database)
    send(desk, "a")
    with statements(database) as said:
        send(desk, "b", contact=Contact(email="new@kopi.example"))
    found = list(plans(database, said))[1:]  # the first one is the form's
    looks = [(said, plan) for said, plan in found if "tombstones" in str(said)]
    assert len(found) == (1 if database.is_sqlite else 2)  # PostgreSQL queues up first
    assert [scans(plan) for _, plan in looks] == [False]
    assert "ix_submissions_list" not in str(looks)
    tables = [str(statement).split()[2] for statement, _ in said if "INSERT" in str(statement)]
    assert tables == ["submissions", "contacts", "search_words", "consents", "outbox"]
